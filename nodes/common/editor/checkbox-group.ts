/** A list property as a group of checkboxes, in the element `<id>-choices` of the dialog. */
import type { CustomField, Dialog } from './dialog';

export class CheckboxGroup implements CustomField {
  readonly element: JQuery;

  /** @param suffix Tells several groups of one property apart. */
  constructor(dialog: Dialog, property: string, choices: readonly string[], ticked: unknown, suffix = '') {
    const { node } = dialog;
    const id = `${dialog.id(property)}${suffix}`;
    this.element = dialog.root.find(`#${id}-choices`);
    this.element.attr({ role: 'group', 'aria-labelledby': `${id}-caption` });
    for (const choice of choices) {
      const boxId = `${id}-${choice}`;
      const box = $('<input type="checkbox">').attr('id', boxId).val(choice);
      box.prop('checked', Array.isArray(ticked) && ticked.includes(choice));
      const text = document.createTextNode(node._(`${node.type}.choice.${property}.${choice}`));
      $('<label class="sensr-check">').attr('for', boxId).append(box, text).appendTo(this.element);
    }
  }

  /** @returns the ticked choices, in the order of the table. */
  value(): string[] {
    return this.element
      .find<HTMLInputElement>('input:checked')
      .toArray()
      .map((box) => box.value);
  }
}
