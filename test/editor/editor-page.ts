/** One browser page with Node-RED's editor: what a user does there, in words. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { DASHBOARD } from '../helpers/examples';
import { launchChromium } from './chromium';
import { startNodeRed, type NodeRed } from './node-red';

export type Flow = Readonly<Record<string, unknown>>[];

const TRAY_LIMIT_MS = 5000;
/** Node-RED's debug sidebar stumbles over a message that comes before the flows are loaded: here, that no SENSR answers. */
const NOT_OURS = /RED\.comms\.subscribe|handleDebugMessage/;
/** The timers by which Node-RED opens a dialog, each set by the one before. */
const TRAY_TIMERS_MS = [0, 150, 200];

export class EditorPage {
  readonly page: Page;
  readonly #nodeRed: NodeRed;
  readonly #browser: Browser;
  /** What the page wrote as error or warning; the tests expect nothing. */
  readonly complaints: string[] = [];

  static async start(): Promise<EditorPage> {
    // For the examples; in this repository's own Node-RED it is there anyway.
    const nodeRed = await startNodeRed({ packages: [DASHBOARD] });
    try {
      const browser = await launchChromium();
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      return new EditorPage(nodeRed, browser, page);
    } catch (error) {
      await nodeRed.stop();
      throw error;
    }
  }

  constructor(nodeRed: NodeRed, browser: Browser, page: Page) {
    this.#nodeRed = nodeRed;
    this.#browser = browser;
    this.page = page;
    page.setDefaultTimeout(TRAY_LIMIT_MS);
    page.on('pageerror', (error) => this.#complain(String(error)));
    page.on('console', (message) => {
      if (/error|warning/.test(message.type()))
        this.#complain(`${message.text()} (${message.location().url})`);
    });
  }

  get log(): string {
    return this.#nodeRed.log();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#nodeRed.stop();
  }

  async get(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, this.#nodeRed.url), {
      headers: { Accept: 'application/json' },
    });
    assert.ok(response.ok, `GET ${path}: ${response.status}`);
    return response.json();
  }

  /** Deploys `flow` from outside and loads the editor with it. */
  async load(flow: Flow): Promise<void> {
    // Away first: an open editor asks what to do about flows that changed behind it.
    await this.page.goto('about:blank');
    const response = await fetch(new URL('flows', this.#nodeRed.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Node-RED-API-Version': 'v1' },
      body: JSON.stringify(flow),
    });
    assert.equal(response.status, 204);
    await this.reload();
  }

  async reload(): Promise<void> {
    // The compiled test code marks functions with a helper that the page does not have.
    await this.page.addInitScript('globalThis.__name = (one) => one');
    await this.page.goto(this.#nodeRed.url);
    await this.page.waitForSelector(
      '#red-ui-palette-container .red-ui-palette-node[data-palette-type="debug"]',
    );
    await this.page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
  }

  async openNode(id: string): Promise<void> {
    await this.page.evaluate((one) => {
      const node = RED.nodes.node(one);
      if (node) RED.editor.edit(node);
    }, id);
    await this.page.waitForSelector('#node-dialog-ok');
    await this.#prepared();
  }

  async openConfig(type: string, id: string): Promise<void> {
    await this.page.evaluate(([one, node]) => RED.editor.editConfig('', one ?? '', node ?? ''), [type, id]);
    await this.page.waitForSelector('#node-config-dialog-ok');
    await this.#prepared();
  }

  /** Node-RED shows the form before it has fetched the credentials; what is typed until then is lost. */
  async #prepared(): Promise<void> {
    await this.page.waitForSelector('.red-ui-tray:last-child .sensr-form .sensr-number', {
      state: 'attached',
    });
  }

  /** The field of a property in the dialog on top. */
  field(name: string): Locator {
    return this.page.locator(`#node-input-${name}, #node-config-input-${name}`).last();
  }

  /** The message below a field; empty where there is none. */
  async message(name: string): Promise<string> {
    const message = this.page.locator(`#node-input-${name}-message, #node-config-input-${name}-message`);
    return (await message.count()) > 0 ? (await message.innerText()).replaceAll('\u00a0', ' ') : '';
  }

  /** Unfolds all sections, as users do who look for a setting. */
  async unfold(): Promise<void> {
    const folded = this.page.locator('.sensr-form details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
  }

  async done(): Promise<void> {
    await this.#leave('#node-dialog-ok, #node-config-dialog-ok');
  }

  async cancel(): Promise<void> {
    await this.#leave('#node-dialog-cancel, #node-config-dialog-cancel');
  }

  async deploy(): Promise<void> {
    const answer = this.page.waitForResponse(
      (response) => response.url().endsWith('/flows') && response.request().method() === 'POST',
    );
    await this.page.locator('#red-ui-header-button-deploy').click();
    // Asks first where nodes are invalid.
    const anyway = this.page.locator('.red-ui-notification button.primary');
    await Promise.race([answer, anyway.waitFor().then(() => anyway.click())]);
    await answer;
    await this.page.waitForFunction(() => !RED.nodes.dirty());
  }

  /** @returns a node as an export has it. */
  async exported(id: string): Promise<Record<string, unknown>> {
    const all = await this.page.evaluate(() =>
      RED.nodes.createCompleteNodeSet({ credentials: false }).map((node) => ({ ...node })),
    );
    const found = all.find((node) => node.id === id);
    assert.ok(found, `no node ${id}`);
    return found;
  }

  /** @returns why the editor finds a node wrong. */
  async problems(id: string): Promise<string[]> {
    return this.page.evaluate((one) => {
      const node = RED.nodes.node(one);
      if (!node) return ['no such node'];
      RED.editor.validateNode(node);
      return (node.validationErrors ?? []).map((error) => error.replaceAll('\u00a0', ' '));
    }, id);
  }

  /** A dialog slides in, and takes the focus on the way. The same timers again, in the page, end behind Node-RED's. */
  async settled(): Promise<void> {
    await this.page.evaluate(async (timersMs) => {
      for (const ms of timersMs) await new Promise((resolve) => setTimeout(resolve, ms));
      const trays = [...document.querySelectorAll('.red-ui-tray')];
      // One that is taken back is rejected, and over as well.
      await Promise.allSettled(trays.flatMap((tray) => tray.getAnimations().map(({ finished }) => finished)));
    }, TRAY_TIMERS_MS);
  }

  /** Saves a picture where EDITOR_SHOTS says so. */
  async shoot(name: string): Promise<void> {
    const folder = process.env['EDITOR_SHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await this.page.mouse.move(0, 0);
    await this.settled();
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  #complain(text: string): void {
    if (!NOT_OURS.test(text)) this.complaints.push(text);
  }

  async #leave(button: string): Promise<void> {
    await this.page.evaluate(() =>
      [...document.querySelectorAll('.red-ui-tray')].at(-1)?.classList.add('test-leaving'),
    );
    await this.page.locator(button).last().click();
    await this.page.waitForFunction(() => document.querySelector('.test-leaving') === null);
  }
}

let shared: EditorPage | undefined;
let suites = 0;

const closeShared = async (): Promise<void> => {
  const open = shared;
  shared = undefined;
  await open?.close();
};

// Of mocha's root suite, since no suite is open where this file is loaded: for runs of a part of the suites.
after(closeShared);

/** Registers hooks: Node-RED and the browser start with the first suite that runs, and end with the last. */
export function useEditor(): () => EditorPage {
  suites += 1;
  before(async function () {
    this.timeout(40_000);
    shared ??= await EditorPage.start();
    shared.complaints.length = 0;
  });
  after(async () => {
    suites -= 1;
    if (suites === 0) await closeShared();
  });
  return () => {
    assert.ok(shared);
    return shared;
  };
}
