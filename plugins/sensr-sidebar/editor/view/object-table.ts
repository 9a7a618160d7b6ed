/** The objects of the live view as a table: for screen readers, and for whoever wants numbers. Filled while it is unfolded. */
import type { LiveObject } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { KeyedList, make, setText } from './dom';
import { number } from './format';

const COLUMNS = ['object', 'place', 'speed', 'state'] as const;

export class ObjectTable {
  readonly element: HTMLDetailsElement;
  readonly #body = make('tbody');
  readonly #list: KeyedList<LiveObject>;

  constructor(text: Text, labelOf: (label: string) => string, statusOf: (status: string) => string) {
    const heads = COLUMNS.map((column) => make('th', { scope: 'col' }, text(`live.column.${column}`)));
    const table = make(
      'table',
      { class: 'sensr-table', 'aria-live': 'off' },
      make('caption', {}, text('live.tableCaption')),
      make('thead', {}, make('tr', {}, ...heads)),
      this.#body,
    );
    this.element = make(
      'details',
      { class: 'sensr-inner' },
      make('summary', {}, text('live.table')),
      make(
        'div',
        { class: 'sensr-scroll', tabindex: '0', role: 'region', 'aria-label': text('live.table') },
        table,
      ),
    );
    this.#list = new KeyedList<LiveObject>(
      this.#body,
      ({ id }) => String(id),
      () => {
        const name = make('th', { scope: 'row' });
        const [place, speed, state] = [make('td'), make('td'), make('td')];
        return {
          element: make('tr', {}, name, place, speed, state),
          update: (object) => {
            setText(name, `${labelOf(object.label)} ${object.id}`);
            setText(place, text('live.place', { x: number(object.x), y: number(object.y) }));
            setText(speed, text('live.speed', { speed: number(object.speed) }));
            setText(state, object.isStatic ? text('live.static') : statusOf(object.status));
          },
        };
      },
    );
  }

  /** To be called once a second: it is read by people, and aloud. */
  update(objects: readonly LiveObject[]): void {
    if (this.element.open) this.#list.update([...objects].sort((a, b) => a.id - b.id));
  }
}
