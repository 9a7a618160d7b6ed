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
  /** Where the button goes: it follows this element. */
  readonly after: JQuery;
  /** The chosen sensr-config's id at the moment of the click. */
  readonly serverId: () => string;
  readonly onPick: (value: string) => void;
}

const MENU_WIDTH_PX = 260;
const MENU_HEIGHT_PX = 240;

export function addLiveChoices({ node, kind, after, serverId, onPick }: LiveChoices): void {
  const text = (key: string): string => node._(`${node.type}.live.${key}`);
  const button = $('<button type="button" class="red-ui-button sensr-live">')
    .attr({ title: text('choose'), 'aria-label': text('choose') })
    .append('<i class="fa fa-list" aria-hidden="true">')
    .insertAfter(after);
  const say = (words: string): void => {
    const field = button.closest('.sensr-field');
    field.find('.sensr-live-note').remove();
    if (words !== '') $('<div class="sensr-hint sensr-live-note" role="status">').text(words).appendTo(field);
  };
  button.on('click', () => {
    say('');
    button.prop('disabled', true);
    // Relative: Node-RED adds its admin root and the editor's token.
    const request = $.getJSON(`sensr/servers/${encodeURIComponent(serverId())}/choices/${kind}`);
    void request
      .done((choices: readonly Choice[]) => {
        if (choices.length === 0) say(text('none'));
        else showMenu(button, choices, onPick);
      })
      .fail((answer: JQuery.jqXHR) => {
        const problem = answer.responseJSON as { code?: string; message?: string } | undefined;
        say(problem?.code === 'NOT_DEPLOYED' ? text('notDeployed') : (problem?.message ?? text('failed')));
      })
      .always(() => button.prop('disabled', false));
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
      },
    })),
  });
  menu.show({ target, align: 'right' });
}
