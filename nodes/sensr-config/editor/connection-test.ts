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
  const text: Text = (key, values) => node._(`sensr-config.test.${key}`, values);
  let running: JQuery.jqXHR | undefined;
  const settle = (items: JQuery[]): void => {
    running = undefined;
    button.prop('disabled', false);
    list.empty().append(items);
  };
  // A result is that of the settings it was made with.
  dialog.onChange(() => {
    const outdated = running;
    settle([]);
    outdated?.abort();
  });
  button.on('click', () => {
    button.prop('disabled', true);
    list.empty().append($('<li class="sensr-test-running">').text(text('running')));
    const request = $.ajax({
      url: 'sensr/test-connection',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(entered(dialog)),
    });
    running = request;
    void request
      .done((results: readonly CheckResult[]) => {
        settle(results.map((result) => resultItem(result, text)));
      })
      .fail((answer: JQuery.jqXHR) => {
        if (running !== request) return;
        const problem = answer.responseJSON as { message?: string } | undefined;
        const isForbidden = answer.status === HTTP_UNAUTHORIZED || answer.status === HTTP_FORBIDDEN;
        const reason =
          (problem?.message ?? text(isForbidden ? 'forbidden' : 'failed')) +
          (isAboutNode(dialog, problem?.message) ? `. ${text('deployFirst')}` : '');
        settle([resultItem({ check: 'settings', ok: false, text: reason }, text)]);
      });
  });
}

type Text = (key: string, values?: CheckResult['values']) => string;

/** The runtime misses a node that stands in the editor: it knows only what is deployed. */
const isAboutNode = (dialog: Dialog, message = ''): boolean =>
  ['tls', 'proxy'].some((name) => message.startsWith(`${name}: `) && RED.nodes.node(dialog.text(name)));

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

function resultItem({ check, ok, key, values, text: reason }: CheckResult, text: Text): JQuery {
  const mark = $('<i class="fa" role="img">')
    .addClass(ok ? 'fa-check' : 'fa-times')
    .attr('aria-label', text(ok ? 'fine' : 'wrong'));
  const words = reason ?? (key === undefined ? '' : text(`result.${key}`, values));
  return $('<li>')
    .addClass(ok ? 'sensr-test-ok' : 'sensr-test-failed')
    .append(mark, $('<strong>').text(text(`check.${check}`)), $('<span>').text(words));
}
