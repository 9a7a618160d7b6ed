import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../simulator/server';
import { ExampleRun } from '../helpers/example-run';
import { EXAMPLES, readExample } from '../helpers/examples';
import { readDocument, tableAfter } from '../unit/docs/markdown';

/** All that does not stand in Node-RED itself must be installed by whoever imports the example. */
const OTHERS = /^ui-/;

/** One for all examples that have it, so that Node-RED takes the one that is there. */
const SHARED = ['sensr-config', 'ui-base', 'ui-theme'];

describe('the examples', function () {
  this.timeout(60_000);
  let run: ExampleRun;
  let simulator: Simulator;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sensr-examples-'));
    run = await ExampleRun.start();
    simulator = await startSimulator({
      busy: true,
      outputHz: 20,
      pointsHz: 5,
      groundPoints: 100,
      backgroundPoints: 100,
    });
  });
  after(async () => {
    await run.stop();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of EXAMPLES) {
    const flow = readExample(name);

    it(`${name} begins with a comment that explains it`, () => {
      const first = flow.find(({ x }) => x !== undefined);
      assert.equal(first?.type, 'comment');
      assert.ok(String(first?.['info']).length > 100, 'its text');
      assert.equal(flow[0]?.type, 'tab');
      assert.equal(flow[0]?.['label'], name);
      assert.ok(flow[0]?.['info'], 'the description of the tab');
    });

    it(`${name} names the packages it needs, and no others`, () => {
      const needs = flow.some(({ type }) => OTHERS.test(type));
      const modules = flow.find(({ type }) => type === 'global-config')?.['modules'];
      assert.equal(modules !== undefined, needs);
    });

    it(`${name} wires only nodes it has, once each`, () => {
      const ids = flow.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const { wires = [], server } of flow as { wires?: string[][]; server?: string }[])
        for (const id of [...wires.flat(), ...(server ? [server] : [])])
          assert.ok(ids.includes(id), `${id} is not there`);
    });

    it(`${name} runs without a missing type, an error or a warning`, async () => {
      const before = run.log().length;
      const withoutBroker = (type: string): boolean => type.startsWith('mqtt');
      await run.deploy(name, simulator, { FOLDER: folder }, (node) =>
        withoutBroker(node.type) ? { ...node, d: true } : node,
      );
      const streams = flow.filter(({ type }) => type === 'sensr-stream');
      for (const { id } of streams)
        await run.client.until(
          () => /connected|\/s/.test(run.client.status(id) ?? ''),
          () => `status of ${id}: ${run.client.status(id)}`,
        );
      assert.doesNotMatch(run.log().slice(before), /\[(error|warn)\]|missing/i);
    });
  }

  it('are all in README.md', () => {
    const rows = tableAfter(readDocument('README.md'), '## Examples');
    assert.deepEqual(rows.map((row) => row['Example']).sort(), [...EXAMPLES].sort());
  });

  it('have no id in common but those of what they share', () => {
    const own = EXAMPLES.flatMap((name) => readExample(name).filter(({ type }) => !SHARED.includes(type)));
    const ids = own.map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it('share one server, so that its host is entered once', () => {
    const servers = EXAMPLES.flatMap((name) =>
      readExample(name).filter(({ type }) => type === 'sensr-config'),
    );
    const unnamed = servers.filter(({ name }) => name === '');
    assert.equal(new Set(unnamed.map(({ id }) => id)).size, 1);
    for (const server of unnamed) assert.deepEqual(server, unnamed[0]);
  });

  it('SENSR first look shows objects, events, health and points', async () => {
    await run.deploy('SENSR first look', simulator);
    const [objects] = await run.wait('objects');
    assert.ok((objects.payload as { label: string }[])[0]?.label.startsWith('LABEL_'));
    const [event] = await run.wait('events');
    assert.match((event.payload as { type: string }).type, /^(ENTRY|EXIT|LOITERING|EXCEEDS_SPEED)$/);
    const [health] = await run.wait('health');
    assert.equal((health.payload as { master: string }).master, 'OK');
    const [clouds] = await run.wait('clouds');
    assert.deepEqual(clouds.payload, [
      { type: 'GROUND', count: 100, shown: 100 },
      { type: 'BACKGROUND', count: 100, shown: 100 },
    ]);
  });

  it('SENSR zones over REST lists, creates and deletes a zone, and reports', async () => {
    await run.deploy('SENSR zones over REST', simulator);
    const after = async (button: string, debug: string): Promise<unknown> => {
      const coming = run.next(debug);
      await run.press(button);
      return (await coming).payload;
    };
    const before = (await after('list zones', 'zones')) as unknown[];
    assert.equal(typeof (await after('create a zone', 'new id')), 'number');
    const between = (await after('list zones', 'zones')) as { name: string }[];
    assert.equal(between.length, before.length + 1);
    assert.equal(between.at(-1)?.name, 'dock 3');
    await after('delete it again', 'deleted');
    assert.deepEqual(await after('list zones', 'zones'), before);
    const report = (await after('report', 'project, sensors, zones, health')) as { errors: unknown };
    assert.deepEqual(report.errors, []);
    assert.deepEqual(run.of('errors'), []);
  });

  it('SENSR several sites has both sites in one table, and tells when they are gone', async () => {
    await run.deploy('SENSR several sites', simulator);
    type Table = Record<string, { state: string; objects: number | null; alive: boolean }>;
    const table = ({ payload }: { payload: unknown }): Table => payload as Table;
    const [both] = await run.wait(
      'overview',
      1,
      (one) => table(one)['north']?.alive === true && table(one)['south']?.alive === true,
    );
    for (const site of ['north', 'south']) {
      assert.equal(table(both)[site]?.state, 'open');
      assert.ok(Number(table(both)[site]?.objects) > 0);
    }
    await simulator.setFault({ name: 'refuse', port: 'output' });
    await simulator.setFault({ name: 'reset', port: 'output' });
    const [gone] = await run.wait('overview', 1, (one) => table(one)['north']?.alive === false);
    assert.equal(table(gone)['north']?.objects, null);
    assert.notEqual(table(gone)['north']?.state, 'open');
    const [error] = await run.wait('errors', 1, ({ payload }) => /^south: /.test(String(payload)));
    assert.match(String(error.payload), /connect/i);
    await simulator.clearFaults();
  });

  it('SENSR health measures when asked', async () => {
    await run.deploy('SENSR health', simulator);
    await run.press('measure now');
    const [told] = await run.wait('health');
    const { status, sample } = told.payload as { status: string; sample: { rss: number } };
    assert.equal(status, 'starting');
    assert.ok(sample.rss > 0);
  });

  it('SENSR health dashboard answers Prometheus and probes', async () => {
    await run.deploy('SENSR health dashboard', simulator);
    const node = run.id('sensr-health', 'health');
    await run.press('now');
    await run.client.until(
      () => /RSS \d/.test(run.client.status(node) ?? ''),
      () => `status ${run.client.status(node)}`,
    );
    const probe = await fetch(new URL('sensr/health', run.url));
    assert.equal(probe.status, 200);
    const metrics = await fetch(new URL('sensr/metrics', run.url));
    assert.match(String(metrics.headers.get('content-type')), /^text\/plain/);
    const text = await metrics.text();
    assert.match(text, /^process_resident_memory_bytes \d/m);
    assert.match(text, /^sensr_messages_received_total\{.*server="127\.0\.0\.1"/m);
    assert.deepEqual(run.of('errors'), []);
  });
});
