/** The sentences below the choices of the stream dialog: what a choice means, and where one does not suit another. */
import type { Dialog } from '../../common/editor/dialog';
import { PACINGS, STREAMS } from '../properties';

const LARGE: ReadonlySet<string> = new Set(['points', 'raw-points'] satisfies (typeof STREAMS)[number][]);

export function showHints(dialog: Dialog, stream: string, pacing: string): void {
  const known = PACINGS.find((one) => one === pacing);
  dialog.root
    .find('#sensr-stream-pacing-hint')
    .text(known ? dialog.node._(`sensr-stream.hint.pacing.${known}`) : '');
  dialog.root.find('#sensr-stream-large').prop('hidden', !LARGE.has(stream));
}
