/** Talks to Node-RED's Admin API as a user with flows.write: signs in at most once for each set of credentials, never tries a failed sign-in again. */
import { createHash } from 'node:crypto';
import type { SensrError } from '../../lib/errors';
import type { AdminAddress } from './admin-address';
import { askAdmin, fault, placeOf, type AdminAnswer, type AdminHeaders } from './admin-request';

export interface AdminCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A fixed token (adminAuth.tokens, FlowFuse); wins over user name and password. */
  readonly token?: string | undefined;
  /** The header that carries it, for settings with a tokenHeader; empty = Authorization with Bearer. */
  readonly tokenHeader?: string | undefined;
}

const HTTP_OK = 200;
const HTTP_NO_CONTENT = 204;
const HTTP_UNAUTHORIZED = 401;
/** Of a sign-in: to the form, to the client, to the password. */
const REFUSALS: readonly number[] = [400, HTTP_UNAUTHORIZED, 403];
const STATE = 'GET flows/state';
const LOGIN = 'GET auth/login';
const ENTER_URL = "enter the address at which Node-RED's editor is opened under Admin URL";

/** Node-RED answers whom it knows, but does not permit it, with nothing but the status. */
const lacksPermission = ({ status, challenge, text: body }: AdminAnswer): boolean =>
  status === HTTP_UNAUTHORIZED && challenge === undefined && body === '';

/**
 * Sign-ins by address and credentials: one that was refused stays so, since the sixth wrong one within ten minutes locks
 * the account for people too; one that succeeded serves all, since each leaves a session in Node-RED for a week. Kept by
 * the process: several nodes ask at once, and a redeployed one would not know.
 */
const signIns = new Map<string, Promise<AdminHeaders>>();

export class AdminApi {
  readonly #address: AdminAddress;
  readonly #credentials: AdminCredentials;

  constructor(address: AdminAddress, credentials: AdminCredentials) {
    this.#address = address;
    this.#credentials = credentials;
  }

  /**
   * Makes sure that flows can be restarted, as far as that shows without doing it.
   * @throws SensrError SENSR_ADMIN_API with the reason
   */
  async preflight(): Promise<void> {
    const answer = await this.#asUser('GET', 'flows/state');
    // Without flows.read the state is not told; that alone is no reason not to try.
    if (lacksPermission(answer)) return;
    if (answer.status === HTTP_UNAUTHORIZED)
      throw fault(`expected a user or token that Node-RED knows, got 401 from ${STATE}`);
    if (answer.status !== HTTP_OK) throw this.#stranger('200', STATE, String(answer.status));
    const state = parsed(answer.text)['state'];
    if (typeof state !== 'string') throw this.#stranger('the state of the flows', STATE, 'something else');
    if (state !== 'start')
      throw fault(`the flows are not running (state '${state}'), so a restart would not start them`);
  }

  /** Stops all flows and has them started again; resolves when they are stopped. @throws SensrError SENSR_ADMIN_API */
  async reloadFlows(): Promise<void> {
    const answer = await this.#asUser('POST', 'flows', { 'Node-RED-Deployment-Type': 'reload' });
    if (answer.status === HTTP_UNAUTHORIZED)
      throw fault('expected a user or token with the permission flows.write, got 401 from POST flows');
    if (answer.status !== HTTP_OK && answer.status !== HTTP_NO_CONTENT)
      throw fault(`expected 204 from POST flows, got ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  async #asUser(method: string, path: string, more: AdminHeaders = {}): Promise<AdminAnswer> {
    const ask = async (): Promise<AdminAnswer> =>
      this.#call(method, path, { ...(await this.#signIn()), ...more });
    const answer = await ask();
    const isUnknown = answer.status === HTTP_UNAUTHORIZED && !lacksPermission(answer);
    // A token that has run out is worth one new sign-in; a fixed one is not.
    return isUnknown && signIns.delete(this.#key) ? ask() : answer;
  }

  async #signIn(): Promise<AdminHeaders> {
    const { token, tokenHeader } = this.#credentials;
    if (token) return tokenHeader ? { [tokenHeader]: token } : { authorization: `Bearer ${token}` };
    const login = await this.#call('GET', 'auth/login', {});
    if (login.status !== HTTP_OK) throw this.#stranger('200', LOGIN, String(login.status));
    const { type } = parsed(login.text);
    if (type === undefined) return {};
    if (type === 'credentials') return this.#tokenForPassword();
    throw fault(
      `Node-RED's sign-in is of the type '${text(type)}': expected a token for the Admin API, got none`,
    );
  }

  /** Of what a sign-in belongs to; not readable, since it has the password. */
  get #key(): string {
    const { protocol, host, port, socketPath, root } = this.#address;
    const { username, password } = this.#credentials;
    return createHash('sha256')
      .update(JSON.stringify([protocol, host, port, socketPath, root, username, password]))
      .digest('hex');
  }

  #tokenForPassword(): Promise<AdminHeaders> {
    const { username, password } = this.#credentials;
    if (!username || !password)
      throw fault('Node-RED asks for a sign-in: expected a user name and a password, got none');
    const key = this.#key;
    const known = signIns.get(key);
    if (known) return known;
    const begun = this.#askForToken(username, password, () => signIns.delete(key));
    signIns.set(key, begun);
    return begun;
  }

  /** @param forget when nobody has judged the password */
  async #askForToken(username: string, password: string, forget: () => void): Promise<AdminHeaders> {
    const form = new URLSearchParams({
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: 'flows.write',
      username,
      password,
    });
    let answer: AdminAnswer;
    try {
      answer = await this.#call('POST', 'auth/token', {}, form.toString());
    } catch (error) {
      forget();
      throw error;
    }
    const token = answer.status === HTTP_OK ? parsed(answer.text)['access_token'] : undefined;
    if (typeof token === 'string') return { authorization: `Bearer ${token}` };
    if (REFUSALS.includes(answer.status))
      throw fault(
        `the sign-in of '${username}' was refused (${answer.status}): user name, password or the permission flows.write is wrong; it is not tried again`,
      );
    forget();
    throw fault(`the sign-in of '${username}' failed: expected a token, got ${answer.status}`);
  }

  async #call(method: string, path: string, headers: AdminHeaders, form?: string): Promise<AdminAnswer> {
    const answer = await askAdmin(this.#address, method, path, headers, form);
    if (answer.movedTo === undefined) return answer;
    throw fault(
      `expected an answer to ${method} ${path}, got ${answer.status} to ${answer.movedTo}: ${ENTER_URL}`,
    );
  }

  /** What answers is not Node-RED's Admin API, or something that stands before it. */
  #stranger(expected: string, request: string, got: string): SensrError {
    return fault(
      `expected ${expected} from ${request} at ${placeOf(this.#address)}, got ${got}: ${ENTER_URL}`,
    );
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A page of something else than Node-RED: it has none of the members that are asked for.
    return {};
  }
}
