/** One request to Node-RED's Admin API and its whole answer, limited in time and size. */
import {
  request as httpRequest,
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import { SensrError, messageOf } from '../../lib/errors';
import type { AdminAddress } from './admin-address';

export type AdminHeaders = Readonly<Record<string, string>>;

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
  /** Undefined unless it is a redirect, as from a Node-RED that requires https. */
  readonly movedTo: string | undefined;
  /** WWW-Authenticate: how to sign in, as whom Node-RED does not know is told. */
  readonly challenge: string | undefined;
}

/** Node-RED answers a reload after it has stopped all flows, which it gives up after 15 s. */
const TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 1_048_576;

export const fault = (reason: string, cause?: unknown): SensrError =>
  new SensrError('SENSR_ADMIN_API', `Flows cannot be restarted: ${reason}`, cause);

/** As errors name it. */
export const placeOf = ({ protocol, host, port, socketPath, root }: AdminAddress): string =>
  socketPath ?? `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}${root}`;

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** Through an agent of its own: the reload closes every node, and with it the agents that nodes hold. */
export function askAdmin(
  address: AdminAddress,
  method: string,
  path: string,
  headers: AdminHeaders,
  form: string | undefined,
): Promise<AdminAnswer> {
  const { protocol, host, port, socketPath, root, own } = address;
  const where = placeOf(address);
  const isSecure = protocol === 'https:';
  const agent = isSecure ? new HttpsAgent({ rejectUnauthorized: !own }) : new HttpAgent();
  return new Promise<AdminAnswer>((resolve, reject) => {
    const request: ClientRequest = (isSecure ? httpsRequest : httpRequest)({
      method,
      agent,
      path: root + path,
      headers: {
        ...headers,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(socketPath === undefined ? { host, port } : { socketPath }),
    });
    request.on('error', (error) => {
      reject(fault(`${where} cannot be reached: ${messageOf(error)}`, error));
    });
    request.on('response', (response: IncomingMessage) => {
      readText(response).then(
        (body) => {
          const { statusCode: status = 0, headers: found } = response;
          resolve({
            status,
            text: body,
            movedTo: isRedirect(status) ? (found.location ?? 'nowhere') : undefined,
            challenge: found['www-authenticate'],
          });
        },
        (error: unknown) => {
          reject(fault(`${where} broke off its answer: ${messageOf(error)}`, error));
        },
      );
    });
    request.end(form);
  })
    .catch((error: unknown) => {
      // A token of characters that no header can carry is found while the request is made.
      throw error instanceof SensrError
        ? error
        : fault(`${where} cannot be asked: ${messageOf(error)}`, error);
    })
    .finally(() => {
      agent.destroy();
    });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const data = chunk as Buffer;
    bytes += data.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`expected at most ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(data);
  }
  return Buffer.concat(chunks).toString('utf8');
}
