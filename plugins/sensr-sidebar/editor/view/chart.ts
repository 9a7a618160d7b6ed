/** One small chart: a measure of the last samples, drawn by uPlot in the theme's colours, with its newest value in words. */
import uPlot from 'uplot';
import type { SampleRow } from '../../protocol';
import { make, setText } from './dom';

export interface ChartOptions {
  readonly title: string;
  readonly valueOf: (sample: SampleRow) => number;
  readonly words: (value: number) => string;
  /** The chart in words, for those who do not see it. */
  readonly describe: (least: string, most: string, now: string) => string;
}

const HEIGHT_PX = 56;
const LINE_PX = 1.5;
const MS_PER_S = 1000;

export class Chart {
  readonly element: HTMLElement;
  readonly #options: ChartOptions;
  readonly #box = make('div', { class: 'sensr-chart-box', role: 'img' });
  readonly #value = make('span', { class: 'sensr-chart-value' });
  #plot: uPlot | undefined;
  #data: uPlot.AlignedData = [[], []];
  #isStale = true;

  constructor(options: ChartOptions) {
    this.#options = options;
    const head = make('div', { class: 'sensr-chart-head' }, make('span', {}, options.title), this.#value);
    this.element = make('div', { class: 'sensr-chart' }, head, this.#box);
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.#box);
  }

  update(samples: readonly SampleRow[]): void {
    const { title, valueOf, words, describe } = this.#options;
    const values = samples.map(valueOf);
    this.#data = [samples.map(({ at }) => at / MS_PER_S), values];
    const last = values.at(-1);
    setText(this.#value, last === undefined ? '' : words(last));
    const label =
      last === undefined
        ? title
        : `${title}: ${describe(words(Math.min(...values)), words(Math.max(...values)), words(last))}`;
    this.#box.setAttribute('aria-label', label);
    this.#isStale = true;
    this.#draw();
  }

  #resize(): void {
    const width = this.#box.clientWidth;
    if (width === 0) return;
    if (this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT_PX });
    this.#draw();
  }

  #draw(): void {
    // In a folded section there is no width to draw for.
    const width = this.#box.clientWidth;
    if (!this.#isStale || width === 0) return;
    this.#isStale = false;
    if (this.#plot) this.#plot.setData(this.#data);
    else this.#plot = new uPlot(plotOptions(width, this.#box), this.#data, this.#box);
  }
}

/** Colours are read with each drawing: the theme may change meanwhile. */
function plotOptions(width: number, element: Element): uPlot.Options {
  const colour = (name: string, otherwise: string) => (): string =>
    getComputedStyle(element).getPropertyValue(`--red-ui-${name}`).trim() || otherwise;
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [4, 2, 4, 2],
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: true },
      y: { range: (_plot, least, most) => [Math.min(0, least), most * 1.1 || 1] },
    },
    series: [
      {},
      {
        stroke: colour('text-color-link', '#2f86d6'),
        width: LINE_PX,
        points: { show: false },
      },
    ],
  };
}
