/** Every dialog, unfolded, as axe sees it: names of fields, contrast, structure; light and dark. */
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { goDark } from './dark';
import { useEditor, type Flow } from './editor-page';

const AT = { z: 't1', wires: [[]] };
const NODES = {
  'sensr-stream': { id: 's1', type: 'sensr-stream', x: 200, y: 100, server: 'c1', ...AT },
  'sensr-api': { id: 'a1', type: 'sensr-api', x: 200, y: 160, server: 'c1', ...AT },
  'sensr-health': { id: 'h1', type: 'sensr-health', x: 200, y: 220, ...AT, wires: [[], []] },
} as const;

const FLOW: Flow = [
  { id: 't1', type: 'tab', label: 'Flow 1' },
  { id: 'c1', type: 'sensr-config', name: 'crossing', host: '127.0.0.1' },
  ...Object.values(NODES),
];

describe('editor: axe', function () {
  this.timeout(30_000);
  const editor = useEditor();

  const findings = async (): Promise<string[]> => {
    const { page } = editor();
    await editor().unfold();
    await page.evaluate(axe.source);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run('.sensr-form', {
        resultTypes: ['violations'],
      });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' · ')}`);
    });
  };

  for (const theme of ['light', 'dark'] as const)
    describe(theme, () => {
      before(async () => {
        await editor().load(FLOW);
        if (theme === 'dark') await goDark(editor().page);
      });
      afterEach(() => editor().cancel());

      for (const [type, { id }] of Object.entries(NODES))
        it(`finds nothing serious in the dialog of ${type}`, async () => {
          await editor().openNode(id);
          assert.deepEqual(await findings(), []);
        });

      it('finds nothing serious in the dialog of sensr-config', async () => {
        await editor().openConfig('sensr-config', 'c1');
        assert.deepEqual(await findings(), []);
      });
    });
});
