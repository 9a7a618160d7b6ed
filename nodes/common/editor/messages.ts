/** Says below each field what is wrong with it, and marks and unfolds the section it is in. */
import type { Dialog } from './dialog';
import type { Definitions } from './host';

/** @returns a function that looks at all fields again. */
export function messagesBelow(dialog: Dialog, definitions: Definitions): () => void {
  let firstLook = true;
  return () => {
    const wrong = dialog.properties().filter(([name]) => showMessage(dialog, definitions, name));
    dialog.root.find('details').each((_index, section) => {
      const hasWrong = wrong.some(([name]) => section.contains(dialog.field(name)[0] ?? null));
      section.classList.toggle('sensr-section-wrong', hasWrong);
      // Later the user may fold it: the mark stays.
      if (hasWrong && firstLook) section.open = true;
    });
    firstLook = false;
  };
}

/** @returns whether there is one. */
function showMessage(dialog: Dialog, definitions: Definitions, name: string): boolean {
  const result = dialog.isShown(name)
    ? definitions[name]?.validate?.call(dialog.node, dialog.value(name), undefined)
    : undefined;
  const text = typeof result === 'string' ? result : '';
  const id = `${dialog.id(name)}-message`;
  const field = dialog.field(name);
  const message = dialog.root.find(`#${id}`);
  if (text === '') {
    message.remove();
    field.removeAttr('aria-invalid aria-describedby');
    return false;
  }
  field.attr({ 'aria-invalid': 'true', 'aria-describedby': id });
  if (message.length > 0) message.text(text);
  else
    $('<div class="sensr-message" role="status">')
      .attr('id', id)
      .text(text)
      .appendTo(dialog.row(name).find('.sensr-field'));
  return true;
}
