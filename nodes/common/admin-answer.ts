/** Turns what a route of ours finds out into an answer of the Admin API: JSON, never stored, never an exception. */
import { SensrError, codeOf, messageOf } from '../../lib/errors';
import type { AdminRequest, AdminResponse } from './red-types';

export const HTTP_OK = 200;
export const HTTP_NOT_FOUND = 404;
const HTTP_BAD_REQUEST = 400;
const HTTP_BAD_GATEWAY = 502;

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export const problem = (status: number, error: unknown): Answer => ({
  status,
  json: { code: codeOf(error) ?? 'SENSR_BAD_REQUEST', message: messageOf(error) },
});

/** The request is given up when the editor has gone; nothing that is thrown gets past here. */
export function answering(answer: (request: AdminRequest, signal: AbortSignal) => Promise<Answer>) {
  return (request: AdminRequest, response: AdminResponse): void => {
    const gone = new AbortController();
    response.on('close', () => {
      gone.abort(new SensrError('SENSR_CLOSED', 'The editor no longer waits for this'));
    });
    const run = async (): Promise<Answer> => answer(request, gone.signal);
    run()
      .catch((error: unknown) => problem(isOwnFault(error) ? HTTP_BAD_REQUEST : HTTP_BAD_GATEWAY, error))
      .then(({ status, json }) => {
        response.set('Cache-Control', 'no-store').status(status).json(json);
      })
      // The socket to the editor is gone: there is nobody to tell.
      .catch(() => undefined);
  };
}

const isOwnFault = (error: unknown): boolean =>
  ['SENSR_BAD_CONFIG', 'SENSR_BAD_REQUEST'].includes(codeOf(error) ?? '');
