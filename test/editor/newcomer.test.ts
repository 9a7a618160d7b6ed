/** The first minutes of somebody who has installed the package and reads nothing but the screen: from an empty editor to objects. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { startSimulator, type Simulator } from '../../simulator/server';
import { useEditor } from './editor-page';

const MOST_ACTIONS = 12;
const MOST_MS = 60_000;

describe('editor: a newcomer', function () {
  this.timeout(90_000);
  const editor = useEditor();
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ outputHz: 10, pointsHz: 0 });
    await editor().load([{ id: 't1', type: 'tab', label: 'Flow 1' }]);
  });
  after(() => simulator.close());

  it(`sees objects in the debug sidebar within a minute and ${MOST_ACTIONS} actions`, async () => {
    const { page } = editor();
    const startMs = performance.now();
    const actions: string[] = [];
    const act = async (what: string, how: () => Promise<unknown>): Promise<void> => {
      actions.push(what);
      await how();
    };

    await act('drag debug to the canvas', () => drop(page, 'debug', 560, 160));
    await act("type 'sensr' above the palette", () =>
      page.locator('#red-ui-palette-search input').fill('sensr'),
    );
    await act('drag sensr stream to the canvas', () => drop(page, 'sensr-stream', 240, 160));
    await act('join the two', () => join(page));
    await act('double-click the stream', () =>
      page.locator('.red-ui-flow-node-group', { hasText: 'objects' }).last().dblclick(),
    );
    await act('press + beside Server', () =>
      page
        .locator('.red-ui-tray .form-row', { has: page.locator('#node-input-server') })
        .locator('a')
        .last()
        .click(),
    );
    await page.waitForSelector('#node-config-dialog-ok');
    await act('type the host', () => page.locator('#node-config-input-host').fill('127.0.0.1'));
    // A SENSR listens where the form says already; the simulator of this test takes any free port.
    await page.locator('.sensr-form details:not([open]) > summary').first().click();
    await page.locator('#node-config-input-outputPort').fill(String(simulator.outputPort));
    await act('press Add', () => page.locator('#node-config-dialog-ok').click());
    await page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
    await act('press Done', () => page.locator('#node-dialog-ok').click());
    await page.waitForSelector('#node-dialog-ok', { state: 'detached' });
    await act('press Deploy', () => page.locator('#red-ui-header-button-deploy').click());
    await act('open the debug sidebar', () => page.locator('#red-ui-tab-debug-link-button').click());
    const message = page.locator('.red-ui-debug-msg', { hasText: 'array[' });
    await message.first().waitFor({ timeout: MOST_MS });
    const tookMs = performance.now() - startMs;

    assert.match(await message.first().innerText(), /array\[\d+\]/);
    await editor().shoot('newcomer');
    assert.ok(actions.length <= MOST_ACTIONS, actions.join('\n'));
    assert.ok(tookMs < MOST_MS, `${tookMs} ms`);
    process.stdout.write(`      ${actions.length} actions, ${(tookMs / 1000).toFixed(1)} s for a script\n`);
    assert.deepEqual(editor().complaints, []);
    await editor().load([{ id: 't1', type: 'tab', label: 'Flow 1' }]);
  });
});

/** As the mouse does it: the palette's nodes are dragged with pauses that jQuery UI can follow. */
async function drop(page: Page, type: string, x: number, y: number): Promise<void> {
  const node = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await node.scrollIntoViewIfNeeded();
  const chart = await page.locator('#red-ui-workspace-chart').boundingBox();
  const from = await node.boundingBox();
  assert.ok(chart && from);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(chart.x + x - 60, chart.y + y - 40, { steps: 8 });
  await page.mouse.move(chart.x + x, chart.y + y, { steps: 8 });
  await page.mouse.up();
}

async function join(page: Page): Promise<void> {
  const out = await page.locator('.red-ui-flow-port-output .red-ui-flow-port').first().boundingBox();
  const into = await page.locator('.red-ui-flow-port-input .red-ui-flow-port').first().boundingBox();
  assert.ok(out && into);
  await page.mouse.move(out.x + out.width / 2, out.y + out.height / 2);
  await page.mouse.down();
  await page.mouse.move(into.x + into.width / 2 - 10, into.y + into.height / 2, { steps: 8 });
  await page.mouse.move(into.x + into.width / 2, into.y + into.height / 2, { steps: 4 });
  await page.mouse.up();
}
