/** Talks to Node-RED's Admin API as a user with flows.write: signs in at most once for each set of credentials, never tries a failed sign-in again. */
import { createHash } from 'node:crypto';
import {
  request as httpRequest,
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import { SensrError, messageOf } from '../../lib/errors';
import type { AdminAddress } from './admin-address';

export interface AdminCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A fixed token (adminAuth.tokens, FlowFuse); wins over user name and password. */
  readonly token?: string | undefined;
  /** The header that carries it, for settings with a tokenHeader; empty = Authorization with Bearer. */
  readonly tokenHeader?: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Node-RED answers a reload after it has stopped all flows, which it gives up after 15 s. */
const TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 1_048_576;
const HTTP_OK = 200;
const HTTP_NO_CONTENT = 204;
const HTTP_UNAUTHORIZED = 401;

/**
 * Credentials that were refused, by address and user: the sixth wrong sign-in within ten minutes locks the account for
 * people too, so none is made twice. Kept by the process, since a redeployed node would not know.
 */
const refused = new Set<string>();

export class AdminApi {
  readonly #address: AdminAddress;
  readonly #credentials: AdminCredentials;
  #header: Record<string, string> | undefined;

  constructor(address: AdminAddress, credentials: AdminCredentials) {
    this.#address = address;
    this.#credentials = credentials;
  }

  /**
   * Makes sure that flows can be restarted, without doing it.
   * @throws SensrError SENSR_ADMIN_API with the reason
   */
  async preflight(): Promise<void> {
    await this.#signIn();
    const { status, text } = await this.#call('GET', 'flows/state', this.#header);
    // Without flows.read the state is not told; that alone is no reason not to try.
    if (status !== HTTP_OK) return;
    const state = parsed(text)['state'];
    if (typeof state === 'string' && state !== 'start')
      throw fault(`the flows are not running (state '${state}'), so a restart would not start them`);
  }

  /** Stops all flows and has them started again; resolves when they are stopped. @throws SensrError SENSR_ADMIN_API */
  async reloadFlows(): Promise<void> {
    await this.#signIn();
    let answer = await this.#reload();
    // A token that has run out is worth one new sign-in; a fixed one is not.
    if (answer.status === HTTP_UNAUTHORIZED && !this.#credentials.token && this.#header) {
      this.#header = undefined;
      await this.#signIn();
      answer = await this.#reload();
    }
    if (answer.status === HTTP_UNAUTHORIZED)
      throw fault('expected a user or token with the permission flows.write, got 401 from POST flows');
    if (answer.status !== HTTP_OK && answer.status !== HTTP_NO_CONTENT)
      throw fault(`expected 204 from POST flows, got ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  #reload(): Promise<Answer> {
    return this.#call('POST', 'flows', { ...this.#header, 'Node-RED-Deployment-Type': 'reload' });
  }

  async #signIn(): Promise<void> {
    if (this.#header) return;
    const { token, tokenHeader } = this.#credentials;
    if (token) {
      this.#header = tokenHeader ? { [tokenHeader]: token } : { authorization: `Bearer ${token}` };
      return;
    }
    const login = await this.#call('GET', 'auth/login', {});
    const type = login.status === HTTP_OK ? parsed(login.text)['type'] : undefined;
    if (type === undefined) this.#header = {};
    else if (type === 'credentials') this.#header = await this.#tokenForPassword();
    else
      throw fault(
        `Node-RED's sign-in is of the type '${text(type)}': expected a token for the Admin API, got none`,
      );
  }

  async #tokenForPassword(): Promise<Record<string, string>> {
    const { username, password } = this.#credentials;
    if (!username || !password)
      throw fault('Node-RED asks for a sign-in: expected a user name and a password, got none');
    const { host, port } = this.#address;
    const key = createHash('sha256')
      .update(JSON.stringify([host, port, username, password]))
      .digest('hex');
    if (refused.has(key))
      throw fault(`the user name or password of '${username}' was refused before and is not tried again`);
    const form = new URLSearchParams({
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: 'flows.write',
      username,
      password,
    });
    const answer = await this.#call('POST', 'auth/token', {}, form.toString());
    const token = answer.status === HTTP_OK ? parsed(answer.text)['access_token'] : undefined;
    if (typeof token !== 'string') {
      refused.add(key);
      throw fault(
        `the sign-in of '${username}' was refused (${answer.status}): user name, password or the permission flows.write is wrong`,
      );
    }
    return { authorization: `Bearer ${token}` };
  }

  #call(method: string, path: string, headers: Record<string, string> = {}, form?: string): Promise<Answer> {
    return call(this.#address, method, path, headers, form);
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const fault = (reason: string, cause?: unknown): SensrError =>
  new SensrError('SENSR_ADMIN_API', `Flows cannot be restarted: ${reason}`, cause);

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A page of something else than Node-RED: it has none of the members that are asked for.
    return {};
  }
}

/** Through an agent of its own: the reload closes every node, and with it the agents that nodes hold. */
function call(
  address: AdminAddress,
  method: string,
  path: string,
  headers: Record<string, string>,
  form: string | undefined,
): Promise<Answer> {
  const { protocol, host, port, socketPath, root, own } = address;
  const isSecure = protocol === 'https:';
  const agent = isSecure ? new HttpsAgent({ rejectUnauthorized: !own }) : new HttpAgent();
  const where = socketPath ?? `${protocol}//${host}:${port}${root}`;
  return new Promise<Answer>((resolve, reject) => {
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
          resolve({ status: response.statusCode ?? 0, text: body });
        },
        (error: unknown) => {
          reject(fault(`${where} broke off its answer: ${messageOf(error)}`, error));
        },
      );
    });
    request.end(form);
  }).finally(() => {
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
