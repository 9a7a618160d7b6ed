/** The live top view: asks for the newest picture of the chosen server while it is on the screen, and shows it. */
import { ROUTES, type LiveAnswer, type LiveObject, type LiveZone, type ServerState } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import type { Ask } from './ask';
import { button, make, section, setText } from './dom';
import { count, perSecond } from './format';
import { shapesOf, type Shape } from './live-shapes';
import { MapCanvas } from './map-canvas';
import { ObjectTable } from './object-table';
import { Poll } from './poll';
import { Rates } from './rates';
import { Trails } from './trails';
import { unpack } from './underlay';
import { neighbourWords } from './words';

/** Ten pictures a second at most. */
const PICTURE_MS = 100;
const IDLE_MS = 1000;

interface Have {
  objects: number;
  zones: number;
  points: number;
}

export class LiveSection {
  readonly element: HTMLDetailsElement;
  readonly #text: Text;
  readonly #choice = make('select', { id: 'sensr-sidebar-live-server' });
  readonly #watch: HTMLButtonElement;
  readonly #withPoints = make('input', { type: 'checkbox', id: 'sensr-sidebar-live-points' });
  readonly #note = make('p', { class: 'sensr-note', role: 'status' });
  readonly #line = make('p', { class: 'sensr-line' });
  readonly #map: MapCanvas;
  readonly #table: ObjectTable;
  readonly #poll: Poll<LiveAnswer>;
  readonly #trails = new Trails();
  #rates = new Rates();
  #have: Have = { objects: 0, zones: 0, points: 0 };
  #pictures = 0;
  #objects: readonly LiveObject[] = [];
  #zones: readonly LiveZone[] = [];
  #points: Float32Array | undefined;
  #isWatching = false;
  #isShown = false;
  /** Parts that are on the screen. */
  readonly #seen = new Set<Element>();

  constructor(text: Text, ask: Ask) {
    this.#text = text;
    this.#map = new MapCanvas(text);
    this.#table = new ObjectTable(text, labelOf, (status) =>
      neighbourWords('sensr-stream', 'choice.statuses', status),
    );
    this.#watch = button(text('live.watch'), () => {
      this.#setWatching(!this.#isWatching);
      this.#poll.again();
    });
    this.#choice.addEventListener('change', () => {
      this.#reset();
    });
    this.#withPoints.addEventListener('change', () => {
      this.#points = undefined;
      this.#have.points = 0;
      this.#poll.again();
    });
    const controls = make(
      'div',
      { class: 'sensr-controls' },
      make('label', { for: this.#choice.id }, text('live.server')),
      this.#choice,
      this.#watch,
      make('label', { class: 'sensr-check' }, this.#withPoints, text('live.points')),
    );
    this.element = section(
      text('live.title'),
      controls,
      this.#note,
      this.#map.element,
      this.#line,
      this.#table.element,
      make(
        'details',
        { class: 'sensr-inner' },
        make('summary', {}, text('live.howTo')),
        make('p', { class: 'sensr-help', id: 'sensr-sidebar-map-help' }, text('live.help')),
      ),
    );
    this.#poll = new Poll<LiveAnswer>({
      ask: () =>
        ask('GET', ROUTES.live(this.#choice.value), {
          ...this.#have,
          watch: this.#isWatching ? 1 : 0,
          cloud: this.#withPoints.checked ? 1 : 0,
        }),
      onAnswer: (answer) => this.#onAnswer(answer),
      onFailure: (message) => {
        setText(this.#note, message);
      },
    });
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) this.#seen.add(target);
        else this.#seen.delete(target);
      this.#follow();
    });
    // Not the heading, which is also seen while the section is folded; the note and the button must not wait for the map.
    for (const part of [controls, this.#map.element]) seen.observe(part);
  }

  show(): void {
    this.#isShown = true;
    this.#follow();
  }

  hide(): void {
    this.#isShown = false;
    this.#follow();
  }

  model(): readonly Shape[] {
    return shapesOf({ zones: this.#zones, objects: this.#objects, trails: this.#trails.paths() });
  }

  /** Once a second. */
  update(servers: readonly ServerState[]): void {
    this.#table.update(this.#objects);
    const before = this.#choice.value;
    const wanted = servers.map(({ id, name }) => `${id} ${name}`).join('\n');
    if (this.#choice.dataset['servers'] !== wanted) {
      this.#choice.dataset['servers'] = wanted;
      this.#choice.replaceChildren(...servers.map(({ id, name }) => make('option', { value: id }, name)));
      if (servers.some(({ id }) => id === before)) this.#choice.value = before;
    }
    this.#choice.disabled = servers.length < 2;
    if (this.#choice.value !== before) this.#reset();
    this.#follow();
  }

  #setWatching(isWatching: boolean): void {
    this.#isWatching = isWatching;
    setText(this.#watch, this.#text(isWatching ? 'live.unwatch' : 'live.watch'));
  }

  /** Another server: nothing of the one before stays. */
  #reset(): void {
    this.#have = { objects: 0, zones: 0, points: 0 };
    [this.#objects, this.#zones, this.#points] = [[], [], undefined];
    this.#trails.clear();
    this.#rates = new Rates();
    this.#setWatching(false);
    this.#draw();
    this.#poll.again();
  }

  #follow(): void {
    if (this.#isShown && this.#seen.size > 0 && this.#choice.value !== '') this.#poll.start();
    else this.#poll.stop();
  }

  /** @returns when to ask again */
  #onAnswer({ state, pointsState, reason, problem, objects, zones, points }: LiveAnswer): number {
    if (zones) {
      this.#zones = zones.list;
      this.#have.zones = zones.version;
    }
    if (points) {
      this.#points = unpack(points);
      this.#have.points = points.version;
    }
    if (objects) {
      this.#objects = objects.list;
      this.#have.objects = objects.version;
      this.#pictures += 1;
      this.#trails.add(objects.list, objects.timestamp);
    }
    const rate = this.#rates.read('pictures', this.#pictures, performance.now());
    const isOpen = state === 'open';
    this.#watch.hidden = state !== 'unused' && !this.#isWatching;
    const waitsForPoints = this.#withPoints.checked && pointsState !== 'open' && state !== 'unused';
    setText(
      this.#note,
      problem ??
        (isOpen && !waitsForPoints
          ? ''
          : isOpen
            ? this.#text('live.pointsState', { state: this.#text(`socket.state.${pointsState}`) })
            : this.#text(`live.state.${state}`) + (reason === null ? '' : `: ${reason}`)),
    );
    setText(
      this.#line,
      isOpen && this.#have.objects > 0
        ? this.#text('live.line', {
            objects: count(this.#objects.length + (objects?.left ?? 0)),
            zones: count(this.#zones.length),
            rate: perSecond(rate ?? 0),
          })
        : '',
    );
    if (objects || zones || points) this.#draw();
    return isOpen ? PICTURE_MS : IDLE_MS;
  }

  #draw(): void {
    this.#map.show({ shapes: this.model(), points: this.#points, labelOf });
  }
}

const names = new Map<string, string>();
function labelOf(label: string): string {
  const known = names.get(label) ?? neighbourWords('sensr-stream', 'choice.labels', label);
  names.set(label, known);
  return known;
}
