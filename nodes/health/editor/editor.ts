/** Registers sensr-health in the editor: its defaults and its dialog. */
import { CheckboxGroup } from '../../common/editor/checkbox-group';
import { defaultsOf } from '../../common/editor/defaults';
import { Dialog } from '../../common/editor/dialog';
import { messagesBelow } from '../../common/editor/messages';
import { prepareNumbers, saveNumbers } from '../../common/editor/numbers';
import { noteChangedSections } from '../../common/editor/sections';
import { SignIn } from '../../common/editor/sign-in';
import { CREDENTIALS, PROPERTIES, VERSION } from '../properties';
import { CHECKS } from './checks';
import { showHints } from './hints';
import { SCHEDULE_MODE, ScheduleField } from './schedule-field';
import { shownProperties } from './shown';

/** Of Node-RED's Admin API. */
const SIGN_INS = {
  none: [],
  password: ['adminUsername', 'adminPassword'],
  token: ['adminToken', 'adminTokenHeader'],
};
const PORTS = ['health', 'actions'] as const;

interface Opened {
  readonly dialog: Dialog;
  readonly schedule: ScheduleField;
  readonly signIn: SignIn;
}
let opened: Opened | undefined;

const defaults = defaultsOf(PROPERTIES, {
  version: VERSION,
  extra: CHECKS,
  other: (node, property) => (opened?.dialog.node === node ? opened.dialog.value(property) : node[property]),
});

RED.nodes.registerType('sensr-health', {
  category: 'sensr',
  color: '#9CC3C9',
  icon: 'sensr-health.svg',
  inputs: 1,
  outputs: 2,
  align: 'left',
  defaults,
  credentials: CREDENTIALS,
  paletteLabel: 'sensr health',
  label() {
    return String(this['name'] || 'sensr health');
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('sensr-health.port.input');
  },
  outputLabels(index) {
    return this._(`sensr-health.port.${PORTS[index] ?? PORTS[0]}`);
  },
  oneditprepare() {
    const dialog = new Dialog(this, 'node-input', PROPERTIES);
    prepareNumbers(dialog);
    const { choices, default: all } = PROPERTIES.trendWindows;
    dialog.useCustomField(
      'trendWindows',
      new CheckboxGroup(dialog, 'trendWindows', choices, this['trendWindows'] ?? all),
    );
    const schedule = new ScheduleField(dialog);
    dialog.useCustomField('scheduledRestart', schedule);
    dialog.useCustomField(SCHEDULE_MODE, schedule.mode);
    const signIn = new SignIn(dialog, SIGN_INS);
    opened = { dialog, schedule, signIn };
    const showMessages = messagesBelow(dialog, defaults);
    const noteChanges = noteChangedSections(dialog, Object.keys(CREDENTIALS));
    const refresh = (): void => {
      signIn.show();
      for (const [name, shown] of shownProperties((property) => dialog.value(property)))
        dialog.show(name, shown);
      showHints(dialog);
      showMessages();
      noteChanges();
    };
    dialog.onChange(refresh);
    refresh();
  },
  oneditsave() {
    if (!opened) return;
    const { dialog, schedule, signIn } = opened;
    for (const name of ['scheduledRestartTimes', 'adminUrl', 'adminTokenHeader', 'prefix'])
      dialog.field(name).val(dialog.text(name).trim());
    signIn.save();
    schedule.settle();
    saveNumbers(dialog);
    for (const name of ['scheduledRestart', 'trendWindows']) dialog.save(name, dialog.value(name));
    opened = undefined;
  },
  oneditcancel() {
    opened = undefined;
  },
});
