/** The live pictures of all servers: made when somebody looks, gone when nobody does or the server is. */
import { systemClock, type Clock } from '../../../lib/clock';
import type { OpenServer } from '../../../lib/server/open-servers';
import type { LiveAnswer } from '../protocol';
import { LiveView, type Look } from './live-view';

export class LiveViews {
  readonly #clock: Clock;
  readonly #views = new Map<string, LiveView>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** How many servers are being looked at. */
  get count(): number {
    return this.#views.size;
  }

  look({ id, server }: OpenServer, look: Look, signal: AbortSignal): Promise<LiveAnswer> {
    let view = this.#views.get(id);
    // A redeployed server has the same id and other sockets.
    if (view && view.server !== server) {
      view.close();
      view = undefined;
    }
    if (!view) {
      const made: LiveView = new LiveView(server, this.#clock, () => {
        if (this.#views.get(id) === made) this.#views.delete(id);
      });
      view = made;
      this.#views.set(id, view);
    }
    return view.look(look, signal);
  }
}
