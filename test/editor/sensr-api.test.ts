/** The dialog of sensr-api, used as people use it: operations, parameters, warnings, numbers. */
import assert from 'node:assert/strict';
import { OPERATIONS, OPERATION_NAMES } from '../../lib/api/operations';
import { PROPERTIES, VERSION } from '../../nodes/sensr-api/properties';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';
import { ParamRow } from './typed-input';

const DEFAULTS = Object.fromEntries(
  Object.entries(PROPERTIES).map(([name, property]) => [name, property.default]),
);
const API = { id: 'a1', type: 'sensr-api', z: 't1', x: 200, y: 100, wires: [['d1']] };
const SAVED = { ...API, ...DEFAULTS, version: VERSION, server: 'c1' };

const flow = (api: Readonly<Record<string, unknown>> = {}): Flow => [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'c1', type: 'sensr-config', name: 'crossing', host: '127.0.0.1' },
  { ...SAVED, ...api },
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

const requestOperation = (name: string) => OPERATIONS.find((one) => one.name === name) ?? assert.fail(name);

describe('editor: sensr-api', function () {
  this.timeout(20_000);
  const editor = useEditor();

  const param = (name: string): ParamRow => new ParamRow(editor().page, name);
  const operation = () => editor().field('operation');
  const search = () => editor().page.locator('#sensr-api-search');
  const shownParams = (): Promise<string[]> =>
    editor()
      .page.locator('#sensr-api-params input[id^="sensr-api-param-"][type="hidden"]')
      .evaluateAll((all) => all.map(({ id }) => id.replace('sensr-api-param-', '')));
  const offered = (): Promise<string[]> =>
    operation()
      .locator('option')
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  const savedParams = async (): Promise<unknown> => (await editor().exported('a1'))['params'];

  before(() => editor().load(flow()));

  it('starts a new node with the defaults of properties.ts', async () => {
    const { page } = editor();
    await page
      .locator('[data-palette-type="sensr-api"]')
      .dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y: 300 } });
    const id = await page.evaluate(
      () => RED.nodes.filterNodes({ type: 'sensr-api' }).find((node) => node.id !== 'a1')?.id,
    );
    assert.ok(id !== undefined);
    assert.deepEqual(properties(await editor().exported(id)), properties({ ...SAVED, server: '' }));
    assert.deepEqual(await editor().problems(id), ['Server: choose or add a SENSR server']);
    await editor().openNode(id);
    await editor().shoot('api-new');
    await editor().field('server').selectOption('c1');
    await editor().done();
    assert.deepEqual(properties(await editor().exported(id)), properties(SAVED));
    assert.deepEqual(await editor().problems(id), []);
  });

  it('offers every operation, grouped by noun, with its English where the catalogue has no text', async () => {
    await editor().openNode('a1');
    const groups = await operation()
      .locator('optgroup')
      .evaluateAll((all) =>
        all.map((group) => ({
          noun: (group as HTMLOptGroupElement).label,
          options: [...group.children].map((one) => ({
            name: (one as HTMLOptionElement).value,
            text: one.textContent,
          })),
        })),
      );
    assert.deepEqual(
      groups.map(({ noun }) => noun),
      [...new Set(OPERATIONS.map(({ noun }) => noun))],
    );
    const options = groups.flatMap((group) => group.options.map((one) => ({ ...one, noun: group.noun })));
    assert.deepEqual(
      options.sort((one, other) => (one.name < other.name ? -1 : 1)),
      OPERATIONS.map(({ name, noun, summary }) => ({ name, text: `${name} – ${summary}`, noun })).sort(
        (one, other) => (one.name < other.name ? -1 : 1),
      ),
    );
    await editor().cancel();
  });

  it('narrows by name and by words, and loses nothing by that', async () => {
    const { page } = editor();
    await editor().openNode('a1');
    await operation().selectOption('zones.get');
    await param('zoneId').input.fill('1001');
    await search().fill('DELETE zone');
    assert.deepEqual((await offered()).sort(), ['zones.delete', 'zones.deleteAll', 'zones.get']);
    assert.equal(await page.locator('#sensr-api-found').innerText(), '2 found; Enter takes zones.delete.');
    await editor().shoot('api-search');
    await search().fill('throws away');
    assert.deepEqual(await offered(), ['zones.get', 'commands.reload'], 'one hit is not taken by itself');
    await search().fill('no such thing');
    assert.equal(await page.locator('#sensr-api-found').innerText(), 'None found; the choice stays.');
    await search().press('Enter');
    await search().fill('');
    assert.equal(await page.locator('#sensr-api-found').isVisible(), false);
    await search().press('Enter');
    assert.equal(await operation().inputValue(), 'zones.get');
    assert.deepEqual((await offered()).sort(), [...OPERATION_NAMES].sort());
    await editor().done();
    const { operation: saved, params } = await editor().exported('a1');
    assert.deepEqual([saved, params], ['zones.get', { zoneId: { value: '1001', type: 'str' } }]);
  });

  it('takes the first hit with Enter, names before descriptions, and shows all again', async () => {
    await editor().load(flow());
    await editor().openNode('a1');
    await editor().settled();
    // The description of report.get, which stands before it, has the word too.
    await search().fill('project');
    await search().press('Enter');
    assert.equal(await operation().inputValue(), 'project.current');
    assert.equal(await search().inputValue(), '');
    assert.deepEqual((await offered()).sort(), [...OPERATION_NAMES].sort());
    assert.ok(await operation().evaluate((select) => select === document.activeElement));
    assert.ok(await editor().page.locator('#sensr-api-form').isVisible(), 'the dialog is still open');
    await editor().done();
    assert.equal((await editor().exported('a1'))['operation'], 'project.current');
  });

  it('shows only what the chosen operation has: parameters, body, warning, and texts for all of it', async () => {
    const { page } = editor();
    await editor().openNode('a1');
    for (const { name, summary, params, body, destructive, writes } of OPERATIONS) {
      await operation().selectOption(name);
      const isLong = `${name} – ${summary}`.length > 32;
      assert.equal(await page.locator('#sensr-api-summary').innerText(), isLong ? summary : '', name);
      assert.deepEqual(
        await shownParams(),
        params.map((one) => one.name),
        name,
      );
      for (const { name: own, description } of params)
        assert.ok((await param(own).row.innerText()).includes(description), `${name} ${own}`);
      const hint = page.locator('#sensr-api-body');
      assert.equal(await hint.isVisible(), body !== 'none', `${name}: msg.payload`);
      if (body !== 'none') assert.match(await hint.innerText(), /^msg\.payload: /);
      assert.equal(await page.locator('#sensr-api-danger').isVisible(), destructive, `${name}: warning`);
      assert.equal((await editor().message('allowWrites')) !== '', writes, `${name}: allow changes`);
      assert.doesNotMatch(
        await page.locator('#sensr-api-form').innerText(),
        /sensr-api\.|undefined|__/,
        `${name}: a key instead of its text`,
      );
    }
    await editor().cancel();
  });

  it('refuses to change SENSR until that is ticked, and warns of what destroys', async () => {
    const { page } = editor();
    await editor().load(flow({ operation: 'zones.deleteAll' }));
    const problem = 'Allow changes: this operation changes SENSR; tick to allow that';
    assert.deepEqual(await editor().problems('a1'), [problem]);
    await editor().openNode('a1');
    await editor().shoot('api-zones-deleteAll');
    assert.equal(await editor().message('allowWrites'), problem);
    assert.equal(
      await page.locator('#sensr-api-danger').innerText(),
      'Deletes every zone of the project, without asking.',
    );
    assert.equal(await editor().field('applyChanges').isVisible(), false);
    await editor().field('allowWrites').check();
    assert.equal(await editor().message('allowWrites'), '');
    assert.ok(await page.locator('#sensr-api-danger').isVisible(), 'the warning stays');
    await editor().field('applyChanges').check();
    await editor().shoot('api-zones-deleteAll-allowed');
    await editor().done();
    const { allowWrites, applyChanges } = await editor().exported('a1');
    assert.deepEqual([allowWrites, applyChanges], [true, true]);
    assert.deepEqual(await editor().problems('a1'), []);
  });

  const SOURCES: readonly (readonly [type: string, value: string])[] = [
    ['msg', 'payload.zone'],
    ['flow', 'zone'],
    ['global', 'zone'],
    ['jsonata', 'payload.zone + 1'],
    ['env', 'ZONE'],
    ['str', '1002'],
  ];
  for (const [type, value] of SOURCES)
    it(`keeps a value from ${type} over save and reopen`, async () => {
      await editor().load(
        flow({
          operation: 'zones.get',
          params: { zoneId: { value: '7', type: type === 'msg' ? 'str' : 'msg' } },
        }),
      );
      await editor().openNode('a1');
      await editor().settled();
      await param('zoneId').type(type, value);
      await editor().done();
      assert.deepEqual(await savedParams(), { zoneId: { value, type } });
      await editor().openNode('a1');
      assert.equal(await param('zoneId').input.inputValue(), value);
      if (type === 'msg') await editor().shoot('api-zones-get-msg');
      await editor().done();
      assert.deepEqual(await savedParams(), { zoneId: { value, type } }, 'reopened and saved');
    });

  it('keeps a value over export, import and deploy', async () => {
    const { page } = editor();
    await editor().load(flow({ operation: 'zones.get', params: { zoneId: { value: '7', type: 'msg' } } }));
    await editor().openNode('a1');
    await editor().settled();
    await param('zoneId').type('str', '1002');
    await editor().done();
    await page.evaluate(() => {
      const exported = RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({ type: 'sensr-api' }));
      // The server is exported with it, and here already.
      const text = JSON.stringify(exported.filter(({ id }) => id === 'a1'));
      RED.nodes.import(JSON.parse(text.replace('"a1"', '"copy"')) as object[], { addFlow: false });
    });
    const expected = properties(await editor().exported('a1'));
    assert.deepEqual(properties(await editor().exported('copy')), expected, 'exported and imported');
    await editor().deploy();
    await editor().reload();
    await editor().openNode('a1');
    await editor().done();
    assert.deepEqual(properties(await editor().exported('a1')), expected, 'deployed and loaded again');
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false, 'opening and saving changes nothing');
  });

  it('keeps each of several values, and those of an operation that was chosen in between', async () => {
    const params = {
      method: { value: 'PUT', type: 'str' },
      path: { value: 'where', type: 'flow' },
      query: { value: '{"zone-id":7}', type: 'json' },
    };
    await editor().load(flow({ operation: 'request', params, allowWrites: true }));
    await editor().openNode('a1');
    assert.equal(await param('method').option.innerText(), 'PUT');
    assert.equal(await param('query').input.inputValue(), '{"zone-id":7}');
    await editor().shoot('api-request');
    await operation().selectOption('project.list');
    assert.equal(await param('path').input.inputValue(), 'where', 'one that both have');
    await operation().selectOption('health.get');
    await operation().selectOption('request');
    await editor().done();
    assert.deepEqual(await savedParams(), params);
    await editor().openNode('a1');
    await param('query').input.fill('');
    await operation().selectOption('project.list');
    await editor().done();
    assert.deepEqual(await savedParams(), { path: params.path });
    await editor().openNode('a1');
    await operation().selectOption('request');
    assert.equal(await param('query').input.inputValue(), '{}', 'no broken JSON to begin with');
    await editor().done();
    assert.deepEqual(await savedParams(), { path: params.path });
  });

  it('offers the choices of a parameter, and a way to choose none', async () => {
    await editor().load(flow({ operation: 'commands.start', allowWrites: true }));
    await editor().openNode('a1');
    assert.match(await param('mode').option.innerText(), /not set/);
    await editor().done();
    assert.deepEqual(await savedParams(), {});
    await editor().openNode('a1');
    await param('mode').choose('calibration');
    await editor().shoot('api-commands-start');
    await operation().selectOption('zones.list');
    assert.match(await param('details').option.innerText(), /not set/, 'a boolean is not true by itself');
    await param('details').choose('true');
    await param('details').choose('not set');
    await operation().selectOption('commands.start');
    await editor().done();
    assert.deepEqual(await savedParams(), { mode: { value: 'calibration', type: 'str' } });
    await editor().openNode('a1');
    assert.equal(await param('mode').option.innerText(), 'calibration');
    await param('mode').type('msg', 'payload');
    await operation().selectOption('zones.list');
    await param('details').choose('false');
    await editor().done();
    assert.deepEqual(await savedParams(), { details: { value: 'false', type: 'bool' } });
  });

  it('fills what an old or hand-written flow lacks, and keeps what it does not know', async () => {
    const params = { zoneId: 1001, other: { value: 'x', type: 'msg' } };
    await editor().load(flow({ operation: '${WHAT}', params, queueSize: '20', allowWrites: undefined }));
    assert.deepEqual(await editor().problems('a1'), []);
    await editor().openNode('a1');
    assert.equal(await operation().inputValue(), '${WHAT}');
    await search().fill('zones.get');
    assert.deepEqual((await offered())[0], '${WHAT}');
    await editor().done();
    const { params: saved, operation: name, queueSize, allowWrites } = await editor().exported('a1');
    assert.deepEqual(
      { saved, name, queueSize, allowWrites },
      {
        saved: { ...params, zoneId: { value: '1001', type: 'str' } },
        name: '${WHAT}',
        queueSize: 20,
        allowWrites: false,
      },
    );
  });

  it('names limits and unit of a wrong number', async () => {
    await editor().load(flow());
    await editor().openNode('a1');
    await editor().unfold();
    const wrong: readonly (readonly [name: string, value: string, message: RegExp])[] = [
      ['queueSize', '0', /^Queue: enter a whole number from 1 to 10000$/],
      ['concurrency', '2.5', /^At once: enter a whole number from 1 to 256$/],
      ['cacheSeconds', 'long', /^Keep answers for: enter a number from 0 to 86400 s$/],
    ];
    for (const [name, value, message] of wrong) {
      await editor().field(name).fill(value);
      assert.match(await editor().message(name), message);
    }
    await editor().shoot('api-messages');
    for (const [name] of wrong) {
      await editor().field(name).fill('${VALUE}');
      assert.equal(await editor().message(name), '');
      await editor().field(name).fill(String(PROPERTIES.queueSize.default));
    }
    await editor().done();
    const { queueSize, concurrency, cacheSeconds } = await editor().exported('a1');
    assert.deepEqual([queueSize, concurrency, cacheSeconds], [50, 50, 50]);
  });

  it('forgets everything on cancel', async () => {
    await editor().load(flow());
    await editor().openNode('a1');
    await operation().selectOption('zones.get');
    await param('zoneId').input.fill('7');
    await editor().cancel();
    assert.deepEqual(properties(await editor().exported('a1')), properties(SAVED));
    assert.equal(await editor().page.evaluate(() => RED.nodes.dirty()), false);
  });

  it('names every field and button for screen readers', async () => {
    const { page } = editor();
    await editor().openNode('a1');
    await editor().unfold();
    for (const name of ['request', 'sensors.list', 'project.load', 'zones.deleteAll']) {
      await operation().selectOption(name);
      for (const { name: own, choices, type } of requestOperation(name).params) {
        const role = choices || type === 'boolean' ? 'button' : 'textbox';
        const field = param(own).row.getByRole(role, { name: new RegExp(`^${own}`) });
        assert.ok((await field.count()) > 0, `${name}: ${own}`);
      }
      const tree = await page.locator('#sensr-api-form').ariaSnapshot();
      assert.doesNotMatch(tree, /- (textbox|searchbox|combobox|checkbox|button)( \[[^\]]*\])*(:|$)/m, tree);
    }
    await editor().cancel();
  });

  it('is labelled by name or operation', async () => {
    const label = (): Promise<string | undefined> =>
      editor().page.evaluate(() => {
        const node = RED.nodes.node('a1');
        return node ? RED.nodes.getType('sensr-api')?.label.call(node) : undefined;
      });
    assert.equal(await label(), 'health.get');
    await editor().load(flow({ name: 'gate' }));
    assert.equal(await label(), 'gate');
  });

  it('is readable, also in the dark', async () => {
    const shots = ['zones.get', 'zones.deleteAll', 'report.get'];
    for (const theme of ['light', 'dark']) {
      if (theme === 'dark') await goDark(editor().page);
      for (const name of shots) {
        await editor().openNode('a1');
        await operation().selectOption(name);
        await editor().shoot(`api-${theme}-${name}`);
        await editor().cancel();
      }
    }
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
