import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed, type FlowNode } from '../../helpers/embedded-node-red';
import { catchNodes, config, sinkNode, stream, tab } from '../../helpers/flows';
import { parseExposition } from '../../unit/health/export/helpers/exposition';
import { functionNode, healthNode } from './helpers';

const OPTIONS = {
  endpoints: true,
  endpointSide: 'admin',
  prefix: 'plant',
  sampleInterval: 1,
  startupGrace: 0,
};
const PATH = '/plant/sensr/health';

describe('the endpoints of a health node', () => {
  let host: EmbeddedNodeRed;
  let simulator: Simulator;

  before(async () => {
    host = await startEmbeddedNodeRed();
    simulator = await startSimulator({ outputHz: 20, groundPoints: 300, backgroundPoints: 500 });
  });

  after(async () => {
    await host.stop();
    await simulator.close();
  });

  const flows = (health: Record<string, unknown>): FlowNode[] => [
    tab(),
    config(simulator),
    stream('stream0000000001', 'objects', 'objects000000001'),
    sinkNode('objects000000001', 'objects'),
    ...catchNodes(),
    healthNode(health),
    functionNode('tellhealth000001', "global.get('sink')('health', msg);"),
    functionNode('tellalerts000001', "global.get('sink')('alerts', msg);"),
  ];

  const isNormal = ({ msg }: { readonly msg: Record<string, unknown> }): boolean =>
    (msg['payload'] as { readonly status?: string }).status === 'normal';

  it('answer from its first sample on, with the token of its credentials', async () => {
    host.sink.clear();
    await host.deploy(flows({ ...OPTIONS, healthLog: true, credentials: { endpointToken: 'secret' } }));
    await host.sink.wait('health', 1, isNormal);
    assert.equal((await fetch(`${host.url}${PATH}`)).status, 401);
    const headers = { authorization: 'Bearer secret' };
    const health = await fetch(`${host.url}${PATH}`, { headers });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(health.status, 200);
    const body = (await health.json()) as { status: string; version: string; uptimeS: number };
    assert.deepEqual([body.status, body.version], ['normal', version]);
    const detailed = await fetch(`${host.url}${PATH}/detailed`, { headers });
    const { history, ...status } = (await detailed.json()) as {
      sample: { rss: number };
      servers: Record<string, object>;
      history: { fine: unknown[] };
    };
    assert.ok(status.sample.rss > 10_000_000 && history.fine.length >= 1);
    assert.deepEqual(Object.keys(status.servers), ['site']);
    const told = host.sink.of('health').at(-1)?.msg['payload'];
    assert.deepEqual(Object.keys(status).sort(), Object.keys(told ?? {}).sort());
    const metrics = await fetch(`${host.url}/plant/sensr/metrics`, { headers });
    const families = parseExposition(await metrics.text());
    assert.ok((families.get('nodejs_gc_duration_seconds')?.series.length ?? 0) > 0);
    assert.ok((families.get('process_resident_memory_bytes')?.series[0]?.value ?? 0) > 10_000_000);
  });

  it('tell Prometheus of the frames that could not be decoded, as the stream node counts them', async () => {
    await simulator.setFault({ name: 'garbage', port: 'output', every: 2 });
    await host.sink.wait(
      'errors',
      1,
      ({ msg }) => (msg['error'] as { code?: string }).code === 'SENSR_BAD_FRAME',
    );
    const metrics = await fetch(`${host.url}/plant/sensr/metrics`, {
      headers: { authorization: 'Bearer secret' },
    });
    const families = parseExposition(await metrics.text());
    const ofErrors = (socket: string, kind: string): number | undefined =>
      families
        .get('sensr_message_errors_total')
        ?.series.find(({ labels }) => labels['socket'] === socket && labels['kind'] === kind)?.value;
    assert.ok((ofErrors('output', 'SENSR_BAD_FRAME') ?? 0) >= 1);
    assert.equal(ofErrors('points', 'SENSR_BAD_FRAME'), 0);
    const at = families.get('sensr_last_message_timestamp_seconds')?.series[0]?.value ?? 0;
    assert.ok(Math.abs(Date.now() / 1000 - at) < 10, `${at}`);
  });

  it('are gone with the node, and its log is complete', async () => {
    const log = join(host.userDir, 'sensr-health.log');
    await host.deploy([tab()]);
    assert.equal(
      (await fetch(`${host.url}${PATH}`, { headers: { authorization: 'Bearer secret' } })).status,
      404,
    );
    assert.ok(existsSync(log));
    const events = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    assert.ok(events.includes('STATE_CHANGE'), events.join());
  });

  it('need a prefix that is a path', async () => {
    await host.deploy(flows({ ...OPTIONS, prefix: 'not a path' }));
    assert.equal((await fetch(`${host.url}${PATH}`)).status, 404);
  });
});
