/** What users see before they open a dialog: palette, help, icons, and that nothing failed while loading. */
import assert from 'node:assert/strict';
import { useEditor } from './editor-page';

const TYPES = ['sensr-config', 'sensr-stream', 'sensr-api', 'sensr-health'];

interface NodeSet {
  readonly module: string;
  readonly types: readonly string[];
  readonly err?: unknown;
}

describe('editor: palette', function () {
  this.timeout(15_000);
  const editor = useEditor();

  /** Other suites may have provoked errors before, in the Node-RED that all share. */
  let logged = 0;

  before(async () => {
    await editor().load([{ id: 't1', type: 'tab', label: 'Flow 1' }]);
    logged = editor().log.length;
  });

  it('loads all node sets without an error', async () => {
    const sets = (await editor().get('nodes')) as NodeSet[];
    const ours = sets.filter(({ module }) => module === 'node-red-contrib-sensr');
    assert.deepEqual(
      ours.filter(({ err }) => err !== undefined),
      [],
    );
    const types = ours.flatMap((set) => set.types);
    for (const type of TYPES) assert.ok(types.includes(type), `${type} is not among ${types.join()}`);
  });

  it('shows sensr stream in the category SENSR, with icon and tooltip', async () => {
    const { page } = editor();
    const category = page.locator('#red-ui-palette-container-sensr');
    assert.match(await category.locator('.red-ui-palette-header').innerText(), /SENSR/);
    const node = category.locator('[data-palette-type="sensr-stream"]');
    assert.equal(await node.getAttribute('data-palette-label'), 'sensr stream');
    const icon = await node.locator('.red-ui-palette-icon').getAttribute('style');
    assert.match(icon ?? '', /sensr-stream\.svg/);
    await category.scrollIntoViewIfNeeded();
    await node.hover();
    await page.locator('.red-ui-popover').getByText('Receives one stream').waitFor();
    await editor().shoot('palette');
  });

  it('has its own icons', async () => {
    const icons = (await editor().get('icons')) as Record<string, string[]>;
    const ours = icons['node-red-contrib-sensr'] ?? [];
    for (const name of ['sensr.svg', 'sensr-stream.svg', 'sensr-api.svg', 'sensr-health.svg'])
      assert.ok(ours.includes(name), `${name} is not among ${ours.join()}`);
  });

  it('has a help text for each type', async () => {
    for (const type of TYPES) {
      await editor().page.evaluate((one) => RED.sidebar.help.show(one), type);
      const text = type === 'sensr-config' ? 'shared by all nodes that use it' : 'A first flow';
      await editor().page.locator('.red-ui-help', { hasText: text }).last().waitFor();
      await editor().shoot(`help-${type}`);
    }
  });

  it('leaves no error in the console or the log', () => {
    assert.deepEqual(editor().complaints, []);
    assert.doesNotMatch(editor().log.slice(logged), /\[error\]/);
  });
});
