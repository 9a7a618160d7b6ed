/** Owns the mode of the whole system and the one change of it that may be under way. */

export const MODES = ['calibration', 'runtime'] as const;
export type Mode = (typeof MODES)[number];

export const isMode = (mode: unknown): mode is Mode => MODES.some((one) => one === mode);

/** `busy`: a change was under way already; `cancelled`: it was ended before it was done. */
export type ModeChange = 'done' | 'busy' | 'cancelled';

export class ModeControl {
  readonly #durationMs: number;
  #mode: Mode = 'runtime';
  #cancel: (() => void) | undefined;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get isChanging(): boolean {
    return this.#cancel !== undefined;
  }

  /** Resolves when the mode has changed, or will not. */
  start(mode: Mode): Promise<ModeChange> {
    if (this.#cancel) return Promise.resolve('busy');
    return new Promise((resolve) => {
      const end = (result: ModeChange): void => {
        clearTimeout(timer);
        this.#cancel = undefined;
        if (result === 'done') this.#mode = mode;
        resolve(result);
      };
      const timer = setTimeout(() => end('done'), this.#durationMs);
      this.#cancel = () => end('cancelled');
    });
  }

  /** Also ends what is under way when the simulator closes. */
  cancel(): void {
    this.#cancel?.();
  }
}
