/** The number fields of a dialog: their unit and default beside them, and their text back into numbers. */
import { parseNumber, parseNumbers } from './check';
import type { Dialog } from './dialog';
import { unitText } from './units';

/** Puts the unit behind each number field, and the default into it as placeholder. */
export function prepareNumbers(dialog: Dialog): void {
  for (const [name, property] of dialog.properties()) {
    if (property.kind !== 'number') continue;
    const field = dialog.field(name);
    field
      .addClass('sensr-number')
      .attr({ inputmode: property.integer ? 'numeric' : 'decimal', placeholder: property.default });
    if (property.unit === undefined) continue;
    $('<span class="sensr-unit">').text(unitText(dialog.node, property.unit)).insertAfter(field);
  }
}

/**
 * Numbers are saved as numbers and lists as lists; a blank number is the default. What is neither (a variable, or a
 * mistake that is shown) stays as typed, except in fields that the other choices hide: there nobody could mend it.
 */
export function saveNumbers(dialog: Dialog): void {
  for (const [name, property] of dialog.properties()) {
    if (property.kind !== 'number' && property.kind !== 'numbers') continue;
    const typed = dialog.value(name);
    const value = property.kind === 'number' ? parseNumber(property, typed) : parseNumbers(typed);
    dialog.save(name, value ?? (dialog.isShown(name) ? typed : property.default));
  }
}
