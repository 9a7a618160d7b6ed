/** Makes and updates elements: device-supplied text goes in as text, and what is shown again keeps its element and its focus. */

type Attributes = Readonly<Record<string, string>>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A button of Node-RED's look. */
export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small', ...attributes },
    label,
  );
  made.addEventListener('click', onClick);
  return made;
}

/** Writes only what differs: a screen reader's place, and a selection, stay. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export interface Row<T> {
  readonly element: HTMLElement;
  readonly update: (item: T) => void;
}

/** A list of things that have a key: each keeps its element for as long as it is in the list. */
export class KeyedList<T> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (item: T) => string;
  readonly #create: (item: T) => Row<T>;
  readonly #rows = new Map<string, Row<T>>();

  constructor(parent: HTMLElement, keyOf: (item: T) => string, create: (item: T) => Row<T>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  update(items: readonly T[]): void {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, { element }] of this.#rows)
      if (!keys.has(key)) {
        element.remove();
        this.#rows.delete(key);
      }
    items.forEach((item, index) => {
      const key = this.#keyOf(item);
      const row = this.#rows.get(key) ?? this.#create(item);
      this.#rows.set(key, row);
      row.update(item);
      // Moved only where it is not: moving takes the focus away.
      if (this.#parent.children[index] !== row.element)
        this.#parent.insertBefore(row.element, this.#parent.children[index] ?? null);
    });
  }
}

/** Names and values that change, in as many columns as there is room for. */
export class Facts {
  readonly element = make('dl', { class: 'sensr-facts' });
  readonly #values = new Map<string, HTMLElement>();

  /** @param facts by name; undefined hides it */
  update(facts: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(facts)) {
      const shown = this.#values.get(name) ?? this.#add(name);
      setText(shown, value ?? '');
      if (shown.parentElement) shown.parentElement.hidden = value === undefined;
    }
  }

  #add(name: string): HTMLElement {
    const value = make('dd');
    this.element.append(make('div', {}, make('dt', {}, name), value));
    this.#values.set(name, value);
    return value;
  }
}

/** A part of the tab that can be folded. */
export function section(title: string, ...children: readonly (Node | string)[]): HTMLDetailsElement {
  const body = make('div', { class: 'sensr-section-body' }, ...children);
  return make('details', { open: '' }, make('summary', {}, make('h3', {}, title)), body);
}
