import assert from 'node:assert/strict';
import { EXAMPLES } from '../helpers/examples';
import { useEditor } from './editor-page';

const DIALOG = '#red-ui-clipboard-dialog-import-tab-examples';

describe('editor: Import > Examples', function () {
  this.timeout(60_000);
  const editor = useEditor();

  const openDialog = async (): Promise<void> => {
    const { page } = editor();
    await page.evaluate(() => {
      RED.actions.invoke('core:show-examples-import-dialog');
    });
    const folder = page.locator(DIALOG).getByText('node-red-contrib-sensr', { exact: true });
    await folder.waitFor();
    const first = page.locator(DIALOG).getByText(String(EXAMPLES[0]), { exact: true });
    if (!(await first.isVisible())) await folder.click();
    await first.waitFor();
  };
  const tabs = (): Promise<string[]> =>
    editor().page.evaluate(() =>
      RED.nodes
        .createCompleteNodeSet({ credentials: false })
        .flatMap(({ type, label }) => (type === 'tab' ? [String(label)] : [])),
    );

  before(async () => {
    await editor().load([]);
  });

  for (const name of EXAMPLES)
    it(`imports ${name} with a click`, async () => {
      const { page } = editor();
      await openDialog();
      await page.locator(DIALOG).getByText(name, { exact: true }).click();
      await page.locator('#red-ui-clipboard-dialog-ok').click();
      const copy = page.getByRole('button', { name: 'Import copy' });
      const there = page.waitForFunction(
        (label) =>
          RED.nodes
            .createCompleteNodeSet({ credentials: false })
            .some((node) => node.type === 'tab' && node['label'] === label),
        name,
      );
      // The server is there already from the second example on: the copy uses it.
      await Promise.race([there, copy.waitFor()]);
      if (await copy.isVisible()) await copy.click();
      await there;
      assert.ok((await tabs()).includes(name));
    });

  it('leaves one server for all examples that name none, and no node that is wrong', async () => {
    const all = await editor().page.evaluate(() =>
      RED.nodes.createCompleteNodeSet({ credentials: false }).map((node) => ({ ...node })),
    );
    const servers = all.filter(({ type }) => type === 'sensr-config').map(({ name }) => name);
    assert.deepEqual(servers.sort(), ['', 'north', 'south']);
    const wrong: string[] = [];
    const types = [...new Set(all.map(({ type }) => String(type)))];
    const unknown = await editor().page.evaluate(
      (names) => names.filter((type) => !['tab', 'group'].includes(type) && !RED.nodes.getType(type)),
      types,
    );
    assert.deepEqual(unknown, []);
    for (const { id, type, z } of all as { id: string; type: string; z?: string }[])
      if (z !== undefined && type !== 'group')
        for (const problem of await editor().problems(id)) wrong.push(`${type} ${id}: ${problem}`);
    assert.deepEqual(wrong, []);
  });

  it('deploys them all together', async () => {
    const { page } = editor();
    await page.locator('#red-ui-header-button-deploy').click();
    await page.waitForFunction(() => !RED.nodes.dirty());
    assert.equal(
      ((await editor().get('flows')) as { type: string }[]).filter(({ type }) => type === 'tab').length,
      EXAMPLES.length + 1,
    );
  });
});
