/** What the small script of the tab and the large one of its content hand to each other. */
import type { Shape } from './view/live-shapes';

/** A text of the sidebar's catalogue. */
export type Text = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export interface View {
  /** Asks and shows from now on. */
  readonly show: () => void;
  /** Nothing is asked from now on. */
  readonly hide: () => void;
  /** What the live view shows, in metres. */
  readonly model: () => readonly Shape[];
}

/** The script of the content sets `createView` when it comes. */
export interface SidebarPlugin {
  readonly type: string;
  onadd(): void;
  createView?: (root: HTMLElement, text: Text) => View;
  view?: View;
  /** Node-RED adds it: looks a key up in the plugin's own catalogue. */
  _?: Text;
}

export const PLUGIN = 'sensr-sidebar';
