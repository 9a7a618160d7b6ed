/**
 * npm run screenshots: makes the pictures of README.md from the demo, in light and dark, so that they stay true.
 * `npm run screenshots -- sidebar` makes but that one; the others are dashboard, editor and stream.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { launchChromium } from '../test/editor/chromium';
import { goDark } from '../test/editor/dark';
import { startNodeRed } from '../test/editor/node-red';
import type { FlowNode } from '../test/helpers/embedded-node-red';
import { DASHBOARD } from '../test/helpers/examples';
import { NodeRedClient } from '../test/helpers/node-red-client';
import { startSimulatorProcess } from '../test/helpers/simulator-process';

const FOLDER = 'docs/images';
/** As wide as GitHub shows a README, at one and a half of its pixels. */
const VIEWPORT = { width: 1280, height: 720 };
const DASHBOARD_HEIGHT = 1000;
const DIALOG_HEIGHT = 860;
const SIDEBAR_HEIGHT = 900;
/** Dragged this much wider than Node-RED has it. */
const SIDEBAR_DRAG = 110;
/** Until the charts have a line worth looking at. */
const CHARTS_FILL_MS = 45_000;
/** Pictures that nobody waits for cost nobody anything. */
const LARGEST_BYTES = 150_000;
const COLOURS = 64;
const DARK_DASHBOARD = {
  surface: '#202226',
  primary: '#4ba3f0',
  bgPage: '#17191c',
  groupBg: '#26292e',
  groupOutline: '#3a3e45',
};

type Mode = 'light' | 'dark';

function inMode(flow: readonly FlowNode[], mode: Mode): readonly FlowNode[] {
  if (mode === 'light') return flow;
  const changes: Readonly<Record<string, object>> = {
    'ui-theme': { colors: DARK_DASHBOARD },
    'ui-chart': { textColor: ['#b4bac4'] },
  };
  return flow.map((node) => ({ ...node, ...changes[node.type] }));
}

async function save(picture: Buffer, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await sharp(picture).png({ palette: true, colours: COLOURS, effort: 10, compressionLevel: 9 }).toFile(path);
  const bytes = statSync(path).size;
  process.stdout.write(`${path} ${Math.round(bytes / 1000)} kB\n`);
  if (bytes > LARGEST_BYTES) throw new Error(`${path}: ${bytes} bytes, expected at most ${LARGEST_BYTES}`);
}

async function openEditor(page: Page, url: string, mode: Mode): Promise<void> {
  await page.addInitScript('globalThis.__name = (one) => one');
  await page.goto(url);
  await page.waitForFunction(() => RED.nodes.getType('sensr-stream'));
  await page.locator('.red-ui-flow-node').first().waitFor();
  if (mode === 'dark') await goDark(page);
}

/** A dialog slides in. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(600);

async function shootEditor(page: Page, url: string, mode: Mode): Promise<void> {
  await openEditor(page, url, mode);
  await page.evaluate(() => {
    RED.sidebar.show('debug');
  });
  const messages = page.locator('.red-ui-debug-msg');
  await messages.nth(5).waitFor();
  const event = messages.filter({ hasText: 'node: events' }).first();
  await event.locator('.red-ui-debug-msg-object-handle').first().click();
  // Away from the message, whose node would be marked.
  await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height - 60);
  await settle(page);
  await save(await page.screenshot(), `editor-${mode}`);
}

async function shootDialog(page: Page, url: string, mode: Mode, type: string, name: string): Promise<void> {
  await page.setViewportSize({ ...VIEWPORT, height: DIALOG_HEIGHT });
  await openEditor(page, url, mode);
  await page.evaluate((wanted) => {
    const [node] = RED.nodes.filterNodes({ type: wanted });
    if (node) RED.editor.edit(node);
  }, type);
  const tray: Locator = page.locator('.red-ui-tray').last();
  await tray.locator('#node-dialog-ok').waitFor();
  await settle(page);
  await save(await tray.screenshot(), `${name}-${mode}`);
}

async function shootDashboard(page: Page, url: string, mode: Mode): Promise<void> {
  const { PAGES } = await import('./demo-flow.mjs');
  await page.setViewportSize({ ...VIEWPORT, height: DASHBOARD_HEIGHT });
  for (const path of PAGES) {
    await page.goto(new URL(path, url).href);
    await page.locator('.nrdb-ui-chart canvas').first().waitFor();
    await page.waitForTimeout(4000);
    const bottoms = await page
      .locator('.nrdb-ui-group')
      .evaluateAll((groups) => groups.map((group) => group.getBoundingClientRect().bottom));
    const clip = { x: 0, y: 0, width: VIEWPORT.width, height: Math.ceil(Math.max(...bottoms)) + 12 };
    await save(await page.screenshot({ clip }), `${path.replace('/', '-')}-${mode}`);
  }
}

async function shootSidebar(page: Page, url: string, mode: Mode): Promise<void> {
  await page.setViewportSize({ ...VIEWPORT, height: SIDEBAR_HEIGHT });
  await openEditor(page, url, mode);
  await page.evaluate(() => {
    RED.sidebar.show('sensr-sidebar');
  });
  await page.locator('.sensr-sidebar .sensr-line', { hasText: 'objects' }).waitFor();
  const edge = await page.locator('#red-ui-sidebar-separator').boundingBox();
  if (!edge) throw new Error('Expected the edge of the sidebar, found none');
  const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 3];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - SIDEBAR_DRAG, y, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(VIEWPORT.width / 3, SIDEBAR_HEIGHT / 2);
  // Zones come about every 10 s, trails are 5 s long.
  await page.waitForTimeout(12_000);
  await save(await page.locator('#red-ui-sidebar').screenshot(), `sidebar-${mode}`);
}

type Shoot = (page: Page, url: string, mode: Mode) => Promise<void>;

const PICTURES: Readonly<Record<string, Shoot>> = {
  dashboard: shootDashboard,
  editor: shootEditor,
  stream: (page, url, mode) => shootDialog(page, url, mode, 'sensr-stream', 'stream'),
  sidebar: shootSidebar,
};

async function shootAll(browser: Browser, url: string, mode: Mode, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await PICTURES[name]?.(page, url, mode);
    await page.close();
  }
}

/** @returns what is asked for, or all. */
function namesFrom(asked: readonly string[]): readonly string[] {
  const known = Object.keys(PICTURES);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`Expected ${known.join(', ')}, got ${unknown.join(', ')}`);
  return asked.length > 0 ? asked : known;
}

async function main(): Promise<void> {
  const names = namesFrom(process.argv.slice(2));
  mkdirSync(FOLDER, { recursive: true });
  const { demoFlow, SIMULATOR_OPTIONS } = await import('./demo-flow.mjs');
  const simulator = await startSimulatorProcess(...SIMULATOR_OPTIONS);
  const nodeRed = await startNodeRed({ packages: [DASHBOARD] });
  const client = await NodeRedClient.connect(nodeRed.url);
  const browser = await launchChromium();
  try {
    const { outputPort, pointsPort, restPort } = simulator;
    const flow = demoFlow({ outputPort, pointsPort, restPort }) as FlowNode[];
    for (const mode of ['light', 'dark'] as const) {
      await client.deploy(inMode(flow, mode));
      await new Promise((resolve) => setTimeout(resolve, CHARTS_FILL_MS));
      await shootAll(browser, nodeRed.url, mode, names);
    }
    const bytes = readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
    process.stdout.write(`${Math.round(bytes / 1000)} kB together\n`);
  } finally {
    await browser.close();
    await client.close();
    await nodeRed.stop();
    await simulator.stop();
  }
}

void main();
