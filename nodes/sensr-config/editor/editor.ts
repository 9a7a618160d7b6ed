/** Registers sensr-config in the editor: its defaults and its dialog. */
import { defaultsOf } from '../../common/editor/defaults';
import { Dialog } from '../../common/editor/dialog';
import { messagesBelow } from '../../common/editor/messages';
import { prepareNumbers, saveNumbers } from '../../common/editor/numbers';
import { noteChangedSections } from '../../common/editor/sections';
import { SignIn } from '../../common/editor/sign-in';
import { CREDENTIALS, PROPERTIES, VERSION } from '../properties';
import { CHECKS } from './checks';
import { prepareConnectionTest } from './connection-test';

const SIGN_INS = { none: [], password: ['username', 'password'], token: ['token'] };

let dialog: Dialog | undefined;
let signIn: SignIn | undefined;

const defaults = defaultsOf(PROPERTIES, {
  version: VERSION,
  extra: CHECKS,
  other: (node, property) => (dialog?.node === node ? dialog.value(property) : node[property]),
});

RED.nodes.registerType('sensr-config', {
  category: 'config',
  color: '#9CC3C9',
  icon: 'sensr.svg',
  inputs: 0,
  outputs: 0,
  defaults,
  credentials: CREDENTIALS,
  paletteLabel: 'sensr server',
  label() {
    return String(this['name'] || this['host'] || this._('sensr-config.unnamed'));
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  oneditprepare() {
    const opened = new Dialog(this, 'node-config-input', PROPERTIES);
    dialog = opened;
    prepareNumbers(opened);
    const ways = new SignIn(opened, SIGN_INS);
    signIn = ways;
    prepareConnectionTest(opened);
    const showMessages = messagesBelow(opened, defaults);
    const noteChanges = noteChangedSections(opened);
    const refresh = (): void => {
      const secure = opened.text('tls') !== '';
      opened.show('checkServerName', secure);
      opened.root.find('#sensr-config-no-tls').prop('hidden', secure);
      ways.show();
      opened.root.find('#sensr-config-clear-text').prop('hidden', secure || ways.fields.length === 0);
      showMessages();
      noteChanges();
    };
    opened.onChange(refresh);
    refresh();
  },
  oneditsave() {
    if (!dialog) return;
    for (const name of ['host', 'apiVersion']) dialog.field(name).val(dialog.text(name).trim());
    signIn?.save();
    saveNumbers(dialog);
    dialog = undefined;
  },
  oneditcancel() {
    dialog = undefined;
  },
  oneditdelete() {
    dialog = undefined;
  },
});
