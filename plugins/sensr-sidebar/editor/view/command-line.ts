/** What became of a command, in a line beside its button, which waits meanwhile. */
import type { Text } from '../sidebar-plugin';
import type { Asked } from './ask';
import { make, setText } from './dom';

export class CommandLine {
  readonly element = make('span', { class: 'sensr-result', role: 'status' });
  readonly #text: Text;

  constructor(text: Text) {
    this.#text = text;
  }

  run<T>(button: HTMLButtonElement, asked: Asked<T>, words: (answer: T) => string): void {
    button.disabled = true;
    setText(this.element, this.#text('running'));
    asked.answer
      .then(words, (error: unknown) => (error instanceof Error ? error.message : String(error)))
      .then((line) => {
        setText(this.element, line);
        button.disabled = false;
      })
      .catch(() => undefined);
  }
}
