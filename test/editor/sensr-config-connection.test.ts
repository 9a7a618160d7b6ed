/** 'Test connection' in the dialog of sensr-config, with what stands in it, saved or not, against the simulator. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

/** Nothing listens there. */
const CLOSED_PORT = 1;
const USER = 'operator';
const PASSWORD = 's3cret-word';

/** Not one whose password another suite has stored. */
const SERVER = 'tested';
const NO_FILES = { cert: '', key: '', ca: '', certname: '', keyname: '', caname: '' };
const TLS = { id: 'tls1', type: 'tls-config', name: 'site certificates', ...NO_FILES };

describe('editor: test connection', function () {
  this.timeout(20_000);
  const editor = useEditor();
  let simulator: Simulator;
  let guarded: Simulator;

  const button = () => editor().page.locator('#sensr-config-test');
  const items = () => editor().page.locator('#sensr-config-test-results > li');
  const ports = ({ outputPort, pointsPort, restPort }: Simulator) => ({ outputPort, pointsPort, restPort });
  const flow = (server: Readonly<Record<string, unknown>> = {}): Flow => [
    { id: 't1', type: 'tab', label: 'Flow 1' },
    TLS,
    { id: SERVER, type: 'sensr-config', host: '127.0.0.1', ...server },
  ];

  /** What a person reads: mark, check and words of each line. */
  const results = async (): Promise<string[]> => {
    await button().click();
    await items().locator('strong').first().waitFor();
    return items().evaluateAll((all) =>
      all.map((item) =>
        [
          item.querySelector('i')?.getAttribute('aria-label'),
          item.querySelector('strong')?.textContent,
          item.querySelector('span')?.textContent,
        ].join(' | '),
      ),
    );
  };
  const matchAll = (lines: readonly string[], expected: readonly RegExp[]): void => {
    assert.equal(lines.length, expected.length, lines.join('\n'));
    expected.forEach((one, index) => {
      assert.match(lines[index] ?? '', one);
    });
  };

  before(async () => {
    const options = { details: false, outputHz: 1, pointsHz: 0 };
    simulator = await startSimulator(options);
    guarded = await startSimulator({ ...options, username: USER, password: PASSWORD });
  });
  after(async () => {
    await simulator.close();
    await guarded.close();
  });

  it('tests what stands in the dialog, not what is saved, and saves nothing', async () => {
    await editor().load(flow({ host: 'saved.invalid', restPort: CLOSED_PORT, outputPort: 2, pointsPort: 3 }));
    await editor().openConfig('sensr-config', SERVER);
    await editor().unfold();
    await editor().field('host').fill(' 127.0.0.1 ');
    for (const [name, port] of Object.entries(ports(simulator)))
      await editor().field(name).fill(String(port));
    matchAll(await results(), [
      /^works \| REST \| answered in \d+ ms$/,
      /^works \| Version \| 3\.5/,
      /^works \| Output \| connected in \d+ ms$/,
      /^works \| Points \| connected in \d+ ms$/,
    ]);
    await button().scrollIntoViewIfNeeded();
    await editor().shoot('config-test-good');
    assert.equal(await button().isEnabled(), true);
    await editor().cancel();
    assert.equal((await editor().exported(SERVER))['host'], 'saved.invalid');
    const { connections } = simulator.stats();
    assert.ok(connections.length >= 2);
    for (const { closedAt } of connections) assert.ok(closedAt !== undefined, 'no socket stays open');
  });

  it('tells the reason for each port that is wrong', async () => {
    await editor().load(
      flow({
        restPort: simulator.outputPort,
        outputPort: simulator.restPort,
        pointsPort: CLOSED_PORT,
        retries: 0,
      }),
    );
    await editor().openConfig('sensr-config', SERVER);
    const lines = await results();
    await editor().shoot('config-test-wrong-ports');
    matchAll(lines, [/^failed \| REST \| \S/, /^failed \| Output \| \S/, /^failed \| Points \| .*refused/]);
    for (const line of lines) assert.ok(!/undefined|\[object|sensr-config\./.test(line), line);
    await editor().cancel();
  });

  it('tells that TLS does not fit a plain port', async () => {
    await editor().load(flow({ ...ports(simulator), retries: 0 }));
    await editor().openConfig('sensr-config', SERVER);
    await editor().field('tls').selectOption('tls1');
    const lines = await results();
    await editor().shoot('config-test-tls');
    assert.ok(lines.length >= 3);
    for (const line of lines) assert.match(line, /^failed \| .*TLS/i, line);
    await editor().cancel();
  });

  it('signs in with the stored password though it is not typed again, and refuses a wrong one', async () => {
    await editor().load(flow({ ...ports(guarded), retries: 0 }));
    await editor().openConfig('sensr-config', SERVER);
    for (const line of await results()) assert.match(line, /^failed .*(401|sign|password)/i, line);
    await editor().shoot('config-test-no-password');
    await editor().page.locator('#sensr-config-sign-in').selectOption('password');
    await editor().field('username').fill(USER);
    await editor().field('password').fill(PASSWORD);
    for (const line of await results()) assert.match(line, /^works /, 'typed, and not saved');
    await editor().done();
    await editor().deploy();
    await editor().reload();
    await editor().openConfig('sensr-config', SERVER);
    assert.notEqual(await editor().field('password').inputValue(), PASSWORD);
    for (const line of await results()) assert.match(line, /^works /, 'stored');
    await editor().field('password').fill('another');
    for (const line of await results()) assert.match(line, /^failed /, line);
    await editor().cancel();
  });

  it('names the setting that cannot be used', async () => {
    await editor().load(flow(ports(simulator)));
    await editor().openConfig('sensr-config', SERVER);
    await editor().field('host').fill('');
    matchAll(await results(), [/^failed \| Settings \| host: expected a host name/]);
    await editor().field('host').fill('127.0.0.1');
    await editor().page.evaluate((tls) => {
      RED.nodes.import([{ ...tls, id: 'tls2' }], { addFlow: false });
    }, TLS);
    await editor().cancel();
    await editor().openConfig('sensr-config', SERVER);
    await editor().field('tls').selectOption('tls2');
    matchAll(await results(), [/^failed \| Settings \| tls: .*A new one must be deployed before/]);
    await editor().shoot('config-test-undeployed');
    await editor().cancel();
    // The browser itself reports an answer that is an error; these two were wanted.
    const wanted = editor().complaints.filter((one) => /status of 400 .*test-connection\)$/.test(one));
    assert.equal(wanted.length, 2);
    assert.deepEqual(editor().complaints.splice(0), wanted, 'no other');
  });

  it('forgets results when a setting changes, also those that have not come yet', async () => {
    await editor().load(flow(ports(simulator)));
    await editor().openConfig('sensr-config', SERVER);
    await results();
    await editor().field('host').fill('10.0.0.5');
    assert.equal(await items().count(), 0);
    await editor().field('host').fill('127.0.0.1');
    await simulator.setFault({ name: 'httpDelay', ms: 300 });
    try {
      await button().click();
      await items().getByText('Testing these settings').waitFor();
      assert.equal(await button().isEnabled(), false);
      await editor().field('name').fill('crossing');
      assert.equal(await items().count(), 0);
      assert.equal(await button().isEnabled(), true);
      await editor().page.waitForTimeout(2000);
      assert.equal(await items().count(), 0, 'the late answer is not shown');
    } finally {
      await simulator.clearFaults();
    }
    await editor().cancel();
  });

  it('is announced, worked by keyboard, and readable in the dark', async () => {
    const { page } = editor();
    await editor().load(flow({ ...ports(simulator), pointsPort: CLOSED_PORT }));
    await goDark(page);
    await editor().openConfig('sensr-config', SERVER);
    await editor().settled();
    await button().focus();
    await page.keyboard.press('Enter');
    const announced = page.getByRole('status').filter({ has: page.locator('#sensr-config-test-results') });
    await announced.getByText('answered in').waitFor();
    assert.equal(await announced.getByRole('listitem').count(), 4);
    assert.equal(await announced.getByRole('img', { name: 'failed' }).count(), 1);
    await editor().shoot('config-test-dark');
    await editor().cancel();
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
