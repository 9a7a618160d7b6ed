/** The operation's select, grouped by noun, and the search that narrows it. */
import { OPERATIONS, type Operation } from '../../../lib/api/operations';
import type { Dialog } from '../../common/editor/dialog';
import { operationText } from './texts';

/** @returns the operation with that name; undefined for a variable or one of another version. */
export const operationOf = (name: string): Operation | undefined =>
  OPERATIONS.find((operation) => operation.name === name);

export function prepareOperation(dialog: Dialog): void {
  const { node, root } = dialog;
  const select = dialog.field('operation');
  const saved = dialog.text('operation');
  const searchField = root.find('#sensr-api-search');
  const searched = (): string => String(searchField.val() ?? '').trim();
  const textOf = ({ name, summary }: Operation): string => operationText(node, name, summary);
  const option = (one: Operation | string): JQuery =>
    typeof one === 'string'
      ? $('<option>').val(one).text(one)
      : $('<option>')
          .val(one.name)
          .text(`${one.name} – ${textOf(one)}`);
  const offer = (): void => {
    const { all, first } = find(searched(), textOf);
    const chosen = String(select.val() ?? saved);
    select.empty();
    // What is chosen stays in the list: a search alone must not change the node.
    if (!all.some(({ name }) => name === chosen)) option(operationOf(chosen) ?? chosen).appendTo(select);
    for (const noun of new Set(all.map((operation) => operation.noun))) {
      const group = $('<optgroup>').attr('label', noun).appendTo(select);
      for (const operation of all.filter((one) => one.noun === noun)) option(operation).appendTo(group);
    }
    select.val(chosen);
    // The list is folded: without this a search seems to do nothing.
    const words = first
      ? node._('sensr-api.search.found', { number: all.length, first: first.name })
      : node._('sensr-api.search.none');
    root.find('#sensr-api-found').text(searched() !== '' ? words : '');
  };
  offer();
  searchField.on('input', offer);
  searchField.on('keydown', (event) => {
    // Enter would press the dialog's OK; here it means "this one".
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    const { first } = find(searched(), textOf);
    if (!first || searched() === '') return;
    searchField.val('');
    offer();
    select.val(first.name).trigger('change').trigger('focus');
  });
}

interface Found {
  readonly all: readonly Operation[];
  /** What Enter takes: a name says more than a description. */
  readonly first: Operation | undefined;
}

function find(searched: string, textOf: (operation: Operation) => string): Found {
  const words = searched
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const has = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const all = OPERATIONS.filter((one) => has(`${one.name} ${one.summary} ${textOf(one)}`));
  return { all, first: all.find(({ name }) => has(name)) ?? all[0] };
}
