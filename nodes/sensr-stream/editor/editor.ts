/** Registers sensr-stream in the editor: its defaults and its dialog. */
import { defaultsOf } from '../../common/editor/defaults';
import { Dialog } from '../../common/editor/dialog';
import { messagesBelow } from '../../common/editor/messages';
import { prepareNumbers, saveNumbers } from '../../common/editor/numbers';
import { noteChangedSections } from '../../common/editor/sections';
import { PROPERTIES, VERSION } from '../properties';
import { hideTypes, prepareLists } from './lists';
import { showHints } from './hints';
import { shownProperties } from './shown';

let dialog: Dialog | undefined;
let saveLists = (): void => undefined;

const defaults = defaultsOf(PROPERTIES, {
  version: VERSION,
  extra: {},
  other: (node, property) => (dialog?.node === node ? dialog.value(property) : node[property]),
});

RED.nodes.registerType('sensr-stream', {
  category: 'sensr',
  color: '#9CC3C9',
  icon: 'sensr-stream.svg',
  inputs: 1,
  outputs: 1,
  align: 'left',
  defaults,
  paletteLabel: 'sensr stream',
  label() {
    return String(this['name'] || this['stream'] || 'sensr stream');
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('sensr-stream.port.input');
  },
  outputLabels() {
    return this._('sensr-stream.port.output', { stream: String(this['stream']) });
  },
  oneditprepare() {
    const opened = new Dialog(this, 'node-input', PROPERTIES);
    dialog = opened;
    prepareNumbers(opened);
    saveLists = prepareLists(opened);
    const showMessages = messagesBelow(opened, defaults);
    const noteChanges = noteChangedSections(opened);
    const refresh = (): void => {
      const stream = opened.text('stream');
      const pacing = opened.text('pacing');
      const shown = shownProperties({ stream, pacing, include: opened.value('include') as string[] });
      hideTypes(opened);
      for (const [name] of opened.properties()) opened.show(name, shown.has(name));
      showHints(opened, stream, pacing);
      showMessages();
      noteChanges();
    };
    opened.onChange(refresh);
    refresh();
  },
  oneditsave() {
    if (!dialog) return;
    saveNumbers(dialog);
    saveLists();
    dialog = undefined;
  },
  oneditcancel() {
    dialog = undefined;
  },
});
