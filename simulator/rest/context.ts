/** What the REST operations work on, and the answers they share. */

import type { ModeControl } from '../config/mode';
import type { ProjectStore } from '../config/project-store';
import type { Edition } from '../editions';
import type { RouteAnswer } from '../http-routes';
import type { Scene } from '../scene';

export interface RestContext {
  readonly scene: Scene;
  readonly store: ProjectStore;
  readonly mode: ModeControl;
  readonly edition: Edition;
  /** Takes as long as saving and opening do. */
  readonly waitForStorage: () => Promise<void>;
}

/** What an update or a delete answers: the words, not an empty body. */
export const DONE: RouteAnswer = { text: '200 OK' };
