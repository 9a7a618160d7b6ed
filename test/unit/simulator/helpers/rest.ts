/** A REST client for tests: any method, path and body, and the answer as text and, where it is that, as JSON. */

import type { Simulator } from '../../../../simulator/server';

export interface RestAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Undefined when the text is none. */
  readonly json: unknown;
}

export type Rest = (method: string, path: string, body?: unknown) => Promise<RestAnswer>;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A body that is text is sent as it is, everything else as JSON. */
export const call = async (
  port: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<RestAnswer> => {
  const isText = typeof body === 'string';
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body !== undefined && {
      body: isText ? body : JSON.stringify(body),
      headers: { 'Content-Type': isText ? 'text/plain' : 'application/json' },
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    json: parse(text),
  };
};

export const restOf =
  (simulator: Simulator): Rest =>
  (method, path, body) =>
    call(simulator.restPort, method, path, body);

/** What updates and deletes answer. */
export const DONE = { status: 200, type: 'text/plain; charset=utf-8', text: '200 OK', json: undefined };
