/** What the dialog says about the chosen operation: what it takes in msg.payload, and what it destroys. */
import type { Dialog } from '../../common/editor/dialog';
import { operationOf } from './operation-field';

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
  put(
    '#sensr-api-body',
    operation && operation.body !== 'none' ? text(`body.${bodyKind(operation.body)}`) : '',
  );
  put('#sensr-api-danger', operation?.destructive ? text(`danger.${operation.name}`) : '');
  // A message may bring another operation, so the ticks are always there.
  dialog.show('applyChanges', dialog.value('allowWrites') === true);
  root.find('#sensr-api-needs-writes').prop('hidden', operation?.writes === true);
}

const bodyKind = (body: unknown): string => (typeof body === 'string' ? body : 'object');
