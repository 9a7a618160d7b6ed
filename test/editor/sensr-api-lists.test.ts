/** The buttons beside parameters that offer what a deployed server has, against the simulator. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../simulator/server';
import { useEditor, type Flow } from './editor-page';
import { ParamRow } from './typed-input';

/** Nothing listens there. */
const CLOSED_PORT = 1;

describe('editor: lists from the server', function () {
  this.timeout(20_000);
  const editor = useEditor();
  let simulator: Simulator;
  let empty: Simulator;
  const param = (name: string): ParamRow => new ParamRow(editor().page, name);
  const menu = () => editor().page.locator('.red-ui-popover-panel:visible a');
  const paramsOf = async (): Promise<unknown> => (await editor().exported('a1'))['params'];

  const flow = (api: Readonly<Record<string, unknown>>, server = 'c1'): Flow => {
    const { outputPort, pointsPort, restPort } = simulator;
    const config = { type: 'sensr-config', host: '127.0.0.1', outputPort, pointsPort };
    return [
      { id: 't1', type: 'tab', label: 'Flow 1' },
      { ...config, id: 'c1', name: 'crossing', restPort },
      { ...config, id: 'c2', name: 'nowhere', restPort: CLOSED_PORT, retries: 0, connectTimeout: 1 },
      { ...config, id: 'c3', name: 'empty', restPort: empty.restPort },
      { id: 'a1', type: 'sensr-api', z: 't1', x: 200, y: 100, wires: [[]], server, ...api },
    ];
  };

  before(async () => {
    simulator = await startSimulator({ details: false, outputHz: 1, pointsHz: 0 });
    empty = await startSimulator({ details: false, outputHz: 1, pointsHz: 0, zones: 0 });
  });
  after(async () => {
    await simulator.close();
    await empty.close();
  });

  it('offers the zones by id and name, and takes the one that is picked', async () => {
    await editor().load(
      flow({ operation: 'zones.get', params: { zoneId: { value: 'payload.zone', type: 'msg' } } }),
    );
    await editor().openNode('a1');
    await editor().settled();
    await param('zoneId').picker.click();
    await menu().first().waitFor();
    await editor().shoot('api-picker');
    const labels = await menu().allInnerTexts();
    assert.deepEqual(labels, ['1001 · crossing', '1002 · approach-west']);
    await menu().nth(1).click();
    assert.equal(await param('zoneId').input.inputValue(), '1002');
    await editor().done();
    assert.deepEqual(await paramsOf(), { zoneId: { value: '1002', type: 'str' } });
  });

  it('works by keyboard, and Escape closes the list alone', async () => {
    const { page } = editor();
    await editor().load(flow({ operation: 'zones.get' }));
    await editor().openNode('a1');
    await editor().settled();
    const { picker, input } = param('zoneId');
    assert.equal(await picker.getAttribute('aria-label'), 'zoneId: choose from the server');
    await picker.focus();
    await page.keyboard.press('Enter');
    await menu().first().waitFor();
    await page.keyboard.press('Escape');
    await menu().first().waitFor({ state: 'hidden' });
    assert.ok(await page.locator('#sensr-api-form').isVisible());
    assert.equal(await input.inputValue(), '');
    await picker.focus();
    await page.keyboard.press('Enter');
    await menu().first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.match(await input.inputValue(), /^\d+$/);
    assert.ok(await picker.evaluate((button) => button === document.activeElement));
    await editor().cancel();
  });

  it('offers sensors, nodes and projects where these are meant', async () => {
    await editor().load(flow({ operation: 'sensors.get' }));
    await editor().openNode('a1');
    await editor().settled();
    const lists: readonly (readonly [operation: string, name: string, label: RegExp])[] = [
      ['sensors.get', 'sensorId', /^lidar_\d+/],
      ['nodes.get', 'nodeUri', /^algo_\d+/],
      ['edges.get', 'edgeNodeUri', /^edge_\d+/],
      ['project.load', 'name', /\w/],
    ];
    for (const [operation, name, label] of lists) {
      await editor().field('operation').selectOption(operation);
      await param(name).picker.click();
      await menu().first().waitFor();
      assert.match(await menu().first().innerText(), label, operation);
      await menu().first().click();
      assert.match(await param(name).input.inputValue(), label, operation);
    }
    await editor().field('operation').selectOption('project.create');
    assert.equal(await param('name').picker.count(), 0, 'a new name is not one of those that are there');
    await editor().cancel();
  });

  it('says what is missing: a server, its deployment, its answer, its zones', async () => {
    const { page } = editor();
    await editor().load(flow({ operation: 'zones.get' }, ''));
    await editor().openNode('a1');
    const { picker, note, input } = param('zoneId');
    await picker.click();
    assert.equal(await note.innerText(), 'Choose a server first.');
    await editor().cancel();

    await page.evaluate(() => {
      const server = { id: 'c9', type: 'sensr-config', name: 'new', host: '127.0.0.1' };
      RED.nodes.import([server], { addFlow: false });
    });
    await editor().openNode('a1');
    await editor().field('server').selectOption('c9');
    await picker.click();
    await note.getByText('Deploy the server first: then this list comes from it.').waitFor();
    await editor().shoot('api-picker-not-deployed');

    await editor().field('server').selectOption('c2');
    await picker.click();
    await note.getByText(`${CLOSED_PORT}`).waitFor();
    assert.match(await note.innerText(), /refused/i);
    assert.equal(await picker.isEnabled(), true);
    await editor().shoot('api-picker-refused');

    await editor().field('server').selectOption('c3');
    await picker.click();
    await note.getByText('The server has none.').waitFor();
    assert.equal(await input.inputValue(), '');
    await editor().cancel();
    // The browser itself reports each answer that is an error; these two were wanted.
    const wanted = editor().complaints.filter((one) => /\/choices\/zones\)$/.test(one));
    assert.deepEqual(
      wanted.map((one) => /status of (\d+)/.exec(one)?.[1]),
      ['404', '502'],
    );
    assert.deepEqual(editor().complaints.splice(0), wanted, 'no other');
  });
});
