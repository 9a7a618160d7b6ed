/** The operation's select, grouped by noun, and the search that narrows it. */
import { OPERATIONS, type Operation } from '../../../lib/api/operations';
import type { Dialog } from '../../common/editor/dialog';
import { isEnvironment } from '../../common/editor/environment';
import { operationText } from './texts';

/** @returns the operation with that name; undefined for a variable or one of another version. */
export const operationOf = (name: string): Operation | undefined =>
  OPERATIONS.find((operation) => operation.name === name);

export function prepareOperation(dialog: Dialog): void {
  const { node, root } = dialog;
  const select = dialog.field('operation');
  const saved = dialog.text('operation');
  const search = root.find('#sensr-api-search');
  const offer = (): void => {
    const chosen = String(select.val() ?? saved);
    const words = String(search.val() ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const found = OPERATIONS.filter(({ name, summary }) => {
      const haystack = `${name} ${summary} ${operationText(node, name, summary)}`.toLowerCase();
      return words.every((word) => haystack.includes(word));
    });
    const isListed = found.some(({ name }) => name === chosen);
    select.empty();
    // What is chosen stays in the list: a search alone must not change the node.
    if (!isListed) option(chosen, chosen).appendTo(select);
    for (const noun of new Set(found.map((operation) => operation.noun))) {
      const group = $('<optgroup>').attr('label', noun).appendTo(select);
      for (const { name, summary } of found.filter((operation) => operation.noun === noun))
        option(name, `${name} - ${operationText(node, name, summary)}`).appendTo(group);
    }
    select.val(chosen);
    const only = found.length === 1 ? found[0] : undefined;
    if (words.length > 0 && only) select.val(only.name).trigger('change');
  };
  offer();
  if (!operationOf(saved) && !isEnvironment(saved)) select.trigger('change');
  search.on('input', offer);
  search.on('keydown', (event) => {
    // Enter would press the dialog's OK; here it means "this one".
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    const first = select.find('optgroup option').first().val();
    if (first !== undefined) select.val(first).trigger('change').trigger('focus');
  });
}

const option = (value: string, text: string): JQuery => $('<option>').val(value).text(text);
