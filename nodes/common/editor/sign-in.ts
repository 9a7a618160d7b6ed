/** How to sign in: one choice, the element `<type>-sign-in`, that shows the fields it needs and clears the others when saved. */
import type { Dialog } from './dialog';

/** The fields of each way to sign in, credentials or properties; a way's name is the key of its text. */
export type SignInWays = Readonly<Record<string, readonly string[]>>;

export class SignIn {
  readonly #dialog: Dialog;
  readonly #ways: SignInWays;
  readonly #select: JQuery;

  /** Offers the ways, with the one that the stored credentials mean; the first where there are none. */
  constructor(dialog: Dialog, ways: SignInWays) {
    this.#dialog = dialog;
    this.#ways = ways;
    const { node, root } = dialog;
    this.#select = root.find(`#${node.type}-sign-in`);
    for (const way of Object.keys(ways))
      $('<option>')
        .val(way)
        .text(node._(`${node.type}.signIn.${way}`))
        .appendTo(this.#select);
    const stored = Object.entries(ways).find(([, fields]) =>
      fields.some((field) => dialog.text(field) !== ''),
    );
    this.#select.val(stored?.[0] ?? Object.keys(ways)[0] ?? '');
  }

  /** The fields that the choice needs. */
  get fields(): readonly string[] {
    return this.#ways[String(this.#select.val())] ?? [];
  }

  show(): void {
    for (const field of this.#all()) this.#dialog.show(field, this.fields.includes(field));
  }

  /** Node-RED saves the credentials' fields after this. */
  save(): void {
    for (const field of this.#all().filter((one) => !this.fields.includes(one)))
      this.#dialog.field(field).val('');
  }

  #all(): string[] {
    return Object.values(this.#ways).flat();
  }
}
