/** The dialog of sensr-health, used as people use it, against the table that the runtime reads. */
import assert from 'node:assert/strict';
import { PROPERTIES, VERSION } from '../../nodes/health/properties';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

const DEFAULTS = Object.fromEntries(
  Object.entries(PROPERTIES).map(([name, property]) => [name, property.default]),
);
const HEALTH = { id: 'h1', type: 'sensr-health', z: 't1', x: 200, y: 100, wires: [['d1'], ['d1']] };
const SAVED = { ...HEALTH, ...DEFAULTS, version: VERSION };

const flow = (health: Readonly<Record<string, unknown>> = SAVED): Flow => [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'c1', type: 'sensr-config', name: 'crossing', host: '127.0.0.1' },
  health,
  { id: 'd1', type: 'debug', z: 't1', x: 400, y: 100, wires: [] },
];

/** Without what the editor adds to each node. */
const properties = ({
  id: _id,
  type: _type,
  z: _z,
  x: _x,
  y: _y,
  wires: _wires,
  ...rest
}: Record<string, unknown>): Record<string, unknown> => rest;

/** Shown only where another setting asks for them. */
const CONDITIONAL = [
  'maxAction',
  'exitCode',
  'forcedGcInterval',
  'scheduledRestartEvery',
  'scheduledRestartTimes',
  'scheduledRestartRssPct',
  'scheduledRestartTarget',
  'adminUsername',
  'adminPassword',
  'adminToken',
  'adminTokenHeader',
  'endpointSide',
  'prefix',
  'endpointToken',
];

describe('editor: sensr-health', function () {
  this.timeout(20_000);
  const editor = useEditor();

  const mode = () => editor().page.locator('#sensr-health-schedule');
  const signIn = () => editor().page.locator('#sensr-health-sign-in');
  const leakAlarm = (window: string) =>
    editor().page.locator(`#node-input-trendWindows-choices input[value="${window}"]`);
  const paths = () => editor().page.locator('#sensr-health-paths code').allInnerTexts();
  const section = (heading: string) =>
    editor().page.locator('#sensr-health-form details', {
      has: editor().page.locator('summary', { hasText: heading }),
    });

  /** Those of the fields above that can be seen. */
  const conditional = async (): Promise<string[]> => {
    const shown = await Promise.all(
      CONDITIONAL.map(async (name) => ((await editor().field(name).isVisible()) ? [name] : [])),
    );
    return shown.flat();
  };
  const open = async (): Promise<void> => {
    await editor().openNode('h1');
    await editor().unfold();
  };

  before(() => editor().load(flow()));

  it('starts a new node with the defaults of properties.ts, for all servers', async () => {
    const { page } = editor();
    const target = page.locator('#red-ui-workspace-chart');
    await page
      .locator('[data-palette-type="sensr-health"]')
      .dragTo(target, { targetPosition: { x: 300, y: 300 } });
    const id = await page.evaluate(
      () => RED.nodes.filterNodes({ type: 'sensr-health' }).find((node) => node.id !== 'h1')?.id,
    );
    assert.ok(id !== undefined);
    assert.deepEqual(properties(await editor().exported(id)), properties(SAVED));
    assert.deepEqual(await editor().problems(id), []);
    await editor().openNode(id);
    await editor().shoot('health-new');
    assert.equal(await editor().field('server').locator('option:checked').innerText(), 'all servers');
    await editor().done();
    assert.deepEqual(properties(await editor().exported(id)), properties(SAVED));
  });

  it('keeps its word for no server while servers come and change', async () => {
    await editor().load(flow());
    await editor().openNode('h1');
    const { page } = editor();
    await page.locator('#node-input-lookup-server, #node-input-btn-server-add').last().click();
    await page.locator('#node-config-dialog-ok').waitFor();
    await page.locator('#node-config-input-host').fill('10.0.0.9');
    await editor().settled();
    await page.locator('#node-config-dialog-ok').click();
    await page.locator('#node-config-dialog-ok').waitFor({ state: 'detached' });
    const options = editor().field('server').locator('option');
    await options.filter({ hasText: 'all servers' }).waitFor({ state: 'attached' });
    assert.deepEqual((await options.allInnerTexts()).sort(), ['10.0.0.9', 'all servers', 'crossing']);
    await editor().field('server').selectOption({ label: 'all servers' });
    await editor().done();
    assert.equal((await editor().exported('h1'))['server'], '');
  });

  it('shows first the server and how far to repair, all else folded', async () => {
    await editor().load(flow());
    await editor().openNode('h1');
    const fields = editor().page.locator('#sensr-health-form').locator('input:visible, select:visible');
    const ids = (): Promise<string[]> => fields.evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual(await ids(), [
      'node-input-server',
      'node-input-autoRestart',
      'node-input-allowProcessExit',
      'node-input-name',
    ]);
    await editor().field('autoRestart').check();
    assert.deepEqual(await conditional(), ['maxAction']);
    await editor().field('allowProcessExit').check();
    assert.deepEqual(await ids(), [
      'node-input-server',
      'node-input-autoRestart',
      'node-input-maxAction',
      'node-input-allowProcessExit',
      'node-input-exitCode',
      'node-input-name',
    ]);
    const words = await editor().field('maxAction').locator('option').allInnerTexts();
    assert.deepEqual(words, [
      'Collect garbage',
      'Renew the socket thread',
      'Restart the flows',
      'Restart the process',
    ]);
    await editor().field('maxAction').selectOption('flows');
    assert.match(
      await editor().page.locator('#sensr-health-step').innerText(),
      /messages under way are lost/,
    );
    await editor().shoot('health-repair');
    await editor().cancel();
  });

  it('shows only the fields of the chosen schedule, sign-in and endpoints', async () => {
    await open();
    assert.deepEqual(await conditional(), []);
    const schedules = {
      every: ['scheduledRestartEvery', 'scheduledRestartTarget'],
      times: ['scheduledRestartTimes', 'scheduledRestartTarget'],
      rss: ['scheduledRestartEvery', 'scheduledRestartRssPct', 'scheduledRestartTarget'],
      off: [],
    };
    for (const [name, shown] of Object.entries(schedules)) {
      await mode().selectOption(name);
      assert.deepEqual(await conditional(), shown, name);
      await section('Schedule').scrollIntoViewIfNeeded();
      await editor().shoot(`health-schedule-${name}`);
    }
    await signIn().selectOption('password');
    assert.deepEqual(await conditional(), ['adminUsername', 'adminPassword']);
    await signIn().selectOption('token');
    assert.deepEqual(await conditional(), ['adminToken', 'adminTokenHeader']);
    await signIn().selectOption('none');
    await editor().field('periodicForcedGc').check();
    await editor().field('endpoints').check();
    assert.deepEqual(await conditional(), ['forcedGcInterval', 'endpointSide', 'prefix', 'endpointToken']);
    await editor().cancel();
  });

  it('shows the addresses of the endpoints as they will be', async () => {
    const { origin } = new URL(editor().page.url());
    const below = (root: string): string[] =>
      ['sensr/health', 'sensr/health/detailed', 'sensr/health/metrics', 'sensr/metrics'].map(
        (path) => `${origin}${root}${path}`,
      );
    await open();
    assert.deepEqual(await paths(), []);
    await editor().field('endpoints').check();
    assert.deepEqual(await paths(), below('/'));
    await editor().field('prefix').fill('/site-4/');
    assert.deepEqual(await paths(), below('/site-4/'));
    await editor().field('endpointSide').selectOption('admin');
    assert.deepEqual(await paths(), below('/site-4/'));
    await section('Endpoints').scrollIntoViewIfNeeded();
    await editor().shoot('health-endpoints');
    await editor().field('prefix').fill('${PREFIX}');
    assert.deepEqual(await paths(), []);
    assert.equal(await editor().message('prefix'), '');
    await editor().page.evaluate(() => (RED.settings.httpNodeRoot = '/api/'));
    await editor().field('endpointSide').selectOption('http');
    await editor().field('prefix').fill('site-4');
    assert.deepEqual(await paths(), below('/api/site-4/'));
    await editor().page.evaluate(() => (RED.settings.httpNodeRoot = '/'));
    await editor().cancel();
  });

  it('says what is wrong with a value, and takes a variable for each', async () => {
    await open();
    await mode().selectOption('times');
    await signIn().selectOption('token');
    await editor().field('endpoints').check();
    const wrong: readonly (readonly [name: string, value: string, message: RegExp])[] = [
      ['sampleInterval', '0', /^Sample every: enter a number from 1 to 300 s$/],
      ['reportInterval', 'often', /^Report every: enter a number from 1 to 86400 s$/],
      ['historySize', '10.5', /^History: enter a whole number from 10 to 1000$/],
      ['memoryWarn', '95', /^Memory warning: 95 % is above "Memory critical", 90 %$/],
      ['responseWarn', '6', /^Response warning: 6 s is above "Response critical", 5 s$/],
      ['diskCritical', '101', /^Disk critical: enter a number from 1 to 100 %$/],
      ['scheduledRestartTimes', '0 3 * *', /^Times: enter five parts such as 0 3 \* \* \*/],
      ['scheduledRestartTimes', '0 24 * * *', /^Times: part 2 takes 0 to 23$/],
      ['scheduledRestartTimes', '0 0 3 * 13 *', /^Times: part 5 takes 1 to 12$/],
      ['scheduledRestartTimes', '', /^Times: enter times .* without them there is no schedule$/],
      ['adminUrl', 'localhost:1880', /^Admin URL: enter an address such as http:\/\/127\.0\.0\.1:1880$/],
      ['adminTokenHeader', 'x access', /^Token header: enter the name of a header/],
      ['prefix', 'a b', /^Prefix: enter letters, digits/],
      ['prefix', 'a/../b', /^Prefix: enter letters, digits/],
    ];
    for (const [name, value, message] of wrong) {
      await editor().field(name).fill(value);
      assert.match(await editor().message(name), message, value);
      assert.equal(await editor().field(name).getAttribute('aria-describedby'), `node-input-${name}-message`);
    }
    await editor().page.locator('#node-input-memoryWarn').scrollIntoViewIfNeeded();
    await editor().shoot('health-messages');
    for (const [name] of wrong) {
      await editor().field(name).fill('${VALUE}');
      assert.equal(await editor().message(name), '', name);
    }
    for (const times of ['30 2 * * 1,4', '0 30 2 * * MON-FRI', '*/10 * * * *', '@daily', '0 3 L * *']) {
      await editor().field('scheduledRestartTimes').fill(times);
      assert.equal(await editor().message('scheduledRestartTimes'), '', times);
    }
    await editor().cancel();
  });

  it('restarts the process only under a supervisor', async () => {
    const complaint = /nothing would start the process again: tick "A supervisor restarts this process"/;
    await open();
    await editor().field('autoRestart').check();
    await editor().field('maxAction').selectOption('process');
    assert.match(await editor().message('maxAction'), complaint);
    await mode().selectOption('every');
    await editor().field('scheduledRestartTarget').selectOption('process');
    assert.match(await editor().message('scheduledRestartTarget'), complaint);
    await editor().shoot('health-supervisor');
    await editor().done();
    assert.equal((await editor().problems('h1')).length, 2, 'a wrong node is marked');
    assert.match((await editor().problems('h1')).join(), complaint);
    await open();
    await editor().field('allowProcessExit').check();
    assert.equal(await editor().message('maxAction'), '');
    assert.equal(await editor().message('scheduledRestartTarget'), '');
    await editor().done();
    assert.deepEqual(await editor().problems('h1'), []);
  });

  it('keeps every value over save, reopen, export, import and deploy', async () => {
    const { page } = editor();
    const expected = {
      ...properties(SAVED),
      name: 'this machine',
      server: 'c1',
      sampleInterval: 5,
      checkInterval: 30,
      failedChecks: 4,
      reportInterval: 60,
      startupGrace: 0,
      historySize: 200,
      memoryWarn: 70,
      memoryCritical: 85.5,
      responseWarn: 1.5,
      responseCritical: 1.5,
      gcShareCritical: 20,
      hysteresis: 3,
      trendWindows: ['mid', 'long'],
      memoryLimitMB: 2048,
      workerHeapMB: 256,
      minInterval: 600,
      autoRestart: true,
      maxAction: 'process',
      allowProcessExit: true,
      exitCode: 3,
      adaptiveHighMemory: false,
      maxPauseMs: 250,
      periodicCleanup: 0,
      periodicForcedGc: true,
      forcedGcInterval: 120,
      manualGenerations: true,
      gcPauseAlertMs: 50,
      gcPerMin: 200,
      gcMemoryMB: 700,
      scheduledRestart: true,
      scheduledRestartTimes: '30 2 * * 1,4',
      scheduledRestartTarget: 'flows',
      adminUrl: 'http://127.0.0.1:9/admin',
      endpoints: true,
      endpointSide: 'admin',
      prefix: 'site-4',
      healthLog: true,
    };
    await editor().load(flow());
    await open();
    await editor().field('server').selectOption('c1');
    for (const name of ['autoRestart', 'allowProcessExit', 'periodicForcedGc', 'manualGenerations'])
      await editor().field(name).check();
    await editor().field('adaptiveHighMemory').uncheck();
    await editor().field('endpoints').check();
    await editor().field('healthLog').check();
    await leakAlarm('short').uncheck();
    await mode().selectOption('times');
    assert.equal(await editor().field('scheduledRestartTimes').inputValue(), '0 3 * * *');
    for (const name of ['maxAction', 'scheduledRestartTarget', 'endpointSide'] as const)
      await editor().field(name).selectOption(expected[name]);
    await signIn().selectOption('password');
    await editor().field('adminUsername').fill('operator');
    await editor().field('adminPassword').fill('secret');
    await editor().field('endpointToken').fill('scrape');
    for (const [name, value] of Object.entries(expected)) {
      const { kind } = PROPERTIES[name as keyof typeof PROPERTIES] ?? {};
      if (kind !== 'number' && kind !== 'text') continue;
      if (value !== PROPERTIES[name as keyof typeof PROPERTIES].default)
        await editor()
          .field(name)
          .fill(` ${String(value)} `);
    }
    await editor().field('name').fill('this machine');
    await editor().shoot('health-filled');
    await editor().done();
    assert.deepEqual(properties(await editor().exported('h1')), expected);
    assert.deepEqual(await editor().problems('h1'), []);

    await editor().deploy();
    const deployed = (await editor().get('flows')) as Record<string, unknown>[];
    assert.deepEqual(properties(deployed.find(({ id }) => id === 'h1') ?? {}), expected, 'deployed');
    assert.deepEqual(await editor().get('credentials/sensr-health/h1'), {
      adminUsername: 'operator',
      has_adminPassword: true,
      has_adminToken: false,
      has_endpointToken: true,
    });
    await editor().reload();
    await editor().openNode('h1');
    await editor().unfold();
    assert.equal(await mode().inputValue(), 'times');
    assert.equal(await signIn().inputValue(), 'password');
    assert.equal(await editor().field('adminUsername').inputValue(), 'operator');
    assert.ok(!(await leakAlarm('short').isChecked()));
    await editor().done();
    assert.deepEqual(properties(await editor().exported('h1')), expected, 'reopened and saved');
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false, 'opening and saving changes nothing');

    await page.evaluate(() => {
      const exported = RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({ type: 'sensr-health' }));
      // The server is exported with it, and here already.
      const text = JSON.stringify(exported.filter(({ id }) => id === 'h1'));
      RED.nodes.import(JSON.parse(text.replace('"h1"', '"copy"')) as object[], { addFlow: false });
    });
    assert.deepEqual(properties(await editor().exported('copy')), expected, 'exported and imported');
  });

  it('forgets the credentials of another sign-in', async () => {
    await open();
    await signIn().selectOption('token');
    await editor().field('adminToken').fill('fixed');
    await editor().field('adminTokenHeader').fill('x-access-token');
    await editor().done();
    await editor().deploy();
    assert.deepEqual(await editor().get('credentials/sensr-health/h1'), {
      adminUsername: '',
      has_adminPassword: false,
      has_adminToken: true,
      has_endpointToken: true,
    });
    await open();
    assert.equal(await signIn().inputValue(), 'token');
    await signIn().selectOption('none');
    await editor().done();
    assert.equal((await editor().exported('h1'))['adminTokenHeader'], '');
    await editor().deploy();
    assert.deepEqual(await editor().get('credentials/sensr-health/h1'), {
      adminUsername: '',
      has_adminPassword: false,
      has_adminToken: false,
      has_endpointToken: true,
    });
  });

  it('saves of the schedule what the chosen mode means, and nothing of the others', async () => {
    const parts = async (): Promise<unknown[]> => {
      const saved = await editor().exported('h1');
      return ['', 'Every', 'Times', 'RssPct'].map((part) => saved[`scheduledRestart${part}`]);
    };
    await editor().load(
      flow({
        ...SAVED,
        scheduledRestart: true,
        scheduledRestartTimes: '0 4 * * *',
        scheduledRestartRssPct: 60,
      }),
    );
    await open();
    assert.equal(await mode().inputValue(), 'rss', 'as the runtime reads it');
    await editor().field('scheduledRestartRssPct').fill('65');
    await editor().done();
    assert.deepEqual(await parts(), [true, 1800, '', 65]);
    await open();
    await mode().selectOption('times');
    await editor().done();
    assert.deepEqual(await parts(), [true, 1800, '0 3 * * *', 0]);
    await open();
    await editor().field('scheduledRestartTimes').fill('');
    await editor().done();
    assert.deepEqual(await parts(), [false, 1800, '', 0], 'without times there is no schedule');
    await open();
    await mode().selectOption('rss');
    assert.equal(await editor().field('scheduledRestartRssPct').inputValue(), '70');
    await editor().field('scheduledRestartRssPct').fill('0');
    assert.match(await editor().message('scheduledRestartRssPct'), /with 0 there is no schedule/);
    await mode().selectOption('every');
    await editor().field('scheduledRestartEvery').fill('7200');
    await editor().done();
    assert.deepEqual(await parts(), [true, 7200, '', 0]);
    await open();
    await mode().selectOption('off');
    await editor().done();
    assert.deepEqual(await parts(), [false, 7200, '', 0]);
  });

  it('fills what an old or hand-written flow lacks, and keeps what it does not know', async () => {
    await editor().load(
      flow({
        ...HEALTH,
        sampleInterval: '20',
        memoryWarn: '${WARN}',
        maxAction: 'reboot',
        autoRestart: true,
      }),
    );
    await open();
    assert.match(await editor().message('maxAction'), /choose from the list/);
    await editor().done();
    const { version: _version, ...saved } = properties(await editor().exported('h1'));
    const { version: _same, ...expected } = properties({
      ...SAVED,
      sampleInterval: 20,
      memoryWarn: '${WARN}',
      maxAction: 'reboot',
      autoRestart: true,
    });
    assert.deepEqual(saved, expected);
  });

  it('forgets everything on cancel', async () => {
    await editor().load(flow());
    await open();
    await editor().field('autoRestart').check();
    await leakAlarm('mid').uncheck();
    await mode().selectOption('every');
    await editor().cancel();
    assert.deepEqual(properties(await editor().exported('h1')), properties(SAVED));
    assert.equal(await editor().page.evaluate(() => RED.nodes.dirty()), false);
  });

  it('marks the sections that differ from the defaults, and those with a mistake', async () => {
    await editor().load(flow({ ...SAVED, id: 'h2', healthLog: true, gcShareWarn: 50 }));
    await editor().openNode('h2');
    const noted = await editor()
      .page.locator('#sensr-health-form summary')
      .evaluateAll((all) =>
        all.filter((one) => one.textContent.includes('changed')).map((one) => one.textContent),
      );
    assert.deepEqual(noted, ['Thresholds and limitschanged', 'Logchanged']);
    assert.ok(await editor().field('gcShareWarn').isVisible(), 'a mistake is unfolded');
    assert.match(await editor().message('gcShareWarn'), /50 % is above "Time in GC critical", 15 %/);
    await editor().cancel();
  });

  it('names every field for screen readers, and folds by keyboard', async () => {
    const { page } = editor();
    await editor().load(flow({ ...SAVED, autoRestart: true, allowProcessExit: true, endpoints: true }));
    await editor().openNode('h1');
    await editor().settled();
    const summaries = page.locator('#sensr-health-form summary');
    for (let index = 0; index < (await summaries.count()); index += 1) {
      await summaries.nth(index).focus();
      await page.keyboard.press('Enter');
    }
    assert.ok(await editor().field('memoryCritical').isVisible());
    const nameless = await page
      .locator('#sensr-health-form')
      .evaluate((form) =>
        [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')]
          .filter(
            (field) =>
              ![...(field.labels ?? [])].some(
                (label) => label.innerText.trim() !== '' || field.closest('[hidden]'),
              ),
          )
          .map(({ id }) => id),
      );
    assert.deepEqual(nameless, []);
    await page.locator('#node-input-memoryWarn').focus();
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.id);
    assert.equal(focused, 'node-input-memoryCritical', 'warning and critical follow each other');
    await editor().cancel();
  });

  it('is labelled by name or type, and names its ports', async () => {
    const label = (): Promise<string | undefined> =>
      editor().page.evaluate(() => {
        const node = RED.nodes.node('h1');
        return node ? RED.nodes.getType('sensr-health')?.label.call(node) : undefined;
      });
    assert.equal(await label(), 'sensr health');
    await editor().load(flow({ ...SAVED, name: 'this machine' }));
    assert.equal(await label(), 'this machine');
    const ports = await editor().page.evaluate(() => {
      const node = RED.nodes.node('h1');
      const type = RED.nodes.getType('sensr-health');
      return node && type ? [0, 1].map((index) => type.outputLabels?.call(node, index)) : [];
    });
    assert.deepEqual(ports, ['health', 'alerts and actions']);
  });

  it('is readable in the dark', async () => {
    await goDark(editor().page);
    await editor().openNode('h1');
    await editor().field('autoRestart').check();
    await editor().shoot('health-dark');
    await editor().unfold();
    await editor().field('memoryWarn').fill('95');
    await editor().field('endpoints').check();
    for (const heading of ['Thresholds', 'Garbage', 'Schedule', 'Endpoints']) {
      await section(heading)
        .locator('summary')
        .evaluate((one) => {
          one.scrollIntoView();
        });
      await editor().shoot(`health-dark-${heading.toLowerCase()}`);
    }
    await editor().cancel();
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
