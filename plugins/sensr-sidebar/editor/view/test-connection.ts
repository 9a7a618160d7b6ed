/** The button 'Test connection' of a deployed server: a line for each check, as in the form of the server. */
import type { Text } from '../sidebar-plugin';
import type { Asked } from './ask';
import { make } from './dom';
import { neighbourText } from './words';

interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly key?: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly text?: string;
}

interface Shown {
  readonly button: HTMLButtonElement;
  readonly results: HTMLElement;
  readonly text: Text;
}

export async function testConnection(asked: Asked<unknown>, { button, results, text }: Shown): Promise<void> {
  button.disabled = true;
  results.replaceChildren(make('li', {}, text('running')));
  try {
    const found = (await asked.answer) as readonly CheckResult[];
    results.replaceChildren(...found.map(resultItem));
  } catch (error) {
    results.replaceChildren(make('li', {}, error instanceof Error ? error.message : String(error)));
  } finally {
    button.disabled = false;
  }
}

function resultItem({ check, ok, key, values, text }: CheckResult): HTMLElement {
  const mark = make('i', {
    class: `fa ${ok ? 'fa-check sensr-good' : 'fa-times sensr-bad'}`,
    role: 'img',
    'aria-label': words(ok ? 'fine' : 'wrong'),
  });
  const result = text ?? (key === undefined ? '' : words(`result.${key}`, values));
  return make('li', {}, mark, ' ', make('strong', {}, words(`check.${check}`)), ` ${result}`);
}

/** The results have the words that the form of the server has for them. */
const words = (key: string, values?: CheckResult['values']): string =>
  neighbourText('sensr-config', `test.${key}`, values);
