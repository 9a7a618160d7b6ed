/** The button 'Test connection': tries what stands in the dialog, saved or not, and lists each result with its reason. */
import type { Dialog } from '../../common/editor/dialog';
import { CREDENTIALS } from '../properties';

interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly key?: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly text?: string;
}

export function prepareConnectionTest(dialog: Dialog): void {
  const { node, root } = dialog;
  const button = root.find('#sensr-config-test');
  const list = root.find('#sensr-config-test-results');
  const text = (key: string, values?: CheckResult['values']): string =>
    node._(`sensr-config.test.${key}`, values);
  const show = (results: readonly CheckResult[]): void => {
    list.empty().append(results.map((result) => resultItem(result, text)));
  };
  button.on('click', () => {
    button.prop('disabled', true);
    list.empty().append($('<li>').text(text('running')));
    const request = $.ajax({
      url: 'sensr/test-connection',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(entered(dialog)),
    });
    void request
      .done(show)
      .fail((answer: JQuery.jqXHR) => {
        const problem = answer.responseJSON as { message?: string } | undefined;
        const isForbidden = answer.status === HTTP_UNAUTHORIZED || answer.status === HTTP_FORBIDDEN;
        show([
          {
            check: 'settings',
            ok: false,
            text: problem?.message ?? text(isForbidden ? 'forbidden' : 'failed'),
          },
        ]);
      })
      .always(() => button.prop('disabled', false));
  });
}

const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

function entered(dialog: Dialog): object {
  const { node } = dialog;
  const values = Object.fromEntries(dialog.properties().map(([name]) => [name, dialog.value(name)]));
  // A field that the chosen way to sign in hides is not used.
  const shown = Object.keys(CREDENTIALS).filter((name) => dialog.isShown(name));
  const credentials = Object.fromEntries(shown.map((name) => [name, dialog.text(name)]));
  return { id: node.id, values, credentials };
}

function resultItem(
  { check, ok, key, values, text: reason }: CheckResult,
  text: (key: string, values?: CheckResult['values']) => string,
): JQuery {
  const icon = $('<i class="fa" aria-hidden="true">').addClass(ok ? 'fa-check' : 'fa-times');
  const words = $('<span>').text(reason ?? text(`result.${key ?? 'failed'}`, values));
  return $('<li>')
    .addClass(ok ? 'sensr-test-ok' : 'sensr-test-failed')
    .append(icon, $('<strong>').text(text(`check.${check}`)), words);
}
