/** Owns the faults of single HTTP requests: their fields, and which requests a fault hits. */

import {
  FLAG_FIELD,
  type FieldSpec,
  MAX_DELAY_MS,
  oneOfField,
  optional,
  TEXT_FIELD,
  wholeField,
} from './fault-field';

/** Requests that a fault is for: of this method, of a path that begins so; left out = any. */
export interface RequestMatch {
  readonly method?: string;
  readonly path?: string;
}

interface ForRequests {
  /** The next so many requests; left out = until it is cleared. */
  count?: number;
  match?: RequestMatch;
}

export const RESET_MOMENTS = ['beforeRead', 'afterRead', 'afterHandling', 'afterHeaders', 'midBody'] as const;
export type ResetMoment = (typeof RESET_MOMENTS)[number];

export interface HttpFaultFields {
  /** `retryAfter`: seconds or an HTTP date. `afterHandling`: the request is carried out all the same. */
  httpStatus: ForRequests & {
    status: number;
    retryAfter?: number | string;
    body?: string;
    afterHandling?: boolean;
  };
  /** The request is carried out at once, its answer comes so late, plus up to `jitter` by chance. */
  httpDelay: ForRequests & { ms: number; jitter?: number };
  httpHang: ForRequests & { afterHandling?: boolean };
  httpReset: ForRequests & { when: ResetMoment };
  httpTruncate: ForRequests;
  httpHtml: ForRequests & { status?: number };
  /** `json` left out = the first half of the true answer. */
  httpWrongJson: ForRequests & { json?: unknown };
  /** `bytesPerSecond` left out = as fast as they are read; `bytes` left out = without end. */
  httpEndless: ForRequests & { bytesPerSecond?: number; bytes?: number };
  httpGarbage: ForRequests;
  httpCloseKeepAlive: ForRequests;
  httpRedirect: ForRequests & { to: string };
}

export type HttpFaultName = keyof HttpFaultFields;
export type HttpFault = {
  [N in HttpFaultName]: Readonly<{ name: N } & HttpFaultFields[N]>;
}[HttpFaultName];
export type HttpFaultOf<N extends HttpFaultName> = Extract<HttpFault, { name: N }>;

const isMatch = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([name, text]) => (name === 'method' || name === 'path') && typeof text === 'string',
  );

const isRetryAfter = (value: unknown): boolean =>
  (typeof value === 'number' && Number.isInteger(value) && value >= 0) ||
  (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value));

const FOR_REQUESTS: Readonly<Record<string, FieldSpec>> = {
  count: optional(wholeField(1)),
  match: {
    accepts: isMatch,
    expected: 'an object with method and path (how it begins), both texts',
    isOptional: true,
  },
};

const STATUS: FieldSpec = { ...wholeField(200, 599), expected: 'an HTTP status from 200 to 599' };

export const HTTP_FAULT_FIELDS: Readonly<Record<HttpFaultName, Readonly<Record<string, FieldSpec>>>> = {
  httpStatus: {
    status: STATUS,
    retryAfter: { accepts: isRetryAfter, expected: 'seconds or an HTTP date', isOptional: true },
    body: optional(TEXT_FIELD),
    afterHandling: optional(FLAG_FIELD),
    ...FOR_REQUESTS,
  },
  httpDelay: {
    ms: wholeField(0, MAX_DELAY_MS),
    jitter: optional(wholeField(0, MAX_DELAY_MS)),
    ...FOR_REQUESTS,
  },
  httpHang: { afterHandling: optional(FLAG_FIELD), ...FOR_REQUESTS },
  httpReset: { when: oneOfField(RESET_MOMENTS), ...FOR_REQUESTS },
  httpTruncate: FOR_REQUESTS,
  httpHtml: { status: optional(STATUS), ...FOR_REQUESTS },
  httpWrongJson: { json: { accepts: () => true, expected: 'any value', isOptional: true }, ...FOR_REQUESTS },
  httpEndless: { bytesPerSecond: optional(wholeField(1)), bytes: optional(wholeField(0)), ...FOR_REQUESTS },
  httpGarbage: FOR_REQUESTS,
  httpCloseKeepAlive: FOR_REQUESTS,
  httpRedirect: { to: { ...TEXT_FIELD, expected: 'a URL or a path' }, ...FOR_REQUESTS },
};

export const isHttpFaultName = (name: unknown): name is HttpFaultName =>
  typeof name === 'string' && Object.hasOwn(HTTP_FAULT_FIELDS, name);

export const isHttpFault = (fault: { readonly name: string }): fault is HttpFault =>
  isHttpFaultName(fault.name);

const hits = ({ match = {} }: HttpFault, method: string, path: string): boolean =>
  (match.method === undefined || match.method.toUpperCase() === method) &&
  (match.path === undefined || path.startsWith(match.path));

/** Faults with the same key replace each other. */
export const matchKey = (fault: { readonly name: string; readonly match?: RequestMatch }): string =>
  isHttpFault(fault) && fault.match
    ? `${fault.name} ${fault.match.method ?? '*'} ${fault.match.path ?? ''}`
    : fault.name;

export interface RequestFaults {
  readonly delay?: HttpFaultOf<'httpDelay'>;
  /** What becomes of the answer. */
  readonly ending?: Exclude<HttpFault, { name: 'httpDelay' }>;
}

/** Of the faults that hit a request, the first delay and the first of the others, in the order they were set. */
export function faultsFor(
  faults: readonly { readonly name: string }[],
  method: string,
  path: string,
): RequestFaults {
  const hitting = faults.filter(isHttpFault).filter((fault) => hits(fault, method, path));
  const delay = hitting.find((fault) => fault.name === 'httpDelay');
  const ending = hitting.find((fault) => fault.name !== 'httpDelay');
  return { ...(delay && { delay }), ...(ending && { ending }) };
}

/** Whether a request that ends so is carried out first. */
export const isCarriedOut = (ending: RequestFaults['ending']): boolean => {
  switch (ending?.name) {
    case 'httpStatus':
    case 'httpHang':
      return ending.afterHandling === true;
    case 'httpReset':
      return ending.when !== 'beforeRead' && ending.when !== 'afterRead';
    case 'httpHtml':
    case 'httpEndless':
    case 'httpGarbage':
    case 'httpRedirect':
      return false;
    default:
      return true;
  }
};
