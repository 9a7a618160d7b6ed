/** The dialog of sensr-config, used as people use it, against the table that the runtime reads. */
import assert from 'node:assert/strict';
import { CREDENTIALS, PROPERTIES, VERSION } from '../../nodes/sensr-config/properties';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

const DEFAULTS = Object.fromEntries(
  Object.entries(PROPERTIES).map(([name, property]) => [name, property.default]),
);
const NUMBERS = Object.entries(PROPERTIES).flatMap(([name, property]) =>
  property.kind === 'number'
    ? [{ name, ...property } as { name: string; default: number; min: number; max: number; unit?: string }]
    : [],
);

/** Nothing listens there. */
const SERVER = { id: 'c1', type: 'sensr-config', ...DEFAULTS, version: VERSION, name: '', host: '127.0.0.1' };
const FLOW: Flow = [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'tls1', type: 'tls-config', name: 'site certificates' },
  { id: 'proxy1', type: 'http proxy', name: 'site proxy', url: 'http://127.0.0.1:3128' },
  SERVER,
  { id: 's1', type: 'sensr-stream', z: 't1', server: '', stream: 'objects', x: 200, y: 100, wires: [[]] },
];

/** Without what the editor adds to each node. */
const properties = ({
  id: _id,
  type: _type,
  z: _z,
  ...rest
}: Record<string, unknown>): Record<string, unknown> => rest;

describe('editor: sensr-config', function () {
  this.timeout(15_000);
  const editor = useEditor();

  before(() => editor().load(FLOW));

  it('starts a new server with the defaults of properties.ts', async () => {
    const { page } = editor();
    await editor().openNode('s1');
    await page.locator('#node-input-btn-server-add').click();
    await page.waitForSelector('#sensr-config-form');
    await editor().settled();
    assert.match(await page.locator('.red-ui-tray-header').last().innerText(), /sensr server/);
    assert.equal(await editor().message('host'), 'Host: must not be empty');
    await editor().unfold();
    for (const { name, default: value, unit } of NUMBERS) {
      assert.equal(await editor().field(name).inputValue(), String(value), name);
      if (unit === undefined) continue;
      const beside = editor()
        .field(name)
        .locator('xpath=following-sibling::*[contains(@class, "sensr-unit")]');
      assert.equal(await beside.first().innerText(), unit, `unit of ${name}`);
    }
    await editor().field('host').fill(' 127.0.0.1 ');
    await editor().done();
    const id = await page.locator('#node-input-server').inputValue();
    await editor().done();
    assert.deepEqual(properties(await editor().exported(id)), properties({ ...SERVER }));
    assert.equal((await editor().exported('s1'))['server'], id);
  });

  it('accepts the limits of each number and names them when they are passed', async () => {
    await editor().openConfig('sensr-config', 'c1');
    await editor().unfold();
    for (const { name, default: value, min, max, unit } of NUMBERS) {
      const field = editor().field(name);
      for (const wrong of [String(max + 1), String(min - 1), 'soon']) {
        await field.fill(wrong);
        const message = await editor().message(name);
        assert.match(
          message,
          new RegExp(`from ${min} to ${max}${unit ? ` ${unit}` : ''}$`),
          `${name} = ${wrong}: ${message}`,
        );
      }
      // Node-RED marks the field itself on its next event.
      await field.press('End');
      assert.match((await field.getAttribute('class')) ?? '', /input-error/);
      for (const right of ['', '${SENSR_NUMBER}', String(value)]) {
        await field.fill(right);
        assert.equal(await editor().message(name), '', `${name} = ${right}`);
      }
    }
    await editor().cancel();
  });

  const HOSTS: readonly (readonly [typed: string, message: RegExp])[] = [
    ['', /must not be empty/],
    ['http://10.0.0.5:5050/', /enter only the name or IP: 10\.0\.0\.5$/],
    ['ws://admin@sensr.example:5050/path?x=1', /enter only the name or IP: sensr\.example$/],
    ['10.0.0.5:5050', /enter only the name or IP: 10\.0\.0\.5$/],
    ['sensr.example/', /enter only the name or IP: sensr\.example$/],
    ['[::1]:5050', /enter only the name or IP: ::1$/],
    ['${HOST}.example', /variable must be the whole value/],
    ['two words', /enter a name or IP/],
    ['<img src=x onerror=alert(1)>', /enter a name or IP, e\.g\. 10\.0\.0\.5$/],
    ['10.0.0.5', /^$/],
    ['sensr-01.example', /^$/],
    ['fe80::1%eth0', /^$/],
    ['münchen.example', /^$/],
    ['${SENSR_HOST}', /^$/],
  ];

  it('explains what a host is', async () => {
    await editor().openConfig('sensr-config', 'c1');
    for (const [typed, message] of HOSTS) {
      await editor().field('host').fill(typed);
      assert.match(await editor().message('host'), message, typed);
    }
    await editor().field('host').fill('http://10.0.0.5:5050/');
    await editor().shoot('config-host-message');
    await editor().cancel();
  });

  it('refuses equal ports, a longest wait below the first, and a strange API version', async () => {
    await editor().openConfig('sensr-config', 'c1');
    await editor().unfold();
    await editor().field('outputPort').fill('5051');
    for (const name of ['outputPort', 'pointsPort'])
      assert.match(await editor().message(name), /must differ/);
    assert.equal(await editor().message('restPort'), '');
    await editor().field('outputPort').fill('5050');
    await editor().field('backoffInitial').fill('90');
    assert.match(await editor().message('backoffMax'), /not be less than the first wait of 90 s$/);
    await editor().field('apiVersion').fill('latest');
    assert.match(await editor().message('apiVersion'), /3\.5 or v3\.5\.0/);
    await editor().shoot('config-messages');
    await editor().cancel();
  });

  it('asks about the server name only with TLS', async () => {
    await editor().openConfig('sensr-config', 'c1');
    const check = editor().field('checkServerName');
    assert.equal(await check.isVisible(), false);
    await editor().field('tls').selectOption('tls1');
    assert.equal(await check.isVisible(), true);
    assert.equal(await check.isChecked(), true);
    assert.match(
      await editor().page.locator('#sensr-config-server-name-hint').innerText(),
      /certificate itself is still checked/,
    );
    await editor().shoot('config-tls');
    await editor().cancel();
  });

  it('keeps every value over save, reopen, export, import and deploy', async () => {
    const { page } = editor();
    const typed: Record<string, number> = {
      outputPort: 6050,
      pointsPort: 6051,
      restPort: 6080,
      pingInterval: 7.5,
      pongTimeout: 4,
      connectTimeout: 3,
      backoffInitial: 0.5,
      backoffMax: 20,
      maxFrameMB: 32,
      connections: 5,
      responseTimeout: 12,
      longResponseTimeout: 90,
      retries: 0,
      retryDelay: 0,
    };
    const expected = {
      ...properties({ ...SERVER }),
      ...typed,
      name: 'crossing',
      host: 'localhost',
      apiVersion: 'v3.5',
      tls: 'tls1',
      checkServerName: false,
      proxy: 'proxy1',
    };
    await editor().openConfig('sensr-config', 'c1');
    await editor().unfold();
    for (const [name, value] of Object.entries(typed)) await editor().field(name).fill(String(value));
    for (const name of ['name', 'host', 'apiVersion'] as const)
      await editor().field(name).fill(expected[name]);
    await editor().field('tls').selectOption('tls1');
    await editor().field('proxy').selectOption('proxy1');
    await editor().field('checkServerName').uncheck();
    await editor().done();
    assert.deepEqual(properties(await editor().exported('c1')), expected);
    assert.deepEqual(await editor().problems('c1'), []);

    await editor().openConfig('sensr-config', 'c1');
    assert.equal(await page.locator('.sensr-section-note', { hasText: 'changed' }).count(), 4);
    await editor().done();
    assert.deepEqual(
      properties(await editor().exported('c1')),
      expected,
      'opened and saved without a change',
    );

    await page.evaluate(() => {
      const node = RED.nodes.node('c1');
      const exported = node ? RED.nodes.createExportableNodeSet([node]) : [];
      // What it refers to is exported with it, and here already.
      const text = JSON.stringify(exported.filter(({ id }) => id === 'c1'));
      RED.nodes.import(JSON.parse(text.replace('"c1"', '"copy"')) as object[], { addFlow: false });
    });
    assert.deepEqual(properties(await editor().exported('copy')), expected, 'exported and imported');

    await editor().deploy();
    await editor().reload();
    assert.deepEqual(properties(await editor().exported('c1')), expected, 'deployed and loaded again');
    assert.equal(
      await page.evaluate(() => RED.nodes.getType('sensr-config')?.label.call(RED.nodes.node('c1') as never)),
      'crossing',
    );
  });

  it('keeps credentials out of the flow, and forgets those of another way to sign in', async () => {
    const { page } = editor();
    await editor().load(FLOW);
    const ways = page.locator('#sensr-config-sign-in');
    const shown = async (): Promise<string[]> => {
      const all = await Promise.all(
        Object.keys(CREDENTIALS).map(async (name) => ({ name, on: await editor().field(name).isVisible() })),
      );
      return all.filter(({ on }) => on).map(({ name }) => name);
    };
    await editor().openConfig('sensr-config', 'c1');
    assert.deepEqual(await shown(), []);
    await ways.selectOption('password');
    assert.deepEqual(await shown(), ['username', 'password']);
    assert.ok(await page.locator('#sensr-config-clear-text').isVisible());
    await editor().field('username').fill('operator');
    await editor().field('password').fill('s3cret-word');
    await editor().shoot('config-sign-in');
    await editor().done();
    await editor().deploy();
    assert.doesNotMatch(JSON.stringify(await editor().get('flows')), /s3cret-word|operator/);

    await editor().reload();
    await editor().openConfig('sensr-config', 'c1');
    assert.equal(await ways.inputValue(), 'password');
    assert.equal(await editor().field('username').inputValue(), 'operator');
    assert.notEqual(await editor().field('password').inputValue(), 's3cret-word');
    await ways.selectOption('token');
    assert.deepEqual(await shown(), ['token']);
    await editor().field('token').fill('t0ken');
    await editor().done();
    await editor().deploy();
    assert.deepEqual(await editor().get('credentials/sensr-config/c1'), {
      username: '',
      has_password: false,
      has_token: true,
    });
  });

  it('shows at once what is wrong in a folded section, and marks the nodes that use the server', async () => {
    await editor().load(
      FLOW.map((node) => ({
        ...node,
        ...(node['id'] === 'c1' ? { pingInterval: 'often' } : {}),
        ...(node['id'] === 's1' ? { server: 'c1' } : {}),
      })),
    );
    assert.deepEqual(await editor().problems('c1'), ['Ping every: enter a number from 0.1 to 3600 s']);
    assert.deepEqual(await editor().problems('s1'), ['Server: the chosen SENSR server has wrong settings']);
    await editor().openConfig('sensr-config', 'c1');
    assert.ok(await editor().field('pingInterval').isVisible());
    assert.match(await editor().message('pingInterval'), /Ping every/);
    await editor().field('pingInterval').fill('15');
    await editor().done();
    assert.deepEqual(await editor().problems('s1'), []);
  });

  it('fills what an old or hand-written flow lacks', async () => {
    await editor().load([
      { id: 't1', type: 'tab', label: 'Flow 1' },
      { id: 'c1', type: 'sensr-config', host: '127.0.0.1' },
    ]);
    assert.deepEqual(await editor().problems('c1'), []);
    await editor().openConfig('sensr-config', 'c1');
    await editor().done();
    const { version: _version, ...saved } = properties(await editor().exported('c1'));
    assert.deepEqual(saved, { ...DEFAULTS, host: '127.0.0.1' });
  });

  it('is readable in the dark', async () => {
    await goDark(editor().page);
    await editor().openConfig('sensr-config', 'c1');
    await editor().shoot('config-dark');
    await editor().unfold();
    await editor().field('responseTimeout').fill('often');
    await editor().shoot('config-dark-unfolded');
    await editor().cancel();
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
