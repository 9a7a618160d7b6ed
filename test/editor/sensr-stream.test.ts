/** The dialog of sensr-stream, used as people use it, against the table that the runtime reads. */
import assert from 'node:assert/strict';
import {
  PROPERTIES,
  STREAMS,
  TYPES_OF,
  VERSION,
  type StreamName,
  type StreamProperty,
} from '../../nodes/sensr-stream/properties';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

const DEFAULTS = Object.fromEntries(
  Object.entries(PROPERTIES).map(([name, property]) => [name, property.default]),
);
const STREAM = { id: 's1', type: 'sensr-stream', z: 't1', x: 200, y: 100, wires: [['d1']] };
const SAVED = { ...STREAM, ...DEFAULTS, version: VERSION, server: 'c1' };

const flow = (stream: Readonly<Record<string, unknown>> = SAVED): Flow => [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'c1', type: 'sensr-config', name: 'crossing', host: '127.0.0.1' },
  stream,
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

/** Beside those that all streams have. */
const FIELDS_OF: Readonly<Record<StreamName, readonly StreamProperty[]>> = {
  objects: ['labels', 'statuses', 'zones', 'minConfidence', 'include', 'skipEmpty', 'interval'],
  events: ['types', 'zones'],
  zones: ['zones', 'skipEmpty', 'interval'],
  health: ['interval'],
  custom: ['interval'],
  output: ['pointFormat', 'maxPoints', 'interval'],
  points: ['types', 'pointFormat', 'maxPoints', 'skipEmpty', 'interval'],
  'raw-output': ['interval'],
  'raw-points': ['interval'],
};
const FIELDS_OF_ALL: readonly StreamProperty[] = [
  'name',
  'server',
  'stream',
  'pacing',
  'queueSize',
  'queueMB',
];

describe('editor: sensr-stream', function () {
  this.timeout(15_000);
  const editor = useEditor();

  const choice = (list: string, value: string) =>
    editor().page.locator(`.sensr-choices[id^="node-input-${list}"] input[value="${value}"]:visible`);

  /** The properties whose field can be seen. */
  const visible = async (): Promise<string[]> => {
    const names: string[] = [];
    for (const [name, { kind }] of Object.entries(PROPERTIES)) {
      const field =
        kind === 'choices'
          ? editor().page.locator(`.sensr-choices[id^="node-input-${name}"]:visible`)
          : editor().page.locator(`#node-input-${name}:visible`);
      if ((await field.count()) > 0) names.push(name);
    }
    return names.sort();
  };

  before(() => editor().load(flow()));

  it('starts a new node with the defaults of properties.ts', async () => {
    const { page } = editor();
    const target = page.locator('#red-ui-workspace-chart');
    await page
      .locator('[data-palette-type="sensr-stream"]')
      .dragTo(target, { targetPosition: { x: 300, y: 300 } });
    const id = await page.evaluate(
      () => RED.nodes.filterNodes({ type: 'sensr-stream' }).find((node) => node.id !== 's1')?.id,
    );
    assert.ok(id !== undefined);
    assert.deepEqual(properties(await editor().exported(id)), properties({ ...SAVED, server: '' }));
    assert.deepEqual(await editor().problems(id), ['Server: choose or add a SENSR server']);
    await editor().openNode(id);
    await editor().shoot('stream-new');
    assert.equal(await editor().message('server'), 'Server: choose or add a SENSR server');
    await editor().field('server').selectOption('c1');
    await editor().done();
    assert.deepEqual(properties(await editor().exported(id)), properties(SAVED));
    assert.deepEqual(await editor().problems(id), []);
  });

  it('shows only the fields of the chosen stream, and its own types', async () => {
    await editor().load(flow());
    await editor().openNode('s1');
    await editor().shoot('stream-objects');
    await editor().unfold();
    for (const stream of STREAMS) {
      await editor().field('stream').selectOption(stream);
      assert.deepEqual(await visible(), [...FIELDS_OF_ALL, ...FIELDS_OF[stream]].sort(), stream);
      const types = await editor()
        .page.locator('.sensr-types input:visible')
        .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
      assert.deepEqual(types, TYPES_OF[stream] ?? [], stream);
      if (['events', 'points', 'health'].includes(stream)) await editor().shoot(`stream-${stream}`);
    }
    await editor().field('stream').selectOption('objects');
    await choice('include', 'points').check();
    assert.ok(await editor().field('pointFormat').isVisible());
    assert.ok(await editor().field('maxPoints').isVisible());
    await editor().cancel();
  });

  it('shows the fields of the chosen pacing', async () => {
    await editor().openNode('s1');
    await editor().unfold();
    const expected = {
      loop: [],
      complete: ['inFlight', 'stallTimeout'],
      rate: ['rate'],
      request: [],
    } as const;
    for (const [pacing, fields] of Object.entries(expected)) {
      await editor().field('pacing').selectOption(pacing);
      const shown = await visible();
      assert.deepEqual(
        shown.filter((name) => ['inFlight', 'stallTimeout', 'rate'].includes(name)),
        fields,
        pacing,
      );
      assert.notEqual(await editor().page.locator('#sensr-stream-pacing-hint').innerText(), '');
      await editor().page.locator('#node-input-queueMB').scrollIntoViewIfNeeded();
      await editor().shoot(`stream-pacing-${pacing}`);
    }
    await editor().cancel();
  });

  it('names limits and unit of a wrong number, and what a list of zones looks like', async () => {
    await editor().openNode('s1');
    await editor().unfold();
    const wrong: readonly (readonly [name: string, value: string, message: RegExp])[] = [
      ['minConfidence', '1.5', /^Confidence: enter a number from 0 to 1$/],
      ['interval', '-1', /^Interval: enter a number from 0 to 3600 s$/],
      ['queueSize', '2.5', /^Queue: enter a whole number from 1 to 10000$/],
      ['queueMB', 'lots', /^Queue memory: enter a number from 0\.1 to 4096 MB$/],
      ['zones', '1, gate', /^Zones: enter zone ids separated by commas/],
    ];
    for (const [name, value, message] of wrong) {
      await editor().field(name).fill(value);
      assert.match(await editor().message(name), message);
      assert.equal(await editor().field(name).getAttribute('aria-describedby'), `node-input-${name}-message`);
    }
    await editor().shoot('stream-messages');
    for (const [name] of wrong) {
      await editor().field(name).fill('${VALUE}');
      assert.equal(await editor().message(name), '');
    }
    await editor().cancel();
  });

  it('keeps every value over save, reopen, export, import and deploy', async () => {
    const { page } = editor();
    const expected = {
      ...properties(SAVED),
      name: 'cars at the gate',
      labels: ['LABEL_CAR', 'LABEL_CYCLIST'],
      statuses: [],
      zones: [4, 12],
      minConfidence: 0.5,
      include: ['points', 'prediction'],
      pointFormat: 'array',
      maxPoints: 500,
      interval: 0.2,
      skipEmpty: true,
      pacing: 'complete',
      inFlight: 2,
      stallTimeout: 5.5,
      queueSize: 1,
      queueMB: 8,
    };
    await editor().load(flow());
    await editor().openNode('s1');
    await editor().unfold();
    await editor().field('name').fill('cars at the gate');
    await choice('labels', 'LABEL_CYCLIST').check();
    await choice('labels', 'LABEL_CAR').check();
    await choice('statuses', 'TRACKING').uncheck();
    await choice('include', 'points').check();
    await choice('include', 'prediction').check();
    await editor().field('zones').fill('4; 12,');
    await editor().field('skipEmpty').check();
    await editor().field('pointFormat').selectOption('array');
    await editor().field('pacing').selectOption('complete');
    for (const name of [
      'minConfidence',
      'maxPoints',
      'interval',
      'inFlight',
      'stallTimeout',
      'queueSize',
      'queueMB',
    ] as const)
      await editor().field(name).fill(String(expected[name]));
    await editor().shoot('stream-filled');
    await editor().done();
    assert.deepEqual(properties(await editor().exported('s1')), expected);
    assert.deepEqual(await editor().problems('s1'), []);

    await editor().deploy();
    const deployed = (await editor().get('flows')) as Record<string, unknown>[];
    assert.deepEqual(properties(deployed.find(({ id }) => id === 's1') ?? {}), expected, 'deployed');
    await editor().reload();
    await editor().openNode('s1');
    assert.equal(await editor().field('zones').inputValue(), '4, 12');
    assert.ok(await choice('labels', 'LABEL_CYCLIST').isChecked());
    await editor().done();
    assert.deepEqual(properties(await editor().exported('s1')), expected, 'reopened and saved');
    assert.equal(await page.evaluate(() => RED.nodes.dirty()), false, 'opening and saving changes nothing');

    await page.evaluate(() => {
      const exported = RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({ type: 'sensr-stream' }));
      // The server is exported with it, and here already.
      const text = JSON.stringify(exported.filter(({ id }) => id === 's1'));
      RED.nodes.import(JSON.parse(text.replace('"s1"', '"copy"')) as object[], { addFlow: false });
    });
    assert.deepEqual(properties(await editor().exported('copy')), expected, 'exported and imported');
  });

  it('leaves nothing behind that the chosen stream or pacing does not show', async () => {
    await editor().load(flow({ ...SAVED, stream: 'events', types: ['ENTRY', 'EXIT'], pacing: 'rate' }));
    await editor().openNode('s1');
    await editor().unfold();
    assert.ok(await choice('types', 'ENTRY').isChecked());
    await editor().field('rate').fill('fast');
    await editor().field('pacing').selectOption('loop');
    await editor().field('stream').selectOption('points');
    await choice('types', 'GROUND').check();
    await editor().done();
    const { types, rate } = await editor().exported('s1');
    assert.deepEqual({ types, rate }, { types: ['GROUND'], rate: PROPERTIES.rate.default });
    assert.deepEqual(await editor().problems('s1'), []);
  });

  it('fills what an old or hand-written flow lacks, and keeps what it does not know', async () => {
    await editor().load(
      flow({ ...STREAM, server: 'c1', stream: '${STREAM}', zones: '${ZONES}', queueSize: '20' }),
    );
    await editor().openNode('s1');
    await editor().done();
    const { version: _version, ...saved } = properties(await editor().exported('s1'));
    const { version: _same, ...expected } = properties({
      ...SAVED,
      stream: '${STREAM}',
      zones: '${ZONES}',
      queueSize: 20,
    });
    assert.deepEqual(saved, expected);
  });

  it('forgets everything on cancel', async () => {
    await editor().load(flow());
    await editor().openNode('s1');
    await editor().field('stream').selectOption('events');
    await choice('types', 'ENTRY').check();
    await editor().cancel();
    assert.deepEqual(properties(await editor().exported('s1')), properties(SAVED));
    assert.equal(await editor().page.evaluate(() => RED.nodes.dirty()), false);
  });

  it('names every field for screen readers, and folds by keyboard', async () => {
    const { page } = editor();
    await editor().openNode('s1');
    await editor().settled();
    await page.locator('#sensr-stream-form summary').focus();
    await page.keyboard.press('Enter');
    assert.ok(await editor().field('pacing').isVisible());
    const nameless = await page
      .locator('#sensr-stream-form')
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
    await editor().cancel();
  });

  it('is labelled by name or stream', async () => {
    const label = (): Promise<string | undefined> =>
      editor().page.evaluate(() => {
        const node = RED.nodes.node('s1');
        return node ? RED.nodes.getType('sensr-stream')?.label.call(node) : undefined;
      });
    assert.equal(await label(), 'objects');
    await editor().load(flow({ ...SAVED, name: 'gate' }));
    assert.equal(await label(), 'gate');
  });

  it('is readable in the dark', async () => {
    await goDark(editor().page);
    await editor().openNode('s1');
    await editor().shoot('stream-dark');
    await editor().field('stream').selectOption('points');
    await editor().unfold();
    await editor().field('queueMB').fill('lots');
    await editor().shoot('stream-dark-points');
    await editor().cancel();
    await editor().shoot('canvas-dark');
  });

  it('leaves no error in the console', () => {
    assert.deepEqual(editor().complaints, []);
  });
});
