/** Several operations at once as the parts of one answer: what fails is told beside what succeeds, unless nothing could. */
import { SensrError, messageOf, type ErrorCode } from '../errors';
import { abortError } from './flight';

export interface Part<T> {
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly run: (signal: AbortSignal) => Promise<T>;
}

/** Why a part is missing. */
export interface PartError {
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Gathered<T> {
  /** In the order of the parts; undefined for one that failed. */
  readonly values: readonly (T | undefined)[];
  readonly errors: readonly PartError[];
}

/** They hold for the server, so every other part would fail as well. */
const FATAL: ReadonlySet<string> = new Set<ErrorCode>([
  'SENSR_UNREACHABLE',
  'SENSR_TLS',
  'SENSR_CLOSED',
  'SENSR_HTTP_401',
  'SENSR_HTTP_403',
]);

/**
 * All parts start at once: the server's pool bounds how many are under way.
 * @throws the error that no part can escape, or the first one when every part fails
 */
export async function gather<T>(
  parts: readonly Part<T>[],
  signal: AbortSignal | undefined,
): Promise<Gathered<T>> {
  // One for each: a signal with dozens of listeners would count as a leak.
  const abortions = parts.map((part) => ({ part, abortion: new AbortController() }));
  const abortAll = (reason: SensrError): void => {
    for (const { abortion } of abortions) abortion.abort(reason);
  };
  const onAbort = (): void => {
    abortAll(abortError(signal));
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const errors = new Map<number, SensrError>();
  try {
    const values = await Promise.all(
      abortions.map(async ({ part, abortion }, index) => {
        try {
          return await part.run(abortion.signal);
        } catch (error) {
          if (!(error instanceof SensrError) || FATAL.has(error.code)) throw error;
          errors.set(index, error);
          return undefined;
        }
      }),
    );
    const [first] = [...errors.entries()].sort(([a], [b]) => a - b);
    if (first && errors.size === parts.length) throw first[1];
    return { values, errors: parts.flatMap((part, index) => partError(part, errors.get(index))) };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // After a fatal error nobody waits for the others any more.
    abortAll(new SensrError('SENSR_CLOSED', 'Another part of the answer failed for good'));
  }
}

const partError = ({ operation, params }: Part<unknown>, error: SensrError | undefined): PartError[] =>
  error ? [{ operation, params, code: error.code, message: messageOf(error) }] : [];
