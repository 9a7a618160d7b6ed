/** The counts that the servers keep of their messages: exact whenever they are read, and free to read. */
import type { ErrorCode } from '../../errors';
import { OTHER } from './label-values';

/** The codes that are counted; `other`: text and empty frames, which nobody counts apart. */
export const MESSAGE_ERRORS = ['SENSR_BAD_FRAME', OTHER] as const satisfies readonly (
  ErrorCode | typeof OTHER
)[];

/** Messages that could not be used, since the deploy. */
export type MessageErrors = Readonly<Record<(typeof MESSAGE_ERRORS)[number], number>>;

export interface MessageFacts {
  /** When the newest message of an open connection came, epoch ms; null: there is none. */
  readonly newestAt: number | null;
  /** By the server's name. */
  readonly errors: Readonly<Record<string, Readonly<Record<'output' | 'points', MessageErrors>>>>;
}
