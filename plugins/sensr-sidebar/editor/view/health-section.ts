/** The health of the process: its state with the reasons, the last samples as charts, the last step; or how to get it. */
import type { HealthState, Measure, SampleRow } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { Chart } from './chart';
import { make, section, setText } from './dom';
import { bytes, duration, moment, number, percent } from './format';
import { stepWords } from './step-words';
import { neighbourWords, wordsFor } from './words';

/** As many as a narrow chart can show. */
const MOST_SAMPLES = 360;
const WORDS: Readonly<Record<Measure, (value: number) => string>> = {
  rss: bytes,
  heapUsed: bytes,
  loopPct: percent,
  loopP99Ms: duration,
  cpuPct: percent,
  gcPct: percent,
};
const LEVELS: Readonly<Record<string, string>> = {
  normal: 'good',
  starting: 'busy',
  recovering: 'busy',
  warning: 'warn',
  critical: 'bad',
  unhealthy: 'bad',
  locked: 'bad',
  stopping: 'off',
};

export class HealthSection {
  readonly element: HTMLDetailsElement;
  readonly #text: Text;
  readonly #none: HTMLElement;
  readonly #content = make('div');
  readonly #mark = make('i', { 'aria-hidden': 'true' });
  readonly #state = make('strong');
  readonly #reasons = make('p', { class: 'sensr-reason' });
  readonly #step = make('p', { class: 'sensr-reason' });
  readonly #charts: readonly Chart[];
  #samples: SampleRow[] = [];

  constructor(text: Text) {
    this.#text = text;
    this.#none = make('p', { class: 'sensr-note' }, text('health.none'));
    this.#charts = (Object.keys(WORDS) as Measure[]).map(
      (measure) =>
        new Chart({
          title: text(`health.measure.${measure}`),
          valueOf: (sample) => sample[measure],
          words: WORDS[measure],
          describe: (least, most, now) => text('health.chart', { least, most, now }),
        }),
    );
    const charts = make('div', { class: 'sensr-charts' }, ...this.#charts.map(({ element }) => element));
    this.#content.append(
      make('div', { class: 'sensr-socket-head' }, this.#mark, this.#state),
      this.#reasons,
      this.#step,
      charts,
    );
    this.element = section(text('health.title'), this.#none, this.#content);
  }

  /** Of the newest sample, 0 = none: what is asked for is what came after it. */
  get sampleAt(): number {
    return this.#samples.at(-1)?.at ?? 0;
  }

  update(health: HealthState | null): void {
    const text = this.#text;
    this.#none.hidden = health !== null;
    this.#content.hidden = health === null;
    if (!health) {
      this.#samples = [];
      return;
    }
    const { status, since, reasons, lastStep, lockedBy, samples } = health;
    this.#mark.className = `fa fa-circle sensr-${LEVELS[status] ?? 'off'}`;
    const time = moment(since, Date.now());
    setText(this.#state, text('health.since', { state: text(`health.state.${status}`), time }));
    const lines = reasons.map(({ component, value, threshold, unit }) =>
      text('health.reason', {
        component: neighbourWords('sensr-health', 'component', component),
        value: number(value),
        threshold: number(threshold),
        unit,
      }),
    );
    if (lockedBy !== null) lines.push(text('health.locked', { limit: wordsFor(text, 'limit', lockedBy) }));
    setText(this.#reasons, lines.join('; '));
    setText(this.#step, lastStep ? text('health.lastStep', { step: stepWords(lastStep, text) }) : '');
    if (samples.length === 0 && this.#samples.length > 0) return;
    // A clock that was set back: everything is sent again.
    const isAgain = (samples[0]?.at ?? Infinity) <= this.sampleAt;
    this.#samples = [...(isAgain ? [] : this.#samples), ...samples].slice(-MOST_SAMPLES);
    for (const chart of this.#charts) chart.update(this.#samples);
  }
}
