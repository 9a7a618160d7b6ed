import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import { LABEL, TRACKING_STATUS, ZONE_EVENT, ZONE_TYPE } from '../../simulator/enums';
import { startSimulator, type Simulator } from '../../simulator/server';
import type { TrackedObject } from '../../simulator/types';
import { launchChromium } from '../editor/chromium';
import { ExampleRun } from '../helpers/example-run';

const NAME = 'SENSR dashboard';
const LIMIT_MS = 15_000;
/** The map's colours of a car and of a zone that makes events. */
const CAR = [0x3b, 0x82, 0xf6];
const ZONE = [0x0d, 0x94, 0x88];
const STATIC = [0x8a, 0x90, 0xa0];
const MAP = '.sensr-map canvas';
/** The charts' colour of their first line. */
const FIRST_LINE = CAR;
/** The browser's advice to this test, which reads pixels. */
const NOT_OURS = /willReadFrequently/;

const square = (half: number): { x: number; y: number }[] => [
  { x: -half, y: -half },
  { x: half, y: -half },
  { x: half, y: half },
  { x: -half, y: half },
];
const car = (id: number, x: number, y: number, more: TrackedObject = {}): TrackedObject => ({
  id,
  label: LABEL.LABEL_CAR,
  bbox: { position: { x, y, z: 0 }, size: { x: 4, y: 2, z: 1.5 } },
  velocity: { x: 10 },
  trackingStatus: TRACKING_STATUS.TRACKING,
  zoneIds: [7],
  ...more,
});

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Resolves as soon as the canvas has this colour in a place that passes: its middle, as shares of width and height. */
async function colourAt(
  page: Page,
  canvas: string,
  colour: readonly number[],
  test: (place: Place) => boolean = () => true,
): Promise<Place> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const place = await page.evaluate(middleOf, { canvas, colour });
    if (place && test(place)) return place;
    if (performance.now() > endMs) throw new Error(`${colour.join()} in ${canvas}: ${JSON.stringify(place)}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** Runs in the page. */
function middleOf({ canvas, colour }: { canvas: string; colour: readonly number[] }): Place | undefined {
  const element = document.querySelector<HTMLCanvasElement>(canvas);
  if (!element?.width || !element.height) return undefined;
  const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height);
  if (!pixels) return undefined;
  let [count, sumX, sumY] = [0, 0, 0];
  for (let at = 0; at < pixels.data.length; at += 4) {
    if (colour.some((value, index) => Math.abs((pixels.data[at + index] ?? 0) - value) > 3)) continue;
    if ((pixels.data[at + 3] ?? 0) < 250) continue;
    count += 1;
    sumX += (at / 4) % pixels.width;
    sumY += Math.floor(at / 4 / pixels.width);
  }
  return count > 20 ? { x: sumX / count / pixels.width, y: sumY / count / pixels.height } : undefined;
}

describe(`the example ${NAME}`, function () {
  this.timeout(60_000);
  let run: ExampleRun;
  let simulator: Simulator;
  let browser: Browser;
  let page: Page;
  let frames: NodeJS.Timeout;
  const complaints: string[] = [];
  /** What the simulator sends, ten times a second. */
  let objects: TrackedObject[] = [];

  const open = async (path: string): Promise<void> => {
    await page.goto(`${run.url}dashboard/${path}`);
  };
  /** Resolves when the text of the page has all of these. */
  const shows = async (...texts: string[]): Promise<void> => {
    for (const text of texts)
      await page.getByText(text, { exact: true }).first().waitFor({ timeout: LIMIT_MS });
  };

  before(async () => {
    run = await ExampleRun.start();
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0, groundPoints: 1, backgroundPoints: 1 });
    await run.deploy(NAME, simulator);
    await simulator.waitForConnection('output', 1);
    const zone = {
      id: 7,
      name: 'gate',
      type: ZONE_TYPE.ZONE_TYPE_EVENT,
      pbox: { points: square(20), maxZ: 3 },
    };
    frames = setInterval(() => {
      const seconds = Math.floor(Date.now() / 1000);
      const nanos = (Date.now() % 1000) * 1_000_000;
      simulator.publishMessage({
        timestamp: { seconds, nanos },
        stream: {
          objects,
          hasObjects: true,
          zones: [zone],
          hasZones: true,
          health: { master: 5, nodes: {} },
        },
      });
    }, 100);
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    // The compiled test code marks functions with a helper that the page does not have.
    await page.addInitScript('globalThis.__name = (one) => one');
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (/error|warning/.test(message.type()) && !NOT_OURS.test(message.text()))
        complaints.push(message.text());
    });
  });
  after(async () => {
    clearInterval(frames);
    await browser.close();
    await run.stop();
    await simulator.close();
  });

  it('draws zones, and objects where they are, north up', async () => {
    objects = [car(1, 15, 15)];
    await open('live');
    await page.getByRole('img', { name: 'Map with 1 objects and 1 zones' }).waitFor({ timeout: LIMIT_MS });
    await colourAt(page, MAP, ZONE, ({ x, y }) => Math.abs(x - 0.5) < 0.02 && Math.abs(y - 0.5) < 0.02);
    await colourAt(page, MAP, CAR, ({ x, y }) => x > 0.6 && y < 0.4);
  });

  it('keeps static objects through frames that leave them out, and lets them go in the end', async () => {
    const post = car(9, -15, 15, { isStatic: true });
    objects = [car(1, 15, 15), post];
    await colourAt(page, MAP, STATIC, ({ x, y }) => x < 0.4 && y < 0.4);
    objects = [car(1, 15, -15)];
    await colourAt(page, MAP, CAR, ({ y }) => y > 0.6);
    assert.ok(await page.evaluate(middleOf, { canvas: MAP, colour: STATIC }), 'still there');
    const endMs = performance.now() + LIMIT_MS;
    while (await page.evaluate(middleOf, { canvas: MAP, colour: STATIC }))
      assert.ok(performance.now() < endMs, 'still there after all this time');
  });

  it('zooms and comes back with Fit', async () => {
    objects = [car(1, 15, 15)];
    const before = await colourAt(page, MAP, CAR);
    for (let times = 0; times < 2; times += 1) await page.getByRole('button', { name: 'Zoom out' }).click();
    await colourAt(page, MAP, CAR, ({ x }) => x < before.x - 0.02);
    await page.getByRole('button', { name: 'Fit' }).click();
    await colourAt(page, MAP, CAR, ({ x }) => Math.abs(x - before.x) < 0.01);
  });

  it('counts what moves, and tells the fastest and the last events', async () => {
    objects = [car(1, 0, 0), car(2, 5, 5), car(3, 9, 9, { isStatic: true })];
    await page.locator('.nrdb-ui-text', { hasText: 'Cars' }).getByText('2', { exact: true }).waitFor();
    await page.locator('.nrdb-ui-text', { hasText: 'Fastest' }).getByText('36 km/h').waitFor();
    simulator.publishMessage({
      timestamp: { seconds: 1_778_068_800 },
      event: {
        zone: [
          {
            timestamp: { seconds: 1_778_068_800 },
            id: 7,
            type: ZONE_EVENT.EXCEEDS_SPEED,
            object: { id: 4242 },
          },
        ],
      },
    });
    await shows('exceeds speed', 'gate', '4242');
  });

  it('draws a line for each zone, and lines of speed', async () => {
    const charts = await page.locator('.nrdb-ui-chart canvas').count();
    assert.equal(charts, 2);
    // The zone's two cars are at a height of their own, not at the bottom.
    await colourAt(page, '.nrdb-ui-group:nth-of-type(3) canvas', FIRST_LINE, ({ y }) => y < 0.8);
    await colourAt(page, '.nrdb-ui-group:nth-of-type(4) canvas', FIRST_LINE, ({ y }) => y < 0.8);
  });

  it('shows each stream, and the health in words', async () => {
    await open('connection');
    await shows('objects for the map', 'zone events', 'open', 'output buffer overflow');
  });

  it('tells that the connection is gone', async () => {
    await simulator.setFault({ name: 'refuse', port: 'output' });
    await simulator.setFault({ name: 'reset', port: 'output' });
    const cells = (text: string): Locator => page.locator('td').getByText(text, { exact: true });
    await cells('waiting').nth(4).waitFor({ timeout: LIMIT_MS });
    assert.equal(await cells('open').count(), 0);
    await simulator.clearFaults();
    await cells('open').nth(4).waitFor({ timeout: LIMIT_MS });
  });

  it('has a sister that shows the health of Node-RED', async () => {
    await run.deploy('SENSR health dashboard', simulator);
    await simulator.waitForConnection('output', 2);
    await open('health');
    await run.press('now');
    await shows('127.0.0.1 results', '127.0.0.1 points', 'state', 'starting');
    await run.press('now');
    await colourAt(page, '.nrdb-ui-group:nth-of-type(1) canvas', FIRST_LINE);
    await colourAt(page, '.nrdb-ui-group:nth-of-type(2) canvas', FIRST_LINE);
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(complaints, []);
  });
});
