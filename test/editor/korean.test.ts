/** The editor in Korean: every dialog and every help speaks it, nothing is left in English, and all of it fits. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { OPERATIONS } from '../../lib/api/operations';
import { STREAMS } from '../../nodes/sensr-stream/properties';
import { startSimulator } from '../../simulator/server';
import { catalogueOf, keysOf, textOf } from '../unit/locales/catalogue';
import { SAME_IN_KOREAN } from '../unit/locales/same-in-korean';
import { useEditor, type Flow } from './editor-page';
import { startNodeRed } from './node-red';
import { cutChoices, overflowsIn } from './overflow';

const TYPES = ['sensr-config', 'sensr-stream', 'sensr-api', 'sensr-health'] as const;
const SIDEBAR = 'sensr-sidebar';
const STATUS_LIMIT_MS = 15_000;
const NODE = { z: 't1', x: 200, y: 100, wires: [] };
const FLOW: Flow = [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'c1', type: 'sensr-config', name: '', host: '127.0.0.1' },
  { ...NODE, id: 's1', type: 'sensr-stream', server: 'c1' },
  { ...NODE, id: 'a1', type: 'sensr-api', server: 'c1', y: 200 },
  { ...NODE, id: 'h1', type: 'sensr-health', y: 300, wires: [[], []] },
];

/** All that is English, by text: what a form must not show. */
const ENGLISH = new Set([
  ...[...TYPES, SIDEBAR].flatMap((type) => {
    const catalogue = catalogueOf(type);
    return keysOf(catalogue).map((key) => textOf(catalogue, key));
  }),
  ...OPERATIONS.flatMap(({ summary, params }) => [summary, ...params.map((param) => param.description)]),
]);
for (const text of SAME_IN_KOREAN) ENGLISH.delete(text);
/** Node-RED's own word in a list of servers, which its Korean leaves as it is. */
ENGLISH.delete('none');

describe('editor: in Korean', function () {
  this.timeout(40_000);
  // Before that of useEditor, which may close the page.
  after(() => speak(undefined));
  const editor = useEditor();

  const form = (type: string): Locator => editor().page.locator(`#${type}-form`);

  /** The texts of a form one by one, with those of its lists and its empty fields. */
  const textsOf = (root: Locator): Promise<string[]> =>
    root.evaluate((element) => {
      const texts: string[] = [];
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.nodeValue ?? '');
      for (const field of element.querySelectorAll('input, button'))
        for (const name of ['placeholder', 'title', 'aria-label']) texts.push(field.getAttribute(name) ?? '');
      return texts.map((text) => text.replaceAll('\u00a0', ' ').trim()).filter((text) => text !== '');
    });

  const assertKorean = async (root: Locator, when: string): Promise<void> => {
    const texts = await textsOf(root);
    assert.deepEqual(
      texts.filter((text) => ENGLISH.has(text) || TYPES.some((one) => text.includes(`${one}.label`))),
      [],
      `${when}: English`,
    );
    assert.deepEqual(
      texts.filter((text) => /__|undefined|^sensr-\w+\.[\w.]+$/.test(text)),
      [],
      `${when}: a key instead of its text`,
    );
    assert.deepEqual(await overflowsIn(root), [], `${when}: too long`);
  };

  const speak = (language: string | undefined): Promise<void> =>
    editor()
      .page.evaluate((one) => {
        if (one === undefined) localStorage.removeItem('editor-language');
        else localStorage.setItem('editor-language', one);
      }, language)
      .then(() => editor().reload());

  before(async () => {
    await editor().load(FLOW);
    // What a browser in Korea asks for; Node-RED's own setting says `ko`.
    await speak('ko-KR');
  });

  it('begins with the editor itself in Korean', async () => {
    assert.match(await editor().page.locator('#red-ui-header-button-deploy').innerText(), /배포/);
  });

  it('shows the form of sensr-config', async () => {
    await editor().openConfig('sensr-config', 'c1');
    await editor().page.locator('#sensr-config-sign-in').selectOption('password');
    await editor().shoot('ko-config');
    await editor().unfold();
    await assertKorean(form('sensr-config'), 'with a password');
    assert.deepEqual(await cutChoices(form('sensr-config')), []);
    await editor().page.locator('#node-config-input-restPort').scrollIntoViewIfNeeded();
    await editor().shoot('ko-config-unfolded');
    await editor().page.locator('#sensr-config-sign-in').selectOption('token');
    await editor().field('host').fill('http://10.0.0.5');
    await editor().field('pingInterval').fill('0');
    await editor().field('backoffMax').fill('0.5');
    assert.equal(await editor().message('host'), '호스트: 이름 또는 IP만 입력하세요: 10.0.0.5');
    assert.equal(await editor().message('pingInterval'), '핑 주기: 숫자를 입력하세요: 0.1~3600 s');
    await assertKorean(form('sensr-config'), 'with mistakes');
    await editor().cancel();
  });

  it('shows the form of sensr-stream, for each stream and pacing', async () => {
    await editor().openNode('s1');
    await editor().shoot('ko-stream');
    await editor().unfold();
    for (const stream of STREAMS) {
      await editor().field('stream').selectOption(stream);
      await assertKorean(form('sensr-stream'), stream);
    }
    for (const pacing of ['loop', 'complete', 'rate', 'request']) {
      await editor().field('pacing').selectOption(pacing);
      await assertKorean(form('sensr-stream'), pacing);
    }
    assert.deepEqual(await cutChoices(form('sensr-stream')), []);
    await editor().field('stream').selectOption('points');
    await editor().field('pacing').selectOption('complete');
    await editor().field('queueMB').scrollIntoViewIfNeeded();
    await editor().shoot('ko-stream-points');
    await editor().cancel();
  });

  it('shows the form of sensr-api, for each operation', async () => {
    await editor().openNode('a1');
    await editor().unfold();
    const operation = editor().field('operation');
    for (const { name } of OPERATIONS) {
      await operation.selectOption(name);
      await assertKorean(form('sensr-api'), name);
      // Below the list stands in full what it cuts.
      const chosen = await operation.locator('option:checked').innerText();
      if ((await cutChoices(form('sensr-api'))).includes(chosen))
        assert.ok(chosen.endsWith(await editor().page.locator('#sensr-api-summary').innerText()), chosen);
      if ((await cutChoices(form('sensr-api'))).includes(chosen))
        assert.notEqual(await editor().page.locator('#sensr-api-summary').innerText(), '', chosen);
    }
    await operation.selectOption('zones.deleteAll');
    await editor().shoot('ko-api-deleteAll');
    await operation.selectOption('sensors.list');
    await editor().page.locator('#sensr-api-search').fill('구역');
    assert.match(await editor().page.locator('#sensr-api-found').innerText(), /^\d+개 찾음/);
    await editor().shoot('ko-api-search');
    await editor().cancel();
  });

  it('shows the form of sensr-health, with all that its choices show', async () => {
    await editor().openNode('h1');
    await editor().shoot('ko-health');
    await editor().field('autoRestart').check();
    await editor().unfold();
    for (const step of ['gc', 'recycle', 'flows', 'process']) {
      await editor().field('maxAction').selectOption(step);
      await assertKorean(form('sensr-health'), step);
    }
    await editor().shoot('ko-health-repair');
    for (const mode of ['every', 'times', 'rss']) {
      await editor().page.locator('#sensr-health-schedule').selectOption(mode);
      await assertKorean(form('sensr-health'), mode);
    }
    await editor().field('periodicForcedGc').check();
    await editor().field('endpoints').check();
    for (const way of ['password', 'token']) {
      await editor().page.locator('#sensr-health-sign-in').selectOption(way);
      await assertKorean(form('sensr-health'), way);
    }
    assert.deepEqual(await cutChoices(form('sensr-health')), []);
    await editor().field('memoryWarn').scrollIntoViewIfNeeded();
    await editor().shoot('ko-health-thresholds');
    await editor().field('maxPauseMs').scrollIntoViewIfNeeded();
    await editor().shoot('ko-health-gc');
    await editor().field('prefix').scrollIntoViewIfNeeded();
    await editor().shoot('ko-health-endpoints');
    await editor().cancel();
  });

  it('shows each help', async () => {
    const { page } = editor();
    for (const type of TYPES) {
      await page.evaluate((one) => {
        RED.sidebar.help.show(one);
      }, type);
      const help = page.locator('.red-ui-help:visible').last();
      await help.locator('h3', { hasText: '상세' }).waitFor();
      assert.match(await help.innerText(), /\p{Script=Hangul}{2}/u);
      assert.deepEqual(await overflowsIn(help), [], `help of ${type}`);
      await editor().shoot(`ko-help-${type}`);
    }
  });

  it('shows the sidebar, with a server that sends and a health node that measures', async () => {
    const simulator = await startSimulator({ busy: true, details: false, pointsHz: 0, seed: 7 });
    try {
      const { outputPort, pointsPort, restPort } = simulator;
      const server = { id: 'c1', type: 'sensr-config', name: '교차로', host: '127.0.0.1' };
      await editor().load([
        ...FLOW.map((node) => (node['id'] === 'c1' ? { ...server, outputPort, pointsPort, restPort } : node)),
      ]);
      const { page } = editor();
      await page.evaluate((id) => {
        RED.sidebar.show(id);
      }, SIDEBAR);
      const sidebar = page.locator('.sensr-sidebar');
      await sidebar.locator('.sensr-line', { hasText: /^객체 [1-9]\d*개/ }).waitFor();
      await sidebar.getByText('시작 중').first().waitFor({ timeout: STATUS_LIMIT_MS });
      await editor().shoot('ko-sidebar');
      await assertKorean(sidebar, 'sidebar');
      await sidebar.evaluate((element) => {
        element.scrollTo(0, element.scrollHeight);
        element.parentElement?.scrollTo(0, element.parentElement.scrollHeight);
      });
      await editor().shoot('ko-sidebar-end');
    } finally {
      await editor().load(FLOW);
      await simulator.close();
    }
  });

  it('also when Korean is chosen in the settings of the editor', async () => {
    await speak('ko');
    await editor().openNode('s1');
    await assertKorean(form('sensr-stream'), 'with the setting ko');
    await editor().cancel();
  });

  it('shows each status in Korean where Node-RED itself runs in Korean', async () => {
    const nodeRed = await startNodeRed({ settings: { lang: 'ko' } });
    try {
      const answer = await fetch(new URL('flows', nodeRed.url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Node-RED-API-Version': 'v1' },
        body: JSON.stringify(FLOW),
      });
      assert.equal(answer.status, 204);
      const { page } = editor();
      await page.goto(nodeRed.url);
      const status = page.locator('.red-ui-flow-node-status-label');
      for (const words of [/^\d+초 후 재시도 \(\d+\)$/, /^준비됨$/, /^(첫 측정 중|시작 중 · RSS \d+ MB)$/])
        await status.filter({ hasText: words }).waitFor({ timeout: STATUS_LIMIT_MS });
      await editor().shoot('ko-statuses');
    } finally {
      await editor().page.goto('about:blank');
      await nodeRed.stop();
      await editor().reload();
    }
  });

  it('makes the browser complain of nothing', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
