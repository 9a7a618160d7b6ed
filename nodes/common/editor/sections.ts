/** Folded sections: tells on each whether something in it differs from the defaults, so that none needs opening to see. */
import type { Property } from '../properties';
import { parseNumber } from './check';
import type { Dialog } from './dialog';

/**
 * @param credentials fields that are blank by default
 * @returns a function that looks at all sections again.
 */
export function noteChangedSections(dialog: Dialog, credentials: readonly string[] = []): () => void {
  const { node, root } = dialog;
  const text = node._(`${node.type}.section.changed`);
  root
    .find('summary')
    .each((_index, summary) => void $('<span class="sensr-section-note">').appendTo(summary));
  return () => {
    const changed = [
      ...dialog
        .properties()
        .flatMap(([name, property]) => (differs(property, dialog.value(name)) ? name : [])),
      ...credentials.filter((name) => dialog.isShown(name) && dialog.text(name) !== ''),
    ];
    root.find('details').each((_index, section) => {
      const any = changed.some((name) => section.contains(dialog.field(name)[0] ?? null));
      $(section)
        .find('.sensr-section-note')
        .text(any ? text : '');
    });
  };
}

function differs(property: Property, value: unknown): boolean {
  if (property.kind === 'number') return parseNumber(property, value) !== property.default;
  return Array.isArray(value) ? String(value) !== String(property.default) : value !== property.default;
}
