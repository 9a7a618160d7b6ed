/** Every way this package can fail: one class, one list of codes, and the plain record that crosses the thread. */

/** What each code means; the text is what docs/errors.md prints. `SENSR_HTTP_<status>` stands beside these. */
export const ERROR_MEANINGS = {
  SENSR_BAD_CONFIG: 'A property of the node is missing or outside its limits',
  SENSR_BAD_REQUEST: 'The message asks for something the node does not know',
  SENSR_UNREACHABLE: 'No connection: refused, reset, no route, or the name is unknown',
  SENSR_TIMEOUT: 'No answer within the time allowed',
  SENSR_SILENT: 'The connection was open, but no byte came for pongTimeout after a ping',
  SENSR_TLS: 'The secure connection could not be made: certificate, name, or no TLS on that port',
  SENSR_NOT_WEBSOCKET: 'Something answers on that port, but it does not speak WebSocket',
  SENSR_CLOSED_BY_SERVER: 'The server closed the connection',
  SENSR_TOO_SLOW: 'The server closed the connection because its send buffer for us was full',
  SENSR_PROTOCOL: 'The peer broke the WebSocket protocol',
  SENSR_FRAME_TOO_LARGE: 'A frame is larger than maxFrameMB',
  SENSR_BAD_FRAME: 'A frame could not be decoded',
  SENSR_TEXT_FRAME: 'A text frame came where SENSR sends binary',
  SENSR_EMPTY_FRAME: 'A frame without a single byte came',
  SENSR_BAD_RESPONSE: 'The answer of the REST API could not be understood, or was too large',
  SENSR_DROPPED: 'A waiting request was dropped from the full queue, or replaced by a newer one',
  SENSR_ADMIN_API: "Node-RED's Admin API, which restarts the flows, cannot be used",
  SENSR_STALLED: 'The flow did not finish a message within stallTimeout',
  SENSR_THREAD: 'The socket thread failed and was replaced',
  SENSR_CLOSED: 'The node was closed before this could finish',
} as const;

export type ErrorCode = keyof typeof ERROR_MEANINGS | `SENSR_HTTP_${number}`;

/** What survives a MessagePort, which strips own fields such as `code` from an Error. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause?: { readonly message: string; readonly code?: string };
}

/** An error with a stable `code`, a message a person understands, and the original in `cause`. */
export class SensrError extends Error {
  override readonly name = 'SensrError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** Node-RED puts this into msg.error.message: the sentence alone, without the name of a class. */
  override toString(): string {
    return this.message;
  }
}

/** @returns a structured-cloneable copy of `error`; a foreign error gets `fallback` as its code. */
export function toRecord(error: unknown, fallback: ErrorCode): ErrorRecord {
  const code = error instanceof SensrError ? error.code : fallback;
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return { code, message: messageOf(error) };
  const causeCode = codeOf(cause);
  return {
    code,
    message: messageOf(error),
    cause: causeCode === undefined ? { message: cause.message } : { message: cause.message, code: causeCode },
  };
}

/** The reverse of toRecord. */
export function fromRecord(record: ErrorRecord): SensrError {
  if (!record.cause) return new SensrError(record.code, record.message);
  const cause: Error & { code?: string } = new Error(record.cause.message);
  if (record.cause.code !== undefined) cause.code = record.cause.code;
  return new SensrError(record.code, record.message, cause);
}

/** @returns the text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns Node.js' own code of an error (`ECONNREFUSED`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
