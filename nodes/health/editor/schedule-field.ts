/** The schedule as one choice: off, each so often, at times of a clock, or by memory; the saved properties hold it in parts. */
import { parseNumber } from '../../common/editor/check';
import type { CustomField, Dialog } from '../../common/editor/dialog';
import { isEnvironment } from '../../common/editor/environment';
import { PROPERTIES } from '../properties';

export const MODES = ['off', 'every', 'times', 'rss'] as const;
export type ScheduleMode = (typeof MODES)[number];

/** The name under which checks may ask the open dialog for the mode; no node has a property of that name. */
export const SCHEDULE_MODE = 'scheduleMode';

/** What a mode starts with when it is chosen and its own field says "none". */
const FIRST_TIMES = '0 3 * * *';
const FIRST_RSS_PCT = 70;

/** @param value of the property of that name @returns the mode that the saved properties mean, as the runtime reads them */
export function modeOf(value: (property: string) => unknown): ScheduleMode {
  if (value('scheduledRestart') !== true) return 'off';
  if (usesRss(value('scheduledRestartRssPct'))) return 'rss';
  return hasTimes(value('scheduledRestartTimes')) ? 'times' : 'every';
}

const usesRss = (value: unknown): boolean =>
  isEnvironment(value) || parseNumber(PROPERTIES.scheduledRestartRssPct, value) !== 0;
const hasTimes = (value: unknown): boolean => String(value ?? '').trim() !== '';

/** The field of `scheduledRestart`: the choice, whose other parts have fields of their own. */
export class ScheduleField implements CustomField {
  readonly element: JQuery;
  readonly mode: CustomField;
  readonly #dialog: Dialog;

  constructor(dialog: Dialog) {
    const { node, root } = dialog;
    this.#dialog = dialog;
    this.element = root.find('#sensr-health-schedule');
    for (const mode of MODES)
      $('<option>')
        .val(mode)
        .text(node._(`sensr-health.schedule.${mode}`))
        .appendTo(this.element);
    this.element.val(modeOf((property) => node[property]));
    this.mode = { element: this.element, value: () => this.#mode() };
    this.element.on('change', () => {
      this.#begin();
    });
  }

  /** @returns whether there is a schedule; one without its times or its limit is none. */
  value(): boolean {
    switch (this.#mode()) {
      case 'off':
        return false;
      case 'every':
        return true;
      case 'times':
        return hasTimes(this.#dialog.value('scheduledRestartTimes'));
      case 'rss':
        return usesRss(this.#dialog.value('scheduledRestartRssPct'));
    }
  }

  /** Before saving: what belongs to another mode would decide instead of the chosen one. */
  settle(): void {
    const mode = this.#mode();
    if (mode !== 'times') this.#dialog.field('scheduledRestartTimes').val('');
    if (mode !== 'rss') this.#dialog.field('scheduledRestartRssPct').val('0');
  }

  #mode(): ScheduleMode {
    return MODES.find((mode) => mode === this.element.val()) ?? 'off';
  }

  #begin(): void {
    const fill = (name: string, isSet: boolean, first: string | number): void => {
      if (!isSet) this.#dialog.field(name).val(first);
    };
    const mode = this.#mode();
    if (mode === 'times')
      fill('scheduledRestartTimes', hasTimes(this.#dialog.value('scheduledRestartTimes')), FIRST_TIMES);
    if (mode === 'rss')
      fill('scheduledRestartRssPct', usesRss(this.#dialog.value('scheduledRestartRssPct')), FIRST_RSS_PCT);
  }
}
