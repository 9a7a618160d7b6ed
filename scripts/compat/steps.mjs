// What a user does with the package, in order; each step says what it expects.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../install.mjs';
import { npm } from './programs.mjs';

/** Events and a first point cloud come within seconds on the busy simulator. */
const DELIVERY_LIMIT_MS = 30_000;
const EXAMPLES = ['SENSR first look', 'SENSR zones over REST', 'SENSR health'];
/** Debug nodes of the first example that get messages again and again; its health is shown only when it changes. */
const STREAMS = ['objects', 'events', 'clouds'];
/** Inject nodes of the others, and the debug node that shows the answer. */
const BUTTONS = { 'list zones': 'zones', 'measure now': 'health' };

const flowsPath = ({ nodeRed }) => join(nodeRed.userDir, 'flows.json');
const installedManifest = ({ nodeRed, packed }) =>
  join(nodeRed.userDir, 'node_modules', packed.current.name, 'package.json');

const EXAMPLE_NODES = EXAMPLES.flatMap((name) =>
  JSON.parse(readFileSync(join(root, 'examples', `${name}.json`), 'utf8')),
);

/** All examples, pointed at the simulator. */
const examples = ({ simulator }) =>
  EXAMPLE_NODES.map((node) => (node.type === 'sensr-config' ? { ...node, ...simulator.ports } : node));

async function expectVersion(context, version) {
  const { nodeRed, packed } = context;
  const sets = await nodeRed.nodeSets(packed.current.name);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = Object.keys(manifest['node-red'].nodes);
  const loaded = sets.filter(({ enabled, err }) => enabled && !err).flatMap(({ types }) => types);
  if (wanted.some((type) => !loaded.includes(type)))
    throw new Error(`Expected the nodes ${wanted.join(', ')}, Node-RED has ${JSON.stringify(sets)}`);
  const versions = new Set(sets.map((set) => set.version));
  if (versions.size !== 1 || !versions.has(version))
    throw new Error(`Expected version ${version}, Node-RED has ${[...versions].join(', ')}`);
}

async function expectDelivery({ nodeRed }) {
  nodeRed.clearSidebar();
  await nodeRed.shows(STREAMS, DELIVERY_LIMIT_MS);
  for (const [button, shown] of Object.entries(BUTTONS)) {
    const { id } = EXAMPLE_NODES.find(({ type, name }) => type === 'inject' && name === button);
    nodeRed.clearSidebar();
    await nodeRed.press(id);
    await nodeRed.shows([shown], DELIVERY_LIMIT_MS);
  }
  if (nodeRed.complaints.length > 0)
    throw new Error(`Node-RED's log says:\n${nodeRed.complaints.join('\n')}`);
}

/** The column of the table, and what is done. The order matters: each step goes on from what the last one left. */
export const STEPS = {
  install: async ({ nodeRed, packed }) => {
    writeFileSync(join(nodeRed.userDir, 'package.json'), '{"name":"user-directory","private":true}');
    await npm(nodeRed.node, nodeRed.userDir, 'install', packed.older.file);
  },
  load: async (context) => {
    writeFileSync(flowsPath(context), JSON.stringify(examples(context)));
    await context.nodeRed.start();
    await expectVersion(context, context.packed.older.version);
  },
  deliver: expectDelivery,
  // The old version runs on until Node-RED is restarted, with the new one's files under it.
  upgrade: async (context) => {
    const { nodeRed, packed } = context;
    await nodeRed.upload(packed.current.file);
    await expectDelivery(context);
    await nodeRed.deploy(examples(context));
    await expectDelivery(context);
  },
  restart: async (context) => {
    const saved = readFileSync(flowsPath(context), 'utf8');
    await context.nodeRed.stop();
    await context.nodeRed.start();
    await expectVersion(context, context.packed.current.version);
    await expectDelivery(context);
    if (readFileSync(flowsPath(context), 'utf8') !== saved)
      throw new Error('The upgrade changed saved flows');
  },
  uninstall: async (context) => {
    const { nodeRed, packed } = context;
    await nodeRed.deploy([]);
    await nodeRed.uninstall(packed.current.name);
    const left = await nodeRed.nodeSets(packed.current.name);
    if (left.length > 0) throw new Error(`Node-RED still has ${JSON.stringify(left)}`);
    if (existsSync(installedManifest(context)))
      throw new Error(`${installedManifest(context)} is still there`);
  },
  reinstall: async (context) => {
    const { nodeRed, packed } = context;
    await nodeRed.upload(packed.current.file);
    await expectVersion(context, packed.current.version);
    await nodeRed.deploy(examples(context));
    await expectDelivery(context);
  },
  end: async ({ nodeRed }) => {
    await nodeRed.stop();
  },
};
