/** Registers sensr-api in the editor: its defaults and its dialog. */
import { defaultsOf } from '../../common/editor/defaults';
import { Dialog } from '../../common/editor/dialog';
import { messagesBelow } from '../../common/editor/messages';
import { prepareNumbers, saveNumbers } from '../../common/editor/numbers';
import { noteChangedSections } from '../../common/editor/sections';
import { PROPERTIES, VERSION } from '../properties';
import { prepareOperation } from './operation-field';
import { showOperation } from './operation-hints';
import { ParamsField } from './params-field';
import { CHECKS } from './checks';

let dialog: Dialog | undefined;

const defaults = defaultsOf(PROPERTIES, {
  version: VERSION,
  extra: CHECKS,
  other: (node, property) => (dialog?.node === node ? dialog.value(property) : node[property]),
});

RED.nodes.registerType('sensr-api', {
  category: 'sensr',
  color: '#9CC3C9',
  icon: 'sensr-api.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults,
  paletteLabel: 'sensr api',
  label() {
    return String(this['name'] || this['operation'] || 'sensr api');
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('sensr-api.port.input');
  },
  outputLabels() {
    return this._('sensr-api.port.output', { operation: String(this['operation']) });
  },
  oneditprepare() {
    const opened = new Dialog(this, 'node-input', PROPERTIES);
    dialog = opened;
    prepareNumbers(opened);
    prepareOperation(opened);
    const params = new ParamsField(opened);
    opened.useCustomField('params', params);
    const showMessages = messagesBelow(opened, defaults);
    const noteChanges = noteChangedSections(opened);
    const refresh = (): void => {
      params.update();
      showOperation(opened);
      showMessages();
      noteChanges();
    };
    opened.onChange(refresh);
    refresh();
  },
  oneditsave() {
    if (!dialog) return;
    saveNumbers(dialog);
    dialog.node['params'] = dialog.value('params');
    dialog = undefined;
  },
  oneditcancel() {
    dialog = undefined;
  },
});
