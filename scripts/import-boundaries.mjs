// ESLint rule: who may import whom. The table is the architecture; anything it does not allow is an error.
import { builtinModules } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';

const LEAF = [
  'lib/errors',
  'lib/units',
  'lib/options',
  'lib/clock',
  'lib/state-machine',
  'lib/rate-limit',
  'lib/tls-options',
  'lib/proxy-address',
  'lib/connect-failure',
];

/**
 * Most specific first. `may`: project paths (a folder, or a file without extension); `packages`: npm packages;
 * `types`: paths from which only types may come; `builtins: false`: nothing from Node.js.
 */
export const TABLE = [
  {
    from: 'nodes/*/editor',
    may: ['nodes/*/properties', 'nodes/common/editor', 'nodes/common/properties', 'lib/api/operations'],
    builtins: false,
  },
  {
    from: 'nodes/*/properties',
    may: ['nodes/common/properties', 'lib/api/operations'],
    builtins: false,
  },
  { from: 'nodes/common/properties', may: [], builtins: false },
  { from: 'nodes/common/editor', may: ['nodes/common/properties'], builtins: false },
  { from: 'nodes/common', may: LEAF, types: ['lib/server', 'lib/stream', 'lib/api'] },
  {
    from: 'nodes/health',
    may: ['nodes/common', 'lib/*'],
    packages: ['rotating-file-stream'],
    not: ['worker_threads'],
  },
  { from: 'nodes/*', may: ['nodes/common', 'lib/*'], not: ['worker_threads'] },
  {
    from: 'plugins/*/editor',
    may: ['plugins/*/protocol'],
    types: ['nodes/common/editor'],
    packages: ['uplot'],
    builtins: false,
  },
  { from: 'plugins/*/protocol', may: [], builtins: false },
  { from: 'plugins/*', may: ['nodes/common', 'lib/*'], not: ['worker_threads'] },
  { from: 'lib/errors', may: [] },
  { from: 'lib/units', may: ['lib/errors'] },
  { from: 'lib/options', may: ['lib/errors'] },
  { from: 'lib/clock', may: [] },
  { from: 'lib/state-machine', may: [] },
  { from: 'lib/rate-limit', may: ['lib/clock'] },
  { from: 'lib/tls-options', may: [] },
  { from: 'lib/proxy-address', may: ['lib/errors'] },
  { from: 'lib/connect-failure', may: ['lib/errors'] },
  { from: 'lib/thread/protocol', may: ['lib/errors', 'lib/tls-options'] },
  {
    from: 'lib/thread/host',
    may: [
      'lib/thread/protocol',
      'lib/thread/worker-source',
      'lib/thread/listener',
      'lib/thread/recycling',
      'lib/socket/backoff',
      'lib/vitals/large-frames',
      ...LEAF,
    ],
  },
  {
    from: 'lib/thread/recycling',
    may: ['lib/thread/protocol', 'lib/thread/take-over', 'lib/thread/worker-source', ...LEAF],
  },
  { from: 'lib/thread/take-over', may: ['lib/thread/protocol', ...LEAF] },
  { from: 'lib/thread/worker-source', may: ['lib/thread/protocol', ...LEAF] },
  { from: 'lib/thread/listener', may: ['lib/thread/protocol', ...LEAF] },
  {
    from: 'lib/thread',
    may: ['lib/thread', 'lib/socket', 'lib/peek', 'lib/queue', 'lib/vitals', ...LEAF],
    not: ['ws'],
  },
  {
    from: 'lib/socket',
    may: ['lib/socket', ...LEAF],
    types: ['lib/thread/protocol'],
    packages: ['ws', 'https-proxy-agent'],
  },
  { from: 'lib/peek', may: ['lib/peek', ...LEAF] },
  { from: 'lib/queue', may: ['lib/queue', 'lib/thread/protocol', ...LEAF] },
  { from: 'lib/frames', may: ['lib/frames', ...LEAF] },
  { from: 'lib/http', may: ['lib/http', ...LEAF], packages: ['undici'] },
  { from: 'lib/api', may: ['lib/api', 'lib/http', ...LEAF], packages: ['lru-cache'] },
  {
    from: 'lib/server',
    may: [
      'lib/server',
      'lib/http',
      'lib/api',
      'lib/frames',
      'lib/thread/host',
      'lib/thread/listener',
      'lib/thread/protocol',
      ...LEAF,
    ],
  },
  {
    from: 'lib/stream',
    may: ['lib/stream', 'lib/server', 'lib/frames', 'lib/thread/protocol', ...LEAF],
    types: ['lib/thread/listener'],
  },
  { from: 'lib/vitals', may: ['lib/vitals', ...LEAF] },
  { from: 'lib/health/export', may: ['lib/health', 'lib/vitals', ...LEAF], packages: ['prom-client'] },
  { from: 'lib/health', may: ['lib/health', 'lib/vitals', ...LEAF], packages: ['croner'] },
  { from: 'simulator', may: ['simulator'], packages: ['ws'] },
];

const NODE = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

const matches = (path, pattern) => {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.\\/]/g, '\\$&'))
    .join('[^/]+');
  return new RegExp(`^${expression}(/|$)`).test(path);
};

const judge = (file, specifier, typeOnly) => {
  const rule = TABLE.find(({ from }) => matches(file, from));
  if (!rule) return undefined;
  const bare = specifier.replace(/^node:/, '');
  if (rule.not?.includes(bare)) return `${rule.from} must not use '${specifier}'`;
  if (NODE.has(specifier)) {
    if (rule.builtins === false) return `${rule.from} must run in a browser: no '${specifier}'`;
    if (bare === 'worker_threads' && !['lib/thread', 'lib/thread/worker-source'].includes(rule.from))
      return `only lib/thread may use '${specifier}'`;
    return undefined;
  }
  if (!specifier.startsWith('.')) {
    if (typeOnly && specifier === 'node-red') return undefined;
    return rule.packages?.includes(specifier)
      ? undefined
      : `${rule.from} must not import the package '${specifier}'`;
  }
  const target = relative(process.cwd(), resolve(dirname(resolve(file)), specifier))
    .split(sep)
    .join('/');
  const own = rule.from.includes('*')
    ? file.split('/').slice(0, rule.from.split('/').length).join('/')
    : rule.from;
  const targetNode = /^nodes\/([^/]+)/.exec(target)?.[1];
  const ownNode = /^nodes\/([^/]+)/.exec(file)?.[1];
  if (targetNode && ownNode && targetNode !== 'common' && targetNode !== ownNode)
    return `${own} must not import another node's folder (${target}): meet through the config node's server`;
  if (matches(target, own) || rule.may.some((allowed) => matches(target, allowed))) return undefined;
  if (typeOnly && rule.types?.some((allowed) => matches(target, allowed))) return undefined;
  return `${own} must not import ${target}`;
};

export const importBoundaries = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(process.cwd(), context.filename).split(sep).join('/').replace(/\.ts$/, '');
    const check = (node) => {
      if (!node.source) return;
      const named = node.specifiers ?? [];
      const typeOnly =
        node.importKind === 'type' ||
        node.exportKind === 'type' ||
        (named.length > 0 && named.every((one) => one.importKind === 'type' || one.exportKind === 'type'));
      const message = judge(file, String(node.source.value), typeOnly);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportEqualsDeclaration(node) {
        if (node.moduleReference.type !== 'TSExternalModuleReference') return;
        check({ source: node.moduleReference.expression, importKind: node.importKind });
      },
    };
  },
};
