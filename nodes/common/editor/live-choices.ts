/** A button beside a field that offers what the server has at this moment: zones, sensors, nodes, projects. */
import type { EditorNode } from './host';

interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface LiveChoices {
  readonly node: EditorNode;
  /** One of the lists that the server offers, e.g. `zones`. */
  readonly kind: string;
  /** The name of what is chosen, for those who hear the button's name without seeing where it is. */
  readonly what: string;
  /** Where the button goes: it follows this element. */
  readonly after: JQuery;
  /** The chosen sensr-config's id at the moment of the click. */
  readonly serverId: () => string;
  readonly onPick: (value: string) => void;
}

const MENU_WIDTH_PX = 260;
const MENU_HEIGHT_PX = 240;

export function addLiveChoices({ node, kind, what, after, serverId, onPick }: LiveChoices): void {
  const text = (key: string): string => node._(`${node.type}.live.${key}`);
  const button = $('<button type="button" class="red-ui-button sensr-live">')
    .attr({ title: text('choose'), 'aria-label': `${what}: ${text('choose')}`, 'aria-haspopup': 'menu' })
    .append('<i class="fa fa-list" aria-hidden="true">')
    .insertAfter(after);
  // There from the start: what appears together with its text is not announced.
  const note = $('<div class="sensr-hint" role="status">').appendTo(button.closest('.sensr-field'));
  const say = (words: string): void => void note.text(words);
  button.on('click', () => {
    const server = serverId();
    if (server === '') {
      say(text('noServer'));
      return;
    }
    say(text('asking'));
    button.prop('disabled', true);
    // Relative: Node-RED adds its admin root and the editor's token.
    const request = $.getJSON(`sensr/servers/${encodeURIComponent(server)}/choices/${kind}`);
    void request
      .always(() => button.prop('disabled', false))
      .done((choices: readonly Choice[]) => {
        say(choices.length === 0 ? text('none') : '');
        // The dialog may have been closed in the meantime.
        if (choices.length > 0 && button.is(':visible')) showMenu(button, choices, onPick);
      })
      .fail((answer: JQuery.jqXHR) => {
        const problem = answer.responseJSON as { code?: string; message?: string } | undefined;
        say(problem?.code === 'NOT_DEPLOYED' ? text('notDeployed') : (problem?.message ?? text('failed')));
      });
  });
}

function showMenu(target: JQuery, choices: readonly Choice[], onPick: (value: string) => void): void {
  const menu = RED.popover.menu({
    width: MENU_WIDTH_PX,
    maxHeight: MENU_HEIGHT_PX,
    tabSelect: true,
    disposeOnClose: true,
    options: choices.map(({ value, label }) => ({
      label,
      onselect: () => {
        onPick(value);
        target.trigger('focus');
      },
    })),
  });
  // The button is at the dialog's right edge, which may be the window's.
  menu.show({ target, align: 'left' });
}
