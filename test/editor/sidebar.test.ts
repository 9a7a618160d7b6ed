/** The tab SENSR in a real editor, with a real SENSR simulator behind real nodes. */
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { startSimulator, type Simulator } from '../../simulator/server';
import { OBJECTS_PERIOD_MS } from '../../plugins/sensr-sidebar/live/live-view';
import type { StateAnswer } from '../../plugins/sensr-sidebar/protocol';
import type { Shape } from '../../plugins/sensr-sidebar/editor/view/live-shapes';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

const TAB = 'sensr-sidebar';
const SERVER = 'watched';
const STREAM = 'objects-node';
/** Long enough for three of the slowest questions. */
const QUIET_MS = 3000;

interface SidebarRed {
  readonly sidebar: { show(id: string): void };
  readonly plugins: { getPlugin(id: string): { view?: { model(): readonly Shape[] } } };
}

describe('editor: sidebar', function () {
  this.timeout(40_000);
  const editor = useEditor();
  let simulator: Simulator;
  const ours: string[] = [];

  const tab = () => editor().page.locator('.sensr-sidebar');
  const show = (id = TAB) =>
    editor().page.evaluate((one) => {
      (RED as unknown as SidebarRed).sidebar.show(one);
    }, id);
  /** Where the tab is low, the map is below its edge, and asks nothing until it is seen. */
  const showMap = async (): Promise<void> => {
    await show();
    await tab().locator('.sensr-map').scrollIntoViewIfNeeded();
  };
  const model = (): Promise<readonly Shape[]> =>
    editor().page.evaluate(
      (one) => (RED as unknown as SidebarRed).plugins.getPlugin(one).view?.model() ?? [],
      TAB,
    );
  const state = async (): Promise<StateAnswer> => (await editor().get('sensr/sidebar/state')) as StateAnswer;
  const socket = (name: string) => tab().locator('.sensr-socket', { hasText: name });

  const flow = (streams: Flow = [{ ...stream(STREAM), wires: [[]] }], health: Flow = []): Flow => [
    { id: 't1', type: 'tab', label: 'Flow 1' },
    {
      ...{ id: SERVER, type: 'sensr-config', name: 'Crossing', host: '127.0.0.1', retries: 0 },
      outputPort: simulator.outputPort,
      pointsPort: simulator.pointsPort,
      restPort: simulator.restPort,
      backoffInitial: 0.1,
      backoffMax: 1,
    },
    ...streams,
    ...health,
  ];
  const stream = (id: string) => ({
    ...{ id, type: 'sensr-stream', z: 't1', x: 200, y: 100, server: SERVER, stream: 'objects' },
    name: 'all objects',
  });
  const health: Flow = [
    {
      ...{ id: 'health-node', type: 'sensr-health', z: 't1', x: 200, y: 200, name: 'health' },
      ...{ sampleInterval: 1, checkInterval: 10, wires: [[], []] },
    },
  ];

  before(async () => {
    simulator = await startSimulator({ busy: true, details: false, pointsHz: 0, seed: 7 });
    const { page } = editor();
    page.on('request', (request) => {
      if (/\/sensr\/|view\.js/.test(request.url())) ours.push(new URL(request.url()).pathname);
    });
  });
  after(() => simulator.close());
  beforeEach(() => {
    editor().complaints.length = 0;
  });

  describe('closed', () => {
    it('asks nothing, listens to nothing, and has not even fetched its content', async () => {
      await editor().load(flow([]));
      ours.length = 0;
      const frames: string[] = [];
      editor().page.on('websocket', (socket) => {
        socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
      });
      await editor().reload();
      await editor().page.waitForTimeout(QUIET_MS);
      assert.deepEqual(ours, []);
      assert.ok(!frames.some((frame) => frame.includes('sensr/sidebar')));
      assert.equal(simulator.stats().ports.output.connectionsEver, 0);
    });

    it('asks nothing more once another tab is chosen', async () => {
      await editor().load(flow());
      await showMap();
      await tab().locator('.sensr-line', { hasText: 'objects' }).waitFor();
      await show('info');
      await tab().waitFor({ state: 'hidden' });
      // What was under way may still be counted.
      await editor().page.waitForTimeout(200);
      ours.length = 0;
      await editor().page.waitForTimeout(QUIET_MS);
      assert.deepEqual(ours, []);
    });
  });

  describe('open', () => {
    before(async () => {
      await editor().load(flow(undefined, health));
      await showMap();
      await tab().locator('.sensr-line', { hasText: 'objects' }).waitFor();
    });

    it('tells of each socket what it does, with the numbers of the server', async () => {
      await socket('Output: receiving').waitFor();
      await socket('Points: not used').waitFor();
      await socket('Output')
        .locator('dd', { hasText: /^(9\.\d|10\.\d)\/s$/ })
        .waitFor();
      const { servers } = await state();
      const [server] = servers;
      assert.ok(server);
      assert.equal(server.name, 'Crossing');
      const [counted] = server.streams;
      assert.ok(counted);
      assert.ok(server.output.frames > 0);
      assert.ok(Math.abs(server.output.frames - counted.received) <= 1);
      assert.equal(
        counted.received,
        counted.emitted + counted.filtered + counted.dropped + counted.queued,
        'the books are exact',
      );
      const shownReceived = async (): Promise<number> => {
        const facts = tab().locator('.sensr-card', { hasText: 'all objects' });
        const value = await facts.locator('div:has(> dt:text-is("Received")) > dd').innerText();
        return Number(value.replaceAll(',', ''));
      };
      const shown = await shownReceived();
      const sent =
        simulator
          .stats()
          .connections.filter(({ port }) => port === 'output')
          .at(-1)?.framesSent ?? 0;
      // Shown once a second.
      assert.ok(shown <= sent && sent - shown <= 20, `${sent} sent, ${shown} shown`);
      await tab().locator('h4', { hasText: 'Crossing (127.0.0.1)' }).waitFor();
    });

    it('draws the objects where the simulator has them', async () => {
      const { page } = editor();
      simulator.setRates({ outputHz: 0 });
      const zones = new Map<number, readonly (readonly [number, number])[]>();
      for (const { id, vertices } of simulator.scene.zones.list()) zones.set(id, vertices);
      // Each one is the newest when it comes; zones come in every hundredth.
      let message = simulator.publishOutput();
      for (let frame = 0; frame < 110 && !message.stream?.zones?.length; frame += 1)
        message = simulator.publishOutput();
      await page.waitForTimeout(400);
      message = simulator.publishOutput();
      let { staticObjects } = message.stream ?? {};
      // One frame in ten has none of them, although they are there: the picture ends with such a one.
      for (let frame = 0; frame < 20 && message.stream?.staticObjects; frame += 1) {
        ({ staticObjects } = message.stream);
        await page.waitForTimeout(OBJECTS_PERIOD_MS);
        message = simulator.publishOutput();
      }
      assert.ok(staticObjects && !message.stream?.staticObjects);
      const expected = new Map(
        [...(message.stream?.objects ?? []), ...staticObjects].map((object) => [
          object.id,
          object.bbox?.position,
        ]),
      );
      assert.ok(expected.size > 10);
      const placed = (shapes: readonly Shape[]) => shapes.filter((shape) => shape.kind === 'box');
      let boxes = placed(await model());
      const isThere = (): boolean =>
        boxes.length === expected.size &&
        boxes.every(({ id, centre: [x, y] }) => {
          const place = expected.get(id);
          return place && Math.abs((place.x ?? 0) - x) < 0.01 && Math.abs((place.y ?? 0) - y) < 0.01;
        });
      for (let attempt = 0; attempt < 30 && !isThere(); attempt += 1) {
        await page.waitForTimeout(100);
        boxes = placed(await model());
      }
      assert.ok(isThere(), JSON.stringify({ boxes: boxes.slice(0, 3), expected: [...expected].slice(0, 3) }));
      const shownZones = (await model()).filter((shape) => shape.kind === 'zone');
      assert.deepEqual(
        shownZones.map(({ id, outline }) => [id, outline]),
        [...zones],
      );
      simulator.setRates({ outputHz: 10 });
    });

    it('shows the pictures at most ten times a second', async () => {
      simulator.setRates({ outputHz: 50 });
      await editor().page.waitForTimeout(500);
      ours.length = 0;
      await editor().page.waitForTimeout(QUIET_MS);
      simulator.setRates({ outputHz: 10 });
      const live = ours.filter((path) => path.endsWith('/live')).length;
      const states = ours.filter((path) => path.endsWith('/state')).length;
      assert.ok(live > 10 && live <= 31, `${live} pictures in ${QUIET_MS} ms`);
      assert.ok(states >= 2 && states <= 4, `${states} times the numbers`);
    });

    it('has the objects as a table too', async () => {
      const table = tab().locator('.sensr-table');
      await tab().getByText('Objects as a table').click();
      await table.locator('tbody tr').first().waitFor();
      // The world stands still: the next look of the table is exact.
      simulator.setRates({ outputHz: 0 });
      await editor().page.waitForFunction((one) => {
        const shapes = (RED as unknown as SidebarRed).plugins.getPlugin(one).view?.model() ?? [];
        const rows = document.querySelectorAll('.sensr-sidebar .sensr-table tbody tr');
        return rows.length === shapes.filter(({ kind }) => kind === 'box').length;
      }, TAB);
      assert.match(
        await table.locator('tbody tr').first().innerText(),
        /^(vehicle|pedestrian|cyclist|other|not classified) \d+\s+-?[\d.]+, -?[\d.]+ m\s+[\d.]+ m\/s\s+\w+/,
      );
      simulator.setRates({ outputHz: 10 });
      await tab().getByText('Objects as a table').click();
    });

    it('shows the health of the process, its charts and its restarts', async () => {
      await tab()
        .getByText(/^(Starting|Normal|Warning) since /)
        .waitFor();
      const charts = tab().locator('.sensr-chart-box');
      assert.equal(await charts.count(), 6);
      await charts.first().locator('canvas').waitFor();
      assert.match(
        (await charts.first().getAttribute('aria-label')) ?? '',
        /^Memory \(RSS\): between \d+ MB/,
      );
      const samples = (await state()).health?.samples ?? [];
      assert.ok((samples.at(-1)?.rss ?? 0) > 2e7);
      await tab().locator('.sensr-restarts, .sensr-note', { hasText: 'None.' }).waitFor();
    });

    it('keeps to the limits of the health node when the socket thread is to be renewed', async () => {
      await tab().getByRole('button', { name: 'Renew socket thread' }).click();
      await tab()
        .getByText(/^(Started; the result shows under Health|Not now: \w+)/)
        .waitFor();
      await tab()
        .getByText(/^Last step: new socket thread \(by hand\)/)
        .waitFor();
    });

    it('fits into 180 pixels', async () => {
      const content = tab();
      await content.evaluate((element) => {
        (element as unknown as HTMLElement).style.width = '180px';
      });
      // Charts and map follow their boxes with the next frames.
      await editor().page.waitForTimeout(500);
      const overflow = await content.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      await editor().shoot('sidebar-narrow');
      await content.evaluate((element) => {
        (element as unknown as HTMLElement).style.width = '';
      });
      assert.ok(overflow <= 0, `${overflow} px too wide`);
    });

    it('can be read and used by everybody: no serious finding of axe', async () => {
      const { page } = editor();
      await page.evaluate(axe.source);
      for (const theme of ['light', 'dark'] as const) {
        if (theme === 'dark') await goDark(page);
        await page.setViewportSize({ width: 1280, height: 1500 });
        await editor().shoot(`sidebar-${theme}`);
        await page.setViewportSize({ width: 1280, height: 900 });
        const results = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(
            '.sensr-sidebar',
            { resultTypes: ['violations'] },
          );
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' · ')}`);
        });
        assert.deepEqual(results, [], theme);
      }
    });

    it('has written nothing to the console', () => {
      assert.deepEqual(editor().complaints, []);
    });
  });

  describe('commands', () => {
    before(async () => {
      await editor().load(flow());
      await show();
      await socket('Output: receiving').waitFor();
    });

    it('reconnects a socket', async () => {
      const before = simulator.stats().ports.output.connectionsEver;
      await socket('Output').getByRole('button', { name: 'Reconnect Output of Crossing' }).click();
      await simulator.waitForConnection('output', before + 1);
      await socket('Output').getByText('Connects anew.').waitFor();
      await socket('Output: receiving').waitFor();
    });

    it('renews the socket thread without a health node', async () => {
      await tab().getByRole('button', { name: 'Renew socket thread' }).click();
      await tab()
        .getByText(/^Done in /)
        .waitFor({ timeout: 15_000 });
    });

    it('tests the connection of the deployed server', async () => {
      await tab().getByRole('button', { name: 'Test connection of Crossing' }).click();
      const results = tab().locator('.sensr-results li');
      await results.filter({ hasText: 'Points' }).waitFor();
      const lines = await results.allInnerTexts();
      assert.equal(lines.length, 4);
      assert.match(lines[0] ?? '', /REST answered in \d+ ms/);
      for (const line of lines) assert.doesNotMatch(line, /sensr-config|undefined/);
    });

    it('tells how to get health without a health node', async () => {
      await tab().getByText('Put a sensr health node into any flow').waitFor();
      await tab().locator('details', { hasText: 'Restarts' }).last().waitFor({ state: 'hidden' });
    });

    it('tells that a permission is missing', async () => {
      const { page } = editor();
      const refuse = '**/sensr/sidebar/servers/*/reconnect';
      await page.route(refuse, (route) => route.fulfill({ status: 401, body: 'Unauthorized' }));
      await socket('Output')
        .getByRole('button', { name: /^Reconnect/ })
        .click();
      await socket('Output').getByText('You need the permission sensr.write to do this.').waitFor();
      await page.unroute(refuse);
      editor().complaints.length = 0;
    });

    it('moves the map with keys and buttons', async () => {
      const canvas = tab().locator('.sensr-map canvas');
      await canvas.scrollIntoViewIfNeeded();
      const picture = (): Promise<string> =>
        canvas.evaluate((one) => (one as unknown as HTMLCanvasElement).toDataURL());
      simulator.setRates({ outputHz: 0 });
      await editor().page.waitForTimeout(500);
      let last = await picture();
      const seen = new Set([last]);
      // Drawn with the page's next frame.
      const redrawn = async (): Promise<void> => {
        const untilMs = performance.now() + 5000;
        let next = last;
        while (next === last && performance.now() < untilMs) next = await picture();
        last = next;
        seen.add(last);
      };
      await canvas.focus();
      for (const key of ['+', 'ArrowLeft', 'ArrowUp', '-', 'Home']) {
        await canvas.press(key);
        await redrawn();
      }
      await tab().getByRole('button', { name: 'Zoom in' }).click();
      await redrawn();
      simulator.setRates({ outputHz: 10 });
      assert.ok(seen.size >= 6, `${seen.size} different pictures`);
    });
  });

  describe('of a server that no node listens to', () => {
    it('connects only when the person asks to watch, and leaves when the tab is left', async () => {
      await editor().load(flow([]));
      const before = simulator.stats().ports.output.connectionsEver;
      await show();
      const watch = tab().getByRole('button', { name: 'Watch', exact: true });
      await tab().getByText('No node listens to this server.').waitFor();
      await editor().page.waitForTimeout(1500);
      assert.equal(simulator.stats().ports.output.connectionsEver, before);
      await watch.click();
      await showMap();
      await tab()
        .locator('.sensr-line', { hasText: /\d+ objects/ })
        .waitFor();
      assert.equal(simulator.stats().ports.output.connectionsEver, before + 1);
      await show('info');
      // Ten seconds after the last look.
      const closed = simulator.waitForClose('output', simulator.stats().ports.output.connectionsEver);
      await closed;
    });

    it('asks for points only when they are ticked, and shows them', async () => {
      await showMap();
      const { page } = editor();
      const before = simulator.stats().ports.points.connectionsEver;
      await editor().page.waitForTimeout(1500);
      assert.equal(simulator.stats().ports.points.connectionsEver, before);
      simulator.setRates({ pointsHz: 5 });
      const answer = page.waitForResponse(
        async (response) =>
          response.url().includes('/live') && (await response.text()).includes('"metresPerUnit"'),
      );
      const watch = tab().getByRole('button', { name: 'Watch', exact: true });
      if (await watch.isVisible()) await watch.click();
      await tab()
        .getByLabel(/^Points/)
        .check();
      const { points } = (await (await answer).json()) as { points: { count: number; data: string } };
      assert.ok(points.count > 1000 && points.count <= 6000, String(points.count));
      assert.ok(points.data.length < 34_000);
      await editor().shoot('sidebar-points');
      await tab()
        .getByLabel(/^Points/)
        .uncheck();
      simulator.setRates({ pointsHz: 0 });
      await simulator.waitForClose('points', before + 1);
    });
  });
});
