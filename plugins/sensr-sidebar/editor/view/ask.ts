/** Asks Node-RED's Admin API, as who is signed in; what fails comes back as words. */
import type { Text } from '../sidebar-plugin';

const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;
const HTTP_NOT_FOUND = 404;
const HTTP_BAD_GATEWAY = 502;

export class AskFailure extends Error {
  /** Asking again is of no use. */
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean) {
    super(message);
    this.isRefused = isRefused;
  }
}

export interface Asked<T> {
  readonly answer: Promise<T>;
  readonly abort: () => void;
}

export type Ask = <T>(
  method: 'GET' | 'POST',
  url: string,
  values?: Readonly<Record<string, unknown>>,
) => Asked<T>;

export const createAsk =
  (text: Text): Ask =>
  <T>(method: 'GET' | 'POST', url: string, values: Readonly<Record<string, unknown>> = {}) => {
    const isPost = method === 'POST';
    const request = $.ajax({
      url,
      method,
      dataType: 'json',
      ...(isPost ? { contentType: 'application/json', data: JSON.stringify(values) } : { data: values }),
    });
    const answer = new Promise<T>((resolve, reject) => {
      request.then(resolve, (failed: JQuery.jqXHR) => {
        reject(failureOf(failed, isPost, text));
      });
    });
    return {
      answer,
      abort: () => {
        request.abort();
      },
    };
  };

function failureOf({ status, responseJSON }: JQuery.jqXHR, isPost: boolean, text: Text): AskFailure {
  if (status === HTTP_UNAUTHORIZED || status === HTTP_FORBIDDEN)
    return new AskFailure(text(isPost ? 'refused.write' : 'refused.read'), true);
  if (status === HTTP_NOT_FOUND) return new AskFailure(text('notDeployed'), false);
  const message = (responseJSON as { message?: string } | undefined)?.message;
  return new AskFailure(message ?? text(status === HTTP_BAD_GATEWAY ? 'failed' : 'noAnswer'), false);
}
