/** The simulated world: repeatable, consistent with itself, and in numbers like the measured site. */

import assert from 'node:assert/strict';
import { LABEL, TRACKING_STATUS, ZONE_EVENT } from '../../../simulator/enums';
import { encodeOutputMessage } from '../../../simulator/encode';
import { Scene, type SceneOptions } from '../../../simulator/scene';
import type { OutputMessage, TrackedObject, ZoneEvent } from '../../../simulator/types';
import { type Zone, zoneHolds } from '../../../simulator/zones';

const START_MS = Date.UTC(2026, 0, 5, 8);
const FRAME_MS = 100;
const { VALIDATING, INVALIDATING, TRACKING, DRIFTING, EXPIRED } = TRACKING_STATUS;

const createScene = (options: Partial<SceneOptions> = {}): Scene =>
  new Scene({ seed: 1, startTimeMs: START_MS, busy: false, details: false, ...options });

const frames = (scene: Scene, count: number): OutputMessage[] =>
  Array.from({ length: count }, (_, index) => scene.next(START_MS + index * FRAME_MS));

const objectsOf = ({ stream }: OutputMessage): TrackedObject[] => stream?.objects ?? [];
const zoneEventsOf = ({ event }: OutputMessage): ZoneEvent[] => event?.zone ?? [];
const isIn = (zone: Zone, { bbox }: TrackedObject): boolean => {
  const { x = 0, y = 0, z = 0 } = bbox?.position ?? {};
  return zoneHolds(zone, x, y, z);
};
const counts = ({ trackingStatus }: TrackedObject): boolean =>
  trackingStatus === TRACKING || trackingStatus === DRIFTING;
const speedOf = ({ velocity }: TrackedObject): number => Math.hypot(velocity?.x ?? 0, velocity?.y ?? 0);
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

describe('simulated world', () => {
  it('is the same for the same seed and another for another', () => {
    const bytes = (seed: number, busy: boolean): string =>
      Buffer.concat(
        frames(createScene({ seed, busy, details: true }), 100).map((frame) => encodeOutputMessage(frame)),
      ).toString('hex');
    assert.ok(bytes(7, false) === bytes(7, false));
    assert.ok(bytes(7, true) === bytes(7, true));
    assert.ok(bytes(7, true) !== bytes(8, true));
  });

  it('has 60 objects in every busy frame, of several classes', () => {
    const busy = frames(createScene({ busy: true }), 300);
    assert.deepEqual([...new Set(busy.map((frame) => objectsOf(frame).length))], [60]);
    const labels = new Set(busy.flatMap(objectsOf).map(({ label }) => label));
    for (const label of [LABEL.LABEL_CAR, LABEL.LABEL_PEDESTRIAN, LABEL.LABEL_CYCLIST])
      assert.ok(labels.has(label), String(label));
  });

  it('moves objects by their velocity, at speeds of their kind', () => {
    const busy = frames(createScene({ busy: true }), 300);
    let moved = 0;
    busy.forEach((frame, index) => {
      const before = new Map(objectsOf(busy[index - 1] ?? {}).map((one) => [one.id, one]));
      for (const object of objectsOf(frame)) {
        assert.ok(speedOf(object) <= 15, `${speedOf(object)} m/s`);
        const last = before.get(object.id)?.bbox?.position;
        if (!last || object.yawRate !== 0) continue;
        const { x = 0, y = 0 } = object.bbox?.position ?? {};
        assert.ok(Math.abs(x - (last.x ?? 0) - (object.velocity?.x ?? 0) * 0.1) < 1e-6);
        assert.ok(Math.abs(y - (last.y ?? 0) - (object.velocity?.y ?? 0) * 0.1) < 1e-6);
        moved += 1;
      }
    });
    assert.ok(moved > 10_000, String(moved));
  });

  it('gives each track a life in the right order, and reports the end of those that counted', () => {
    const busy = frames(createScene({ busy: true }), 1200);
    const lives = new Map<number, number[]>();
    const lost = busy.flatMap(({ event }) => event?.losing ?? []).map(({ id }) => id);
    for (const object of busy.flatMap(objectsOf)) {
      const life = lives.get(object.id ?? 0) ?? [];
      if (life.at(-1) !== object.trackingStatus) life.push(object.trackingStatus ?? 0);
      lives.set(object.id ?? 0, life);
    }
    const alive = new Set(objectsOf(busy.at(-1) ?? {}).map(({ id }) => id));
    const finished = [...lives].filter(([id, life]) => !alive.has(id) && life[0] === VALIDATING);
    assert.ok(finished.length > 100, String(finished.length));
    const shapes = new Set(finished.map(([, life]) => life.join()));
    assert.deepEqual([...shapes].sort(), [
      [VALIDATING, INVALIDATING].join(),
      [VALIDATING, TRACKING, DRIFTING, EXPIRED].join(),
      [VALIDATING, TRACKING, EXPIRED].join(),
    ]);
    for (const [id, life] of finished)
      assert.equal(lost.filter((one) => one === id).length, life.includes(EXPIRED) ? 1 : 0, String(id));
  });

  it('says in zone_ids exactly the event zones an object that counts is in', () => {
    const scene = createScene({ busy: true });
    const eventZones = scene.zones.list().filter(({ zoneType }) => zoneType === 'Event');
    let inside = 0;
    for (const object of frames(scene, 600).flatMap(objectsOf)) {
      const expected = counts(object) ? eventZones.filter((zone) => isIn(zone, object)) : [];
      assert.deepEqual(
        object.zoneIds,
        expected.map(({ id }) => id),
      );
      inside += expected.length;
    }
    assert.ok(inside > 1000, String(inside));
  });

  it('tracks nothing in an exclusion zone', () => {
    const scene = createScene({ busy: true });
    const excluded = scene.zones.list().filter(({ zoneType }) => zoneType === 'Exclusion');
    assert.equal(excluded.length, 1);
    const inside = frames(scene, 3000)
      .flatMap(objectsOf)
      .filter((object) => excluded.some((zone) => isIn(zone, object)));
    assert.ok(inside.length > 0, 'nobody ever came near the tree');
    assert.ok(inside.every(({ trackingStatus }) => trackingStatus === EXPIRED));
  });

  it('sends entry and exit exactly when zone_ids change', () => {
    const busy = frames(createScene({ busy: true }), 1200);
    let seen = 0;
    busy.forEach((frame, index) => {
      const pairs = (one: OutputMessage | undefined): Set<string> =>
        new Set(
          objectsOf(one ?? {}).flatMap(({ id, zoneIds }) => (zoneIds ?? []).map((zone) => `${id}@${zone}`)),
        );
      const [before, now] = [pairs(busy[index - 1]), pairs(frame)];
      const events = (type: number): string[] =>
        zoneEventsOf(frame)
          .filter((event) => event.type === type)
          .map(({ id, object }) => `${object?.id}@${id}`)
          .sort();
      assert.deepEqual(events(ZONE_EVENT.ENTRY), [...now].filter((pair) => !before.has(pair)).sort());
      assert.deepEqual(events(ZONE_EVENT.EXIT), [...before].filter((pair) => !now.has(pair)).sort());
      seen += zoneEventsOf(frame).length;
    });
    assert.ok(seen > 500, String(seen));
  });

  it('reports loitering after the threshold, and excess speed above the limit, once a visit', () => {
    const scene = createScene({ busy: true });
    const byId = new Map(scene.zones.list().map((zone) => [zone.id, zone]));
    const entered = new Map<string, number>();
    const reported = new Map<string, number>();
    const seen = { loitering: 0, speed: 0 };
    frames(scene, 3000).forEach((frame, index) => {
      for (const { id = 0, type, object } of zoneEventsOf(frame)) {
        const pair = `${object?.id}@${id}`;
        const zone = byId.get(id);
        if (type === ZONE_EVENT.ENTRY) entered.set(pair, index);
        if (type === ZONE_EVENT.LOITERING) {
          const stayedS = ((index - (entered.get(pair) ?? NaN)) * FRAME_MS) / 1000;
          const threshold = zone?.loiteringThreshold ?? NaN;
          assert.ok(stayedS > threshold && stayedS <= threshold + 0.2001, `${stayedS} s`);
          seen.loitering += 1;
        }
        if (type === ZONE_EVENT.EXCEEDS_SPEED) {
          const speed = Math.hypot(object?.velocity?.x ?? 0, object?.velocity?.y ?? 0);
          assert.ok(speed > (zone?.speedLimit ?? NaN), `${speed} m/s`);
          seen.speed += 1;
        }
        if (type === ZONE_EVENT.LOITERING || type === ZONE_EVENT.EXCEEDS_SPEED) {
          const key = `${pair}:${type}`;
          assert.notEqual(reported.get(key), entered.get(pair), key);
          reported.set(key, entered.get(pair) ?? NaN);
        }
      }
    });
    assert.ok(seen.loitering > 10 && seen.speed > 10, JSON.stringify(seen));
  });

  it('sends details only when asked, one intensity of 0 to 255 a point, points inside the box', () => {
    const plain = frames(createScene({ busy: true }), 5).flatMap(objectsOf);
    assert.ok(plain.every((object) => !object.points && !object.history && !object.prediction));
    for (const object of frames(createScene({ busy: true, details: true }), 20).flatMap(objectsOf)) {
      const { points, intensities, bbox } = object;
      assert.ok(points && intensities && bbox?.position && bbox.size && object.history?.states?.length);
      assert.equal(points.length / 12, intensities.length / 4);
      const xyz = new Float32Array(points.slice().buffer);
      const reachM = Math.hypot(bbox.size.x ?? 0, bbox.size.y ?? 0) / 2 + 1e-4;
      for (let at = 0; at < xyz.length; at += 3) {
        const [dx, dy] = [
          (xyz[at] ?? NaN) - (bbox.position.x ?? 0),
          (xyz[at + 1] ?? NaN) - (bbox.position.y ?? 0),
        ];
        assert.ok(Math.hypot(dx, dy) <= reachM);
      }
      for (const intensity of new Float32Array(intensities.slice().buffer))
        assert.ok(intensity >= 0 && intensity <= 255);
    }
  });

  it('forgets a zone that is taken away and reports its absence nowhere else', () => {
    const scene = createScene({ busy: true });
    frames(scene, 50);
    scene.zones.replaceAll([]);
    const after = scene.next(START_MS + 50 * FRAME_MS);
    assert.ok(objectsOf(after).every(({ zoneIds }) => zoneIds?.length === 0));
    assert.deepEqual(scene.objectIdsIn(1001), []);
  });
});

describe('default traffic', () => {
  const day: OutputMessage[] = [];
  const perSeed = 36_000;
  before(() => {
    for (const seed of [1, 2, 3]) day.push(...frames(createScene({ seed, details: true }), perSeed));
  });
  const share = (matches: (frame: OutputMessage) => boolean): number =>
    day.filter(matches).length / day.length;

  it('is as full as the measured site: nothing in three frames of four, six at most', () => {
    const empty = share((frame) => objectsOf(frame).length === 0);
    assert.ok(empty > 0.67 && empty < 0.83, String(empty));
    const few = share((frame) => [1, 2].includes(objectsOf(frame).length));
    assert.ok(few / (1 - empty) > 0.75, String(few));
    const most = day.reduce((highest, frame) => Math.max(highest, objectsOf(frame).length), 0);
    assert.ok(most >= 4 && most <= 6, String(most));
  });

  it('has events in about one frame in a hundred', () => {
    const eventful = share(({ event }) => event !== undefined);
    assert.ok(eventful > 0.006 && eventful < 0.014, String(eventful));
  });

  it('says has_objects each frame, health each second, two zones every ten', () => {
    const hour = day.slice(0, perSeed);
    assert.ok(hour.every(({ stream }) => stream?.hasObjects === true));
    hour.forEach(({ stream }, index) => {
      assert.equal(stream?.health !== undefined, index % 10 === 0, String(index));
      assert.equal(stream?.hasZones ?? false, index % 100 === 0, String(index));
      assert.equal(stream?.zones?.length ?? 0, index % 100 === 0 ? 2 : 0);
    });
  });

  it('makes frames as large as those of the measured site', () => {
    const bytes = day.map((frame) => encodeOutputMessage(frame).length).sort((one, other) => one - other);
    const within = (wanted: number, q: number, factor: number): void => {
      const found = quantile(bytes, q);
      assert.ok(found > wanted / factor && found < wanted * factor, `${q}: ${found} instead of ${wanted}`);
    };
    within(75, 0.05, 1.35);
    within(2018, 0.1, 1.1);
    within(2116, 0.5, 1.05);
    within(2869, 0.75, 1.5);
    within(5069, 0.9, 1.6);
    within(12_036, 0.95, 1.4);
    within(27_152, 0.99, 1.4);
    within(62_280, 1, 1.5);
  });
});
