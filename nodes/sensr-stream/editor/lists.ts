/** The checkbox groups of the stream dialog; `types` has one group for each stream with types. */
import { CheckboxGroup } from '../../common/editor/checkbox-group';
import type { CustomField, Dialog } from '../../common/editor/dialog';
import { PROPERTIES, TYPES_OF } from '../properties';

const PLAIN = ['labels', 'statuses', 'include'] as const;

/** @returns a function that saves the lists. */
export function prepareLists(dialog: Dialog): () => void {
  const saved = (name: 'types' | (typeof PLAIN)[number]): unknown =>
    dialog.node[name] ?? PROPERTIES[name].default;
  for (const name of PLAIN)
    dialog.useCustomField(name, new CheckboxGroup(dialog, name, PROPERTIES[name].choices, saved(name)));
  dialog.useCustomField('types', new TypesField(dialog, saved('types')));
  return () => {
    for (const name of [...PLAIN, 'types']) dialog.save(name, dialog.value(name));
  };
}

/** Each stream with types has a row of its own. */
export function hideTypes(dialog: Dialog): void {
  dialog.root.find('.sensr-types').prop('hidden', true);
}

class TypesField implements CustomField {
  readonly #dialog: Dialog;
  readonly #groups: ReadonlyMap<string, CheckboxGroup>;

  constructor(dialog: Dialog, ticked: unknown) {
    this.#dialog = dialog;
    this.#groups = new Map(
      Object.entries(TYPES_OF).map(([stream, types]) => [
        stream,
        new CheckboxGroup(dialog, 'types', types, ticked, `-${stream}`),
      ]),
    );
  }

  get element(): JQuery {
    return this.#group()?.element ?? $();
  }

  /** @returns the types of the chosen stream alone: those of another would keep everything out. */
  value(): string[] {
    return this.#group()?.value() ?? [];
  }

  #group(): CheckboxGroup | undefined {
    return this.#groups.get(this.#dialog.text('stream'));
  }
}
