/** The canvas of the top view: owns what it shows and which part of it, and moves with mouse, keys and buttons. */
import type { Text } from '../sidebar-plugin';
import { button, make } from './dom';
import { draw, themeOf, type Picture } from './draw';
import { boundsOf } from './live-shapes';
import { START, fitted, holds, panned, resized, zoomed, type Pixel, type Viewport } from './viewport';

const ZOOM_STEP = 1.3;
const KEY_STEP_PX = 30;
const HEIGHT_OF_WIDTH = 0.75;
const LEAST_HEIGHT_PX = 140;
const MOST_HEIGHT_PX = 600;

export class MapCanvas {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  #view: Viewport = START;
  #picture: Picture = { shapes: [], points: undefined, labelOf: (label) => label };
  /** Until somebody moves it, it shows everything. */
  #isFitting = true;
  #isDrawing = false;

  constructor(text: Text) {
    const canvas = make('canvas', {
      tabindex: '0',
      role: 'application',
      'aria-roledescription': text('live.mapRole'),
      'aria-label': text('live.map'),
      'aria-describedby': 'sensr-sidebar-map-help',
    });
    this.#canvas = canvas;
    const tool = (key: string, icon: string, act: () => void): HTMLButtonElement => {
      const made = button('', act, { 'aria-label': text(key), title: text(key) });
      made.append(make('i', { class: `fa ${icon}`, 'aria-hidden': 'true' }));
      return made;
    };
    const tools = make(
      'div',
      { class: 'sensr-tools' },
      tool('live.zoomIn', 'fa-plus', () => {
        this.#move(zoomed(this.#view, ZOOM_STEP));
      }),
      tool('live.zoomOut', 'fa-minus', () => {
        this.#move(zoomed(this.#view, 1 / ZOOM_STEP));
      }),
      tool('live.fit', 'fa-arrows-alt', () => {
        this.#fit();
      }),
    );
    this.element = make('div', { class: 'sensr-map' }, canvas, tools);
    this.#listen();
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.element);
  }

  get view(): Viewport {
    return this.#view;
  }

  show(picture: Picture): void {
    this.#picture = picture;
    const bounds = boundsOf(picture.shapes);
    if (this.#isFitting && bounds && !holds(this.#view, bounds)) this.#view = fitted(this.#view, bounds);
    this.#draw();
  }

  #fit(): void {
    const bounds = boundsOf(this.#picture.shapes);
    if (bounds) this.#view = fitted(this.#view, bounds);
    this.#isFitting = true;
    this.#draw();
  }

  #move(view: Viewport): void {
    this.#isFitting = false;
    this.#view = view;
    this.#draw();
  }

  #resize(): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    const height = Math.min(MOST_HEIGHT_PX, Math.max(LEAST_HEIGHT_PX, width * HEIGHT_OF_WIDTH));
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.height = `${height}px`;
    this.#view = resized(this.#view, width, height);
    if (this.#isFitting) this.#fit();
    else this.#draw();
  }

  /** At most once a frame of the screen. */
  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      const context = this.#canvas.getContext('2d');
      if (!context) return;
      context.setTransform(window.devicePixelRatio, 0, 0, window.devicePixelRatio, 0, 0);
      draw(context, this.#view, this.#picture, themeOf(this.#canvas));
    });
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('keydown', (event) => {
      const moved = afterKey(this.#view, event.key);
      if (moved === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      // The page would scroll, and Node-RED would move nodes.
      event.preventDefault();
      event.stopPropagation();
      if (moved === 'fit') this.#fit();
      else this.#move(moved);
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        // Whoever scrolls through the sidebar does not want to zoom on the way.
        if (document.activeElement !== canvas && !event.ctrlKey) return;
        event.preventDefault();
        this.#move(zoomed(this.#view, event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, pixelOf(event)));
      },
      { passive: false },
    );
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId))
        this.#move(panned(this.#view, [event.movementX, event.movementY]));
    });
  }
}

const pixelOf = ({ offsetX, offsetY }: MouseEvent): Pixel => [offsetX, offsetY];

function afterKey(view: Viewport, key: string): Viewport | 'fit' | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomed(view, ZOOM_STEP);
    case '-':
      return zoomed(view, 1 / ZOOM_STEP);
    case 'ArrowLeft':
      return panned(view, [KEY_STEP_PX, 0]);
    case 'ArrowRight':
      return panned(view, [-KEY_STEP_PX, 0]);
    case 'ArrowUp':
      return panned(view, [0, KEY_STEP_PX]);
    case 'ArrowDown':
      return panned(view, [0, -KEY_STEP_PX]);
    case 'Home':
    case '0':
      return 'fit';
    default:
      return undefined;
  }
}
