/** What the dialog says about the chosen operation: what it does, takes in msg.payload, and destroys. */
import type { Dialog } from '../../common/editor/dialog';
import { operationOf } from './operation-field';
import { operationText } from './texts';

/** What the folded list shows of an operation; it cuts the rest. Hangul, kana and Chinese take two columns. */
const FITTING_COLUMNS = 32;
const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;
const columnsOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

export function showOperation(dialog: Dialog): void {
  const { node, root } = dialog;
  const operation = operationOf(dialog.text('operation'));
  const text = (key: string): string => node._(`sensr-api.${key}`);
  const put = (id: string, words: string): void => {
    root
      .find(id)
      .text(words)
      .prop('hidden', words === '');
  };
  const summary = operation ? operationText(node, operation.name, operation.summary) : '';
  const isCut = columnsOf(`${operation?.name ?? ''} – ${summary}`) > FITTING_COLUMNS;
  put('#sensr-api-summary', isCut ? summary : '');
  put('#sensr-api-body', operation && operation.body !== 'none' ? text(`body.${operation.body}`) : '');
  put('#sensr-api-danger', operation?.destructive ? text(`danger.${operation.name}`) : '');
  // A message may bring another operation, so the ticks are always there.
  const allowsWrites = dialog.value('allowWrites') === true;
  dialog.show('applyChanges', allowsWrites);
  root.find('#sensr-api-needs-writes').prop('hidden', allowsWrites || operation?.writes === true);
}
