/** What the sensr-health dialog says about the choices made: what a step costs, when a schedule comes, which addresses answer. */
import type { Dialog } from '../../common/editor/dialog';
import { PROPERTIES } from '../properties';
import { endpointPaths } from './endpoint-paths';
import { SCHEDULE_MODE } from './schedule-field';

export function showHints(dialog: Dialog): void {
  const { node, root } = dialog;
  nameNoServer(dialog);
  const step = PROPERTIES.maxAction.choices.find((one) => one === dialog.value('maxAction'));
  root.find('#sensr-health-step').text(step ? node._(`sensr-health.hint.step.${step}`) : '');
  const mode = String(dialog.value(SCHEDULE_MODE));
  root.find('#sensr-health-mode').text(node._(`sensr-health.hint.mode.${mode}`));
  const target = PROPERTIES.scheduledRestartTarget.choices.find(
    (one) => one === dialog.value('scheduledRestartTarget'),
  );
  root.find('#sensr-health-target').text(target ? node._(`sensr-health.hint.step.${target}`) : '');
  showPaths(dialog);
}

/** Node-RED fills the list anew whenever a server is added or changed, each time with its own word for none. */
function nameNoServer(dialog: Dialog): void {
  dialog.field('server').find('option[value="_ADD_"]').text(dialog.node._('sensr-health.allServers'));
}

function showPaths(dialog: Dialog): void {
  const list = dialog.root.find('#sensr-health-paths');
  const isOn = dialog.value('endpoints') === true;
  list.closest('.form-row').prop('hidden', !isOn);
  if (!isOn) return;
  const paths = endpointPaths(dialog.text('endpointSide'), dialog.text('prefix'), {
    editor: document.baseURI,
    flows: RED.settings.httpNodeRoot ?? '/',
  });
  // Only when they change: a screen reader reads them out each time.
  const old = list
    .children()
    .toArray()
    .map((item) => item.dataset['path']);
  if (old.join() === paths.map(({ url }) => url).join()) return;
  list.empty().append(
    paths.map(({ what, url }) =>
      $('<li>')
        .attr('data-path', url)
        .append(
          $('<code>').text(url),
          $('<span class="sensr-hint">').text(dialog.node._(`sensr-health.path.${what}`)),
        ),
    ),
  );
}
