/** What was restarted, when, why, and whether it helped. */
import type { HealthState, RestartEntry } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { KeyedList, make, section, setText } from './dom';
import { moment } from './format';
import { restartWords } from './step-words';

export class RestartsSection {
  readonly element: HTMLDetailsElement;
  readonly #none: HTMLElement;
  readonly #list: KeyedList<RestartEntry>;
  #stamp = '';

  constructor(text: Text) {
    this.#none = make('p', { class: 'sensr-note' }, text('restarts.none'));
    const list = make('ul', { class: 'sensr-restarts' });
    this.element = section(text('restarts.title'), this.#none, list);
    this.#list = new KeyedList<RestartEntry>(
      list,
      ({ at, action }) => `${at} ${action}`,
      () => {
        const [head, words] = [make('strong'), make('div')];
        return {
          element: make('li', {}, head, words),
          update: (entry) => {
            const time = moment(entry.at, Date.now());
            setText(head, text('restarts.head', { action: text(`step.action.${entry.action}`), time }));
            setText(words, restartWords(entry, text));
          },
        };
      },
    );
  }

  /** Of what is shown: the same is not sent again. */
  get stamp(): string {
    return this.#stamp;
  }

  update(health: HealthState | null): void {
    this.element.hidden = health === null;
    if (!health) {
      this.#stamp = '';
      return;
    }
    if (!health.restarts) return;
    this.#stamp = health.restartsStamp;
    this.#none.hidden = health.restarts.length > 0;
    this.#list.update(health.restarts);
  }
}
