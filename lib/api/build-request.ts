/** From an operation with its parameters and body to the HTTP request: checked whole before anything is sent. */
import { SensrError } from '../errors';
import type { HttpRequest, Method, TimeoutClass } from '../http/request';
import { anyBody, checkBody, type CheckedBody } from './check-body';
import { checkParams, type CheckedParams } from './check-params';
import { isRecord, refuse, shown, wholeText } from './check-value';
import type { Operation } from './operation';
import { OPERATIONS } from './operations';

/** One request, checked, as it can wait in a queue. */
export interface PreparedRequest {
  readonly operation: Operation;
  readonly params: CheckedParams;
  readonly method: Method;
  /** `template`: the version stands where `{v}` is. */
  readonly prefix: Operation['prefix'] | 'template';
  /** From the root, query included, percent-encoded, without the version. */
  readonly path: string;
  readonly body: CheckedBody | undefined;
  readonly timeout: TimeoutClass;
  readonly writes: boolean;
  readonly needsApply: boolean;
  /** What it holds while it waits. */
  readonly bytes: number;
}

const BY_NAME: ReadonlyMap<string, Operation> = new Map(OPERATIONS.map((one) => [one.name, one]));

/** @throws SensrError SENSR_BAD_REQUEST */
export function prepareRequest(name: string, params: unknown, payload: unknown): PreparedRequest {
  const operation = BY_NAME.get(name);
  if (!operation) throw unknownOperation(name);
  const checked = checkParams(operation, params);
  if (operation.name === 'request') return rawRequest(operation, checked, payload);
  const { method, prefix, path, timeout, writes, needsApply } = operation;
  return sized({
    operation,
    params: checked,
    method,
    prefix,
    path: path + queryText(wireQuery(operation, checked)),
    body: checkBody(operation, payload),
    timeout,
    writes,
    needsApply,
  });
}

/** @param version the first segment; empty or undefined = none */
export function buildRequest(prepared: PreparedRequest, version: string | undefined): HttpRequest {
  const { method, body, timeout } = prepared;
  return {
    method,
    path: withVersion(prepared, version ?? ''),
    ...(body ? { body: body.text, contentType: body.contentType } : {}),
    timeout,
  };
}

/** Also where the manual has no version in the path: `/{v}/settings` is `/settings` there. */
function withVersion({ prefix, path }: PreparedRequest, version: string): string {
  if (prefix === 'template')
    return version === ''
      ? path.replaceAll('/{v}', '').replaceAll('{v}', '')
      : path.replaceAll('{v}', encodeURI(version));
  return version === '' ? path : `/${encodeURI(version)}${path}`;
}

function unknownOperation(name: unknown): SensrError {
  const noun = String(typeof name === 'string' ? name : '').split('.')[0];
  const kin = [...BY_NAME.keys()].filter((one) => one.split('.')[0] === noun);
  const known = kin.length > 0 ? `one of ${kin.join(', ')}` : 'a name such as zones.list';
  return new SensrError('SENSR_BAD_REQUEST', `operation: expected ${known}, got ${shown(name)}`);
}

type Query = readonly (readonly [name: string, value: string])[];

const wireQuery = ({ params }: Operation, checked: CheckedParams): Query =>
  params.flatMap(({ name, wire }) => {
    const value = checked[name];
    return wire === undefined || value === undefined ? [] : [[wire, String(value)] as const];
  });

const queryText = (query: Query): string =>
  query.length === 0
    ? ''
    : `?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

function rawRequest(operation: Operation, params: CheckedParams, payload: unknown): PreparedRequest {
  const method = String(params['method'] ?? operation.method) as Method;
  const path = rawPath(String(params['path']), params['query']);
  const writes = method !== 'GET' && method !== 'HEAD';
  return sized({
    operation,
    params,
    method,
    prefix: path.includes('{v}') ? 'template' : 'none',
    path,
    // Of a read, msg.payload is whatever started the flow.
    body: BODILESS.has(method) ? undefined : anyBody('request: payload', payload),
    timeout: path.includes('/commands/') ? 'long' : 'normal',
    writes,
    needsApply: writes && path.includes('/settings/'),
  });
}

/** What a URL may hold as it is; a `%` that begins an escape stays, so that an encoded path is not encoded twice. */
const NOT_IN_PATH = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9_\-.~!$&'()*+,;=:@/?%{}]/gu;

function rawPath(path: string, query: unknown): string {
  // Two slashes begin a host.
  if (!path.startsWith('/') || path.startsWith('//'))
    return refuse('request: params.path', 'a path from the root, such as /results/health', path);
  const encoded = path.replace(NOT_IN_PATH, encodeURIComponent);
  // Braces have no place in a URL, but for the version's own.
  const safe = encoded.replace(/\{v\}|[{}]/g, (found) =>
    found === '{v}' ? found : encodeURIComponent(found),
  );
  const more = queryText(rawQuery(query));
  return safe.includes('?') && more !== '' ? `${safe}&${more.slice(1)}` : safe + more;
}

function rawQuery(query: unknown): Query {
  if (!isRecord(query)) return [];
  return Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const where = `request: params.query.${name}`;
    // A list stands for the parameter given several times.
    return (Array.isArray(value) ? Array.from<unknown>(value) : [value]).map((one): [string, string] => [
      wholeText('request: params.query, a name', name),
      typeof one === 'boolean' ? String(one) : wholeText(where, one),
    ]);
  });
}

const sized = (request: Omit<PreparedRequest, 'bytes'>): PreparedRequest => ({
  ...request,
  bytes: Buffer.byteLength(request.path) + Buffer.byteLength(request.body?.text ?? ''),
});
