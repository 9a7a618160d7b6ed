/** How to sign in: one choice that shows the credentials it needs, and clears the others when saved. */
import type { Dialog } from '../../common/editor/dialog';

const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  none: [],
  password: ['username', 'password'],
  token: ['token'],
};
const FIELDS = Object.values(FIELDS_OF).flat();

const select = (dialog: Dialog): JQuery => dialog.root.find('#sensr-config-sign-in');
const chosen = (dialog: Dialog): readonly string[] => FIELDS_OF[String(select(dialog).val())] ?? [];

/** Offers the choices, with the one that the stored credentials mean. */
export function prepareSignIn(dialog: Dialog): void {
  const { node } = dialog;
  for (const way of Object.keys(FIELDS_OF))
    $('<option>')
      .val(way)
      .text(node._(`sensr-config.signIn.${way}`))
      .appendTo(select(dialog));
  const stored = Object.entries(FIELDS_OF).find(([, fields]) =>
    fields.some((field) => dialog.text(field) !== ''),
  );
  select(dialog).val(stored?.[0] ?? 'none');
}

/** Shows the fields of the choice, and a warning where they would travel in clear text. */
export function showSignIn(dialog: Dialog, secure: boolean): void {
  const fields = chosen(dialog);
  for (const field of FIELDS) dialog.show(field, fields.includes(field));
  dialog.root.find('#sensr-config-clear-text').prop('hidden', secure || fields.length === 0);
}

/** Node-RED saves the credentials' fields after this. */
export function saveSignIn(dialog: Dialog): void {
  const fields = chosen(dialog);
  for (const field of FIELDS.filter((one) => !fields.includes(one))) dialog.field(field).val('');
}
