import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABEL, TRACKING_STATUS, ZONE_EVENT } from '../../simulator/enums';
import { startSimulator, type Simulator } from '../../simulator/server';
import type { TrackedObject, Timestamp, ZoneEvent } from '../../simulator/types';
import { ExampleRun } from '../helpers/example-run';
import type { FlowNode } from '../helpers/embedded-node-red';

const START_MS = Date.UTC(2026, 4, 6, 12);
const DAY_MS = 24 * 3_600_000;
const at = (afterMs: number): Timestamp => ({
  seconds: Math.floor((START_MS + afterMs) / 1000),
  nanos: ((START_MS + afterMs) % 1000) * 1_000_000,
});
const two = (number: number): string => String(number).padStart(2, '0');
/** In this machine's time zone, as Node-RED has it. */
const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const pedestrian = (id: number, zoneIds: number[], speed = 1): TrackedObject => ({
  id,
  label: LABEL.LABEL_PEDESTRIAN,
  confidence: 0.9,
  bbox: { position: { x: 1.234, y: 2, z: 0 }, size: { x: 0.6, y: 0.6, z: 1.7 } },
  velocity: { x: speed },
  trackingStatus: TRACKING_STATUS.TRACKING,
  zoneIds,
});

/** Flows whose result depends on when things happen, fed frame by frame. */
describe('the examples, frame by frame', function () {
  this.timeout(60_000);
  let run: ExampleRun;
  let simulator: Simulator;
  let folder: string;
  let connections = 0;

  const deploy = async (
    name: string,
    env: Record<string, string> = {},
    change?: (node: FlowNode) => FlowNode,
  ): Promise<void> => {
    await run.deploy(name, simulator, env, change);
    await simulator.waitForConnection('output', (connections += 1));
  };
  const objects = (afterMs: number, ...list: TrackedObject[]): void => {
    simulator.publishMessage({ timestamp: at(afterMs), stream: { objects: list, hasObjects: true } });
  };
  const events = (afterMs: number, ...list: ZoneEvent[]): void => {
    const zone = list.map((one) => ({ timestamp: at(afterMs), ...one }));
    simulator.publishMessage({ timestamp: at(afterMs), event: { zone } });
  };
  const lost = (afterMs: number, id: number): void => {
    simulator.publishMessage({ timestamp: at(afterMs), event: { losing: [{ timestamp: at(afterMs), id }] } });
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sensr-examples-'));
    run = await ExampleRun.start();
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0, groundPoints: 1, backgroundPoints: 1 });
  });
  after(async () => {
    await run.stop();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ENTRY = ZONE_EVENT.ENTRY;
  const EXIT = ZONE_EVENT.EXIT;

  it('SENSR zone counter counts entries and exits, and times each stay', async () => {
    await deploy('SENSR zone counter');
    events(0, { id: 7, type: ENTRY, object: { id: 1 } }, { id: 7, type: ENTRY, object: { id: 2 } });
    events(2500, { id: 7, type: EXIT, object: { id: 1 } });
    events(3000, { id: 8, type: EXIT, object: { id: 9 } });
    const counts = await run.wait('counts', 4);
    assert.deepEqual(
      counts.map(({ payload }) => payload),
      [
        { zoneId: 7, zone: 'zone 7', entered: 1, left: 0 },
        { zoneId: 7, zone: 'zone 7', entered: 2, left: 0 },
        { zoneId: 7, zone: 'zone 7', entered: 2, left: 1 },
        { zoneId: 8, zone: 'zone 8', entered: 0, left: 1 },
      ],
    );
    assert.deepEqual(
      run.of('stays').map(({ payload }) => payload),
      [{ zoneId: 7, zone: 'zone 7', objectId: 1, seconds: 2.5 }],
    );
  });

  it('SENSR zone counter forgets a lost track, and begins anew at midnight with who is inside', async () => {
    await deploy('SENSR zone counter');
    events(0, { id: 7, type: ENTRY, object: { id: 1 } }, { id: 7, type: ENTRY, object: { id: 2 } });
    lost(1000, 2);
    await run.wait('counts', 2);
    await run.press('every midnight');
    events(4000, { id: 7, type: EXIT, object: { id: 2 } }, { id: 7, type: EXIT, object: { id: 1 } });
    const [, , , last] = await run.wait('counts', 4);
    assert.deepEqual(last?.payload, { zoneId: 7, zone: 'zone 7', entered: 0, left: 2 });
    const stays = await run.wait('stays');
    assert.deepEqual(
      stays.map(({ payload }) => payload),
      [{ zoneId: 7, zone: 'zone 7', objectId: 1, seconds: 4 }],
    );
  });

  it('SENSR zone counter shows who is inside now, by the names of the zones', async () => {
    await deploy('SENSR zone counter', {}, (node) => ({ ...node, interval: 0 }));
    const zones = [7, 8].map((id) => ({
      id,
      name: `gate ${id}`,
      pbox: { points: [], minZ: 0, maxZ: 3 },
      type: 1,
    }));
    simulator.publishMessage({ timestamp: at(0), stream: { zones, hasZones: true } });
    // The names may take a moment longer than the next picture.
    let inside: unknown;
    while (!(typeof inside === 'object' && inside !== null && 'gate 8' in inside)) {
      const next = run.next('inside now');
      objects(0, pedestrian(1, [7]), pedestrian(2, [7]), pedestrian(3, []));
      inside = (await next).payload;
    }
    assert.deepEqual(inside, { 'gate 7': 2, 'gate 8': 0 });
  });

  const SETTINGS = { ZONE_ID: '7', SPEED_LIMIT_M_PER_S: '5', CONFIRM_SECONDS: '3', CLEAR_SECONDS: '2' };
  /** Frames of a tenth of a second, from and to in ms. */
  const during = (fromMs: number, toMs: number, ...list: TrackedObject[]): void => {
    for (let ms = fromMs; ms < toMs; ms += 100) objects(ms, ...list);
  };
  /** The frames come all at once, and none may be dropped. */
  const patient = (node: FlowNode): FlowNode => ({ ...node, queueSize: 1000 });
  const told = (debug: string): string[] =>
    run.of(debug).map(({ topic, payload }) => `${topic} ${(payload as { objectId: number }).objectId}`);

  it('SENSR alarms raises an intrusion once it is confirmed, and ends it', async () => {
    await deploy('SENSR alarms', SETTINGS, patient);
    during(0, 2900, pedestrian(1, [7]), pedestrian(2, [8]));
    during(2900, 4000, pedestrian(2, [8]));
    during(4000, 8000, pedestrian(3, [7]));
    during(8000, 11_000);
    const [over] = await run.wait('over');
    assert.deepEqual(told('alarms'), ['alarm/intrusion 3']);
    assert.equal((run.of('alarms')[0]?.payload as { since: number }).since, START_MS + 4000);
    assert.deepEqual(over.payload, { rule: 'intrusion', objectId: 3, since: START_MS + 4000, seconds: 3.9 });
  });

  it('SENSR alarms tells who is too fast, bears a frame without him, and confirms anew after a gap', async () => {
    await deploy('SENSR alarms', SETTINGS, patient);
    during(0, 2000, pedestrian(1, [], 6), pedestrian(2, [], 6), pedestrian(3, [], 4));
    during(2000, 2300, pedestrian(1, [], 6));
    during(2300, 3100, pedestrian(1, [], 6), pedestrian(2, [], 6), pedestrian(3, [], 4));
    const alarms = await run.wait('alarms', 2);
    assert.equal(alarms.length, 2);
    assert.deepEqual(told('alarms'), ['alarm/speed 1', 'alarm/speed 2']);
    during(10_000, 11_000, pedestrian(4, [], 6));
    during(14_000, 16_900, pedestrian(4, [], 6));
    during(16_900, 17_100, pedestrian(4, [], 6), pedestrian(5, [7], 1));
    await run.wait('alarms', 3);
    assert.equal((run.of('alarms')[2]?.payload as { since: number }).since, START_MS + 14_000);
  });

  it("SENSR alarms passes SENSR's own on, by kind", async () => {
    await deploy('SENSR alarms', SETTINGS, patient);
    events(
      0,
      { id: 7, type: ZONE_EVENT.LOITERING, object: { id: 1 } },
      { id: 7, type: ZONE_EVENT.EXCEEDS_SPEED, object: { id: 2 } },
    );
    const [loitering] = await run.wait('loitering');
    const [speeding] = await run.wait('speeding');
    assert.equal((loitering.payload as { object: { id: number } }).object.id, 1);
    assert.equal((speeding.payload as { object: { id: number } }).object.id, 2);
  });

  it('SENSR record to files writes a line an object into the file of the day', async () => {
    await deploy('SENSR record to files', { FOLDER: folder }, (node) =>
      node.type === 'sensr-stream' ? { ...node, interval: 0 } : node,
    );
    objects(0, pedestrian(1, [7]), pedestrian(2, []));
    objects(DAY_MS, pedestrian(3, []));
    const files = (await run.wait('new file', 2)).map(({ payload }) => String(payload));
    const days = [0, DAY_MS].map((ms) => dayOf(new Date(START_MS + ms)));
    assert.deepEqual(
      files,
      days.map((day) => join(folder, `objects-${day}.jsonl`)),
    );
    const lines = readFileSync(String(files[0]), 'utf8').trimEnd().split('\n');
    assert.deepEqual(JSON.parse(String(lines[0])), {
      time: '2026-05-06T12:00:00.000Z',
      id: 1,
      label: 'LABEL_PEDESTRIAN',
      isStatic: false,
      x: 1.23,
      y: 2,
      speed: 1,
      zoneIds: [7],
    });
    assert.equal(lines.length, 2);
    assert.equal(readFileSync(String(files[1]), 'utf8').trimEnd().split('\n').length, 1);
  });

  it('SENSR record to files deletes the file that is too old, and does not mind that there is none', async () => {
    await deploy('SENSR record to files', { FOLDER: folder, KEEP_DAYS: '30' });
    const old = new Date();
    old.setDate(old.getDate() - 30);
    const file = join(folder, `objects-${dayOf(old)}.jsonl`);
    writeFileSync(file, '{}\n');
    await run.press('every night');
    await run.wait('deleted');
    assert.equal(existsSync(file), false);
    await run.press('every night');
    objects(0, pedestrian(1, []));
    await run.wait('new file');
    assert.deepEqual(run.of('errors'), []);
  });

  it('SENSR to MQTT publishes objects, events and retained health', async () => {
    // An ES module: the compiled test can have it only like this.
    const { Aedes } = await import('aedes');
    const aedes = await Aedes.createBroker();
    const broker = createServer((socket) => void aedes.handle(socket));
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    const published = new Map<string, { payload: unknown; retain: boolean }>();
    const arrived = new Promise<void>((done) => {
      aedes.on('publish', ({ topic, payload, retain }) => {
        if (!topic.startsWith('sensr/')) return;
        published.set(topic, { payload: JSON.parse(payload.toString()), retain });
        if (published.size === 3) done();
      });
    });
    try {
      const connected = once(aedes, 'clientReady');
      const port = String((broker.address() as AddressInfo).port);
      await deploy('SENSR to MQTT', {}, (node) =>
        node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port } : node,
      );
      await connected;
      await run.client.until(
        () => run.client.status(run.id('mqtt out', 'objects')) === 'node-red:common.status.connected',
        () => `status of mqtt out: ${run.client.status(run.id('mqtt out', 'objects'))}`,
      );
      objects(0, pedestrian(1, [7]));
      events(0, { id: 7, type: ENTRY, object: { id: 1 } });
      simulator.publishMessage({ timestamp: at(0), stream: { health: { master: 1, nodes: {} } } });
      await arrived;
      assert.equal((published.get('sensr/127.0.0.1/objects')?.payload as { id: number }[])[0]?.id, 1);
      assert.equal((published.get('sensr/127.0.0.1/zones/7/entry')?.payload as { zoneId: number }).zoneId, 7);
      assert.deepEqual(published.get('sensr/127.0.0.1/health'), {
        payload: { master: 'OK', nodes: {} },
        retain: true,
      });
      assert.deepEqual(
        [...published.values()].map(({ retain }) => retain),
        [false, false, true],
      );
    } finally {
      await run.client.deploy([]);
      await new Promise<void>((done) => {
        aedes.close(() => {
          broker.close(() => {
            done();
          });
        });
      });
    }
  });
});
