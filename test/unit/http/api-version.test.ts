import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock, type Clock } from '../../../lib/clock';
import { SensrError, type ErrorCode } from '../../../lib/errors';
import { ApiVersion, CANDIDATES } from '../../../lib/http/api-version';
import type { HttpAnswer, HttpRequest } from '../../../lib/http/request';
import { RequestError, type Outcome } from '../../../lib/http/request-error';
import { makeCertificate } from '../socket/helpers/certificates';
import { tcpServer, unusedPort } from '../socket/helpers/servers';
import { closeAll, failureOf, openSession, until, webServer } from './helpers/sessions';

type Say = (request: IncomingMessage, response: ServerResponse, version: string) => void;

/** What the first segment of a path is, and what the rest. */
const split = (url = ''): [version: string, rest: string] => {
  const [, version = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(url) ?? [];
  return [version, rest];
};

const PARAMETERS = '/settings/parameters/common?config-key=publish_level_point_cloud';

/** A server that knows these versions, by these paths under them. */
const knowing =
  (versions: readonly string[], path = PARAMETERS) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const [version, rest] = split(request.url);
    const isKnown = versions.includes(version) && rest === path;
    response.writeHead(isKnown ? 200 : 404).end('1');
  };

const failed = (code: ErrorCode, outcome: Outcome, statusCode?: number): RequestError =>
  new RequestError(code, code, {
    outcome,
    attempts: 1,
    durationMs: 1,
    ...(statusCode === undefined ? {} : { statusCode }),
  });

interface Asked {
  readonly path: string;
  readonly request: HttpRequest;
  readonly yes: (text?: string) => void;
  readonly fail: (error: unknown) => void;
}

/** A session whose answers the test gives, in the order it likes. */
function slowSession(): { asked: Asked[]; session: ConstructorParameters<typeof ApiVersion>[0] } {
  const asked: Asked[] = [];
  const request = (one: HttpRequest): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      one.signal?.addEventListener('abort', () => {
        reject(failed('SENSR_CLOSED', 'unknown'));
      });
      asked.push({
        path: one.path,
        request: one,
        yes: (text = '1') => {
          resolve({ statusCode: 200, headers: {}, text, attempts: 1, durationMs: 1 });
        },
        fail: reject,
      });
    });
  const repeat = <T>(ask: () => Promise<T>): Promise<T> => ask();
  return { asked, session: { url: 'http://sensr:9080', request, repeat } };
}

const RETRY_DELAY_MS = 10_000;

/** Holds the waits for a retry until the test lets them end: they are longer than every limit of these sessions. */
function retryClock(): { asked: number[]; held: Set<() => void>; clock: Clock } {
  const asked: number[] = [];
  const held = new Set<() => void>();
  const after: Clock['after'] = (delayMs, action) => {
    if (delayMs < RETRY_DELAY_MS) return systemClock.after(delayMs, action);
    asked.push(delayMs);
    held.add(action);
    return () => held.delete(action);
  };
  return { asked, held, clock: { ...systemClock, after } };
}

const notFound = (): RequestError => failed('SENSR_HTTP_404', 'refused', 404);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ApiVersion', () => {
  afterEach(closeAll);

  const detect = async (say: Say, change = {}): Promise<string> => {
    const { port } = await webServer((request, response) => {
      say(request, response, split(request.url)[0]);
    });
    return new ApiVersion(openSession(port, { connections: 20, ...change }), '').get();
  };

  it('takes what is configured as it is, and asks nobody', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, 'v9-beta');
    assert.equal(version.current, 'v9-beta');
    version.forget();
    assert.equal(await version.get(), 'v9-beta');
    assert.equal(asked.length, 0);
  });

  for (const candidate of CANDIDATES)
    it(`finds ${candidate} where it is the only one`, async () => {
      assert.equal(await detect(knowing([candidate])), candidate);
    });

  it('finds a version over a single connection', async () => {
    assert.equal(await detect(knowing(['v2.0']), { connections: 1 }), 'v2.0');
  });

  it('prefers the newest edition that is known to one that may come, and both to the older generation', async () => {
    assert.equal(await detect(knowing(['2.4', '3.0', '3.4', 'v3.5', '4.0'])), 'v3.5');
    assert.equal(await detect(knowing(['2.4', '4.0', 'latest'])), '4.0');
    assert.equal(await detect(knowing(['2.4', 'latest'])), 'latest');
  });

  it('takes the first of its list where the server takes any', async () => {
    assert.equal(await detect((_, response) => response.end('1')), CANDIDATES[0]);
  });

  it('finds 2.4, which has no parameters, by its results', async () => {
    assert.equal(await detect(knowing(['2.4', 'v2.0'], '/results/health')), '2.4');
  });

  it('finds that paths have no version, as in 2.0 and 2.1', async () => {
    const version = await detect((request, response) => {
      const isKnown = request.url === '/settings/algorithm/list?node-type=master&node-uri=common';
      response.writeHead(isKnown ? 200 : 404).end('{}');
    });
    assert.equal(version, '');
  });

  it('remembers an empty version too', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, '');
    const found = version.get();
    for (const count of [CANDIDATES.length, 2 * CANDIDATES.length]) {
      await until(() => asked.length === count);
      for (const one of asked) one.fail(notFound());
    }
    await until(() => asked.length === 2 * CANDIDATES.length + 1);
    asked.at(-1)?.yes('{}');
    assert.equal(await found, '');
    assert.equal(version.current, '');
    assert.equal(await version.get(), '');
    assert.equal(asked.length, 2 * CANDIDATES.length + 1);
  });

  it('asks for all candidates at once, as probes without retries', async () => {
    const { asked, session } = slowSession();
    const found = new ApiVersion(session, '').get();
    assert.deepEqual(
      asked.map(({ path }) => path),
      CANDIDATES.map((version) => `/${version}${PARAMETERS}`),
    );
    for (const { request } of asked)
      assert.deepEqual([request.method, request.timeout, request.retry], ['GET', 'probe', false]);
    asked[0]?.yes();
    await found;
  });

  it('waits for the more preferred ones whatever answers first, and gives up the rest', async () => {
    const { asked, session } = slowSession();
    let found: string | undefined;
    const done = new ApiVersion(session, '').get().then((version) => (found = version));
    asked[5]?.yes();
    asked[3]?.yes();
    asked[0]?.fail(notFound());
    asked[1]?.fail(notFound());
    await turn();
    assert.equal(found, undefined);
    asked[2]?.fail(notFound());
    await done;
    assert.equal(found, CANDIDATES[3]);
    for (const { request } of asked.slice(4)) assert.equal(request.signal?.aborted, true);
  });

  it('takes a page for no answer of SENSR', async () => {
    const page = '\n<!DOCTYPE html><html><title>Welcome</title></html>';
    const say: Say = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    await assert.rejects(detect(say), { code: 'SENSR_BAD_RESPONSE' });
    const { asked, session } = slowSession();
    const found = new ApiVersion(session, '').get();
    asked[0]?.yes(page);
    asked[1]?.yes();
    assert.equal(await found, CANDIDATES[1]);
  });

  it('says what was tried and what to do if nothing fits, and tries again when asked again', async () => {
    let versions: readonly string[] = [];
    const { port, seen } = await webServer((request, response) => {
      knowing(versions)(request, response);
    });
    const version = new ApiVersion(openSession(port), '');
    await assert.rejects(version.get(), (error: SensrError) => {
      assert.equal(error.code, 'SENSR_BAD_RESPONSE');
      assert.match(error.message, new RegExp(`^http://127.0.0.1:${port}: expected SENSR's REST API`));
      assert.match(error.message, /3\.5, v3\.5, .*enter the API version in the server's settings$/);
      return true;
    });
    assert.equal(seen.length, 2 * CANDIDATES.length + 1);
    assert.equal(version.current, undefined);
    versions = ['3.4'];
    assert.equal(await version.get(), '3.4');
  });

  for (const status of [401, 403, 429, 500, 503])
    it(`rejects with what the server says when that is ${status}`, async () => {
      const say: Say = (_, response) => response.writeHead(status).end();
      await assert.rejects(detect(say), { code: `SENSR_HTTP_${status}` });
    });

  it('takes a version that answers beside others that are in trouble', async () => {
    const say: Say = (_, response, version) => response.writeHead(version === '3.2' ? 200 : 500).end('1');
    assert.equal(await detect(say), '3.2');
  });

  it('rejects with the error itself when nobody listens', async () => {
    const version = new ApiVersion(openSession(await unusedPort()), '');
    await assert.rejects(version.get(), { code: 'SENSR_UNREACHABLE' });
  });

  it('rejects with the error itself when the certificate is wrong, after one round of connections', async () => {
    const { key, cert } = makeCertificate({ name: 'own', addresses: ['127.0.0.1'] });
    const { port, connections } = await webServer((_, response) => response.end(), { key, cert });
    const session = openSession(port, { secure: { checkServerName: true }, connections: 2 });
    await assert.rejects(new ApiVersion(session, '').get(), { code: 'SENSR_TLS' });
    assert.ok(connections.ever <= 4, `${connections.ever} connections`);
  });

  it('takes one time limit for a server that hangs', async () => {
    const port = await tcpServer((socket) => socket.resume());
    const session = openSession(port, { connections: 20, responseTimeoutMs: 300 });
    const startMs = performance.now();
    await assert.rejects(new ApiVersion(session, '').get(), { code: 'SENSR_TIMEOUT' });
    assert.ok(performance.now() - startMs < 600);
  });

  it('takes one time limit for a server to which no connection comes about, over few connections too', async () => {
    const port = await tcpServer((socket) => socket.resume());
    const secure = { checkServerName: true };
    const session = openSession(port, { connections: 1, connectTimeoutMs: 100, secure });
    const startMs = performance.now();
    await assert.rejects(new ApiVersion(session, '').get(), { code: 'SENSR_TIMEOUT' });
    assert.ok(performance.now() - startMs < 600);
  });

  it('finds the version of a server that hangs for all others', async () => {
    const say: Say = (_, response, version) => version === 'v3.4' && response.end('1');
    assert.equal(await detect(say, { responseTimeoutMs: 200 }), 'v3.4');
  });

  it('detects once for all who ask at the same time, and remembers', async () => {
    const { port, seen } = await webServer(knowing(['v2.0']));
    const version = new ApiVersion(openSession(port), '');
    assert.deepEqual(await Promise.all([version.get(), version.get(), version.get()]), Array(3).fill('v2.0'));
    assert.equal(await version.get(), 'v2.0');
    assert.equal(version.current, 'v2.0');
    assert.equal(seen.length, CANDIDATES.length);
    version.forget();
    assert.equal(version.current, undefined);
    await version.get();
    assert.equal(seen.length, 2 * CANDIDATES.length);
  });

  it('goes on for the others when one of them gives up', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, '');
    const abortion = new AbortController();
    const impatient = version.get(abortion.signal);
    const patient = version.get();
    abortion.abort(new SensrError('SENSR_DROPPED', 'A newer one came'));
    await assert.rejects(impatient, { code: 'SENSR_DROPPED' });
    asked[0]?.yes();
    assert.equal(await patient, CANDIDATES[0]);
    assert.equal(asked.length, CANDIDATES.length);
  });

  it('asks nobody for one who has given up already', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, '');
    await assert.rejects(version.get(AbortSignal.abort()), { code: 'SENSR_CLOSED' });
    assert.equal(asked.length, 0);
  });

  it('does not remember what was found before it was told to forget', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, '');
    const old = version.get();
    version.forget();
    const present = version.get();
    assert.equal(asked.length, 2 * CANDIDATES.length);
    asked[CANDIDATES.length]?.fail(notFound());
    asked[CANDIDATES.length + 1]?.yes();
    assert.equal(await present, CANDIDATES[1]);
    asked[0]?.yes();
    assert.equal(await old, CANDIDATES[0]);
    assert.equal(version.current, CANDIDATES[1]);
  });

  it('rejects with SENSR_CLOSED when the session is closed meanwhile', async () => {
    const { port, seen } = await webServer(() => undefined);
    const session = openSession(port);
    const found = assert.rejects(new ApiVersion(session, '').get(), { code: 'SENSR_CLOSED' });
    await until(() => seen.length === 4);
    await session.close();
    await found;
  });

  describe('with retries', () => {
    const retrying = (port: number, change = {}) => {
      const { asked, held, clock } = retryClock();
      const session = openSession(
        port,
        { connections: 20, retries: 3, retryDelayMs: RETRY_DELAY_MS, ...change },
        clock,
        () => 1,
      );
      const isWaiting = async (): Promise<void> => {
        const limitMs = performance.now() + 5000;
        await until(() => held.size === 1 || performance.now() > limitMs);
        assert.equal(held.size, 1, 'waits for a retry');
      };
      const proceed = async (): Promise<void> => {
        await isWaiting();
        for (const action of held) action();
        held.clear();
      };
      return { asked, held, session, isWaiting, proceed, version: new ApiVersion(session, '') };
    };
    const status =
      (code: number, headers: Record<string, string> = {}): Say =>
      (_, response) =>
        response.writeHead(code, headers).end();

    const passing: readonly [what: string, say: Say][] = [
      ['breaks the connection', (request) => request.socket.resetAndDestroy()],
      ['does not answer', () => undefined],
      ...[429, 500, 502, 503, 504].map((code): [string, Say] => [`answers ${code}`, status(code)]),
    ];
    for (const [what, say] of passing)
      it(`finds the version of a server that at first ${what}`, async () => {
        let isUp = false;
        const { port } = await webServer((request, response) => {
          if (isUp) knowing(['3.4'])(request, response);
          else say(request, response, '');
        });
        const { asked, isWaiting, proceed, version } = retrying(port, { responseTimeoutMs: 300 });
        const found = version.get();
        await proceed();
        await isWaiting();
        isUp = true;
        await proceed();
        assert.equal(await found, '3.4');
        assert.deepEqual(asked, [RETRY_DELAY_MS, 2 * RETRY_DELAY_MS]);
      });

    it('finds the version of a server that comes up late', async () => {
      const port = await unusedPort();
      const { isWaiting, proceed, version } = retrying(port);
      const found = version.get();
      await isWaiting();
      const server = http.createServer(knowing(['3.4'])).listen(port, '127.0.0.1');
      await once(server, 'listening');
      await proceed();
      assert.equal(await found, '3.4');
      server.closeAllConnections();
      server.close();
    });

    it('gives up when they are used up, and says how often it tried', async () => {
      const { port, seen } = await webServer((_, response) => response.writeHead(503).end());
      const { asked, proceed, version } = retrying(port, { retries: 2 });
      const failure = failureOf(version.get());
      await proceed();
      await proceed();
      const { code, attempts, message } = await failure;
      assert.deepEqual([code, attempts], ['SENSR_HTTP_503', 3]);
      assert.match(message, /^GET http.* was answered with HTTP 503 Service Unavailable \(tried 3 times\)$/);
      assert.deepEqual([asked.length, seen.length], [2, 3 * CANDIDATES.length]);
    });

    it('keeps to Retry-After, and gives up if it is longer than 30 s', async () => {
      let seconds = '15';
      const { port } = await webServer((_, response) =>
        response.writeHead(503, { 'retry-after': seconds }).end(),
      );
      const { asked, isWaiting, proceed, version } = retrying(port);
      const failure = failureOf(version.get());
      await isWaiting();
      seconds = '31';
      await proceed();
      assert.match((await failure).message, /\(tried 2 times\)\. Try again in 31 s, it says$/);
      assert.deepEqual(asked, [15_000]);
    });

    for (const [code, what] of [
      [401, 'a sign-in'],
      [403, 'a permission'],
      [501, 'another server'],
    ] as const)
      it(`asks once where that takes ${what}: ${code}`, async () => {
        const { port, seen } = await webServer((_, response) => response.writeHead(code).end());
        const { asked, version } = retrying(port);
        await assert.rejects(version.get(), { code: `SENSR_HTTP_${code}` });
        assert.deepEqual([asked.length, seen.length], [0, CANDIDATES.length]);
      });

    it('asks once where a person must help: the certificate, the name of the host, the wrong port', async () => {
      const { key, cert } = makeCertificate({ name: 'own', addresses: ['127.0.0.1'] });
      const secured = await webServer((_, response) => response.end(), { key, cert });
      const other = await webServer((_, response) => response.writeHead(404).end());
      for (const [code, { asked, version }] of [
        ['SENSR_TLS', retrying(secured.port, { secure: { checkServerName: true } })],
        ['SENSR_UNREACHABLE', retrying(80, { host: 'no-such-host.invalid' })],
        ['SENSR_BAD_RESPONSE', retrying(other.port)],
      ] as const) {
        await assert.rejects(version.get(), { code });
        assert.equal(asked.length, 0, code);
      }
    });

    it('detects once for all who ask, also while it waits', async () => {
      let isUp = false;
      const { port, seen } = await webServer((request, response) => {
        if (isUp) knowing(['v2.0'])(request, response);
        else response.writeHead(503).end();
      });
      const { isWaiting, proceed, version } = retrying(port);
      const early = [version.get(), version.get(new AbortController().signal)];
      await isWaiting();
      const late = version.get();
      isUp = true;
      await proceed();
      assert.deepEqual(await Promise.all([...early, late]), Array(3).fill('v2.0'));
      assert.equal(seen.length, 2 * CANDIDATES.length);
    });

    it('waits on for the others when one gives up, and no longer when the last one does', async () => {
      const { port, seen } = await webServer((_, response) => response.writeHead(503).end());
      const { held, session, isWaiting, version } = retrying(port);
      const abortions = [new AbortController(), new AbortController()];
      const failures = abortions.map(({ signal }) =>
        assert.rejects(version.get(signal), { code: 'SENSR_DROPPED' }),
      );
      await isWaiting();
      abortions[0]?.abort(new SensrError('SENSR_DROPPED', 'A newer one came'));
      await failures[0];
      assert.deepEqual([held.size, session.statistics().pending], [1, 1]);
      abortions[1]?.abort(new SensrError('SENSR_DROPPED', 'A newer one came'));
      await failures[1];
      await until(() => session.statistics().pending === 0);
      assert.deepEqual([held.size, seen.length], [0, CANDIDATES.length]);
    });

    it('rejects with SENSR_CLOSED when the session is closed while it waits', async () => {
      const { port } = await webServer((_, response) => response.writeHead(503).end());
      const { held, session, isWaiting, version } = retrying(port);
      const failure = failureOf(version.get());
      await isWaiting();
      await session.close();
      assert.equal((await failure).code, 'SENSR_CLOSED');
      assert.equal(held.size, 0);
    });
  });

  it('ends the probes when the last one gives up, and begins anew for the next', async () => {
    const { asked, session } = slowSession();
    const version = new ApiVersion(session, '');
    const abortion = new AbortController();
    const impatient = version.get(abortion.signal);
    abortion.abort();
    await assert.rejects(impatient, { code: 'SENSR_CLOSED' });
    for (const { request } of asked) assert.equal(request.signal?.aborted, true);
    const patient = version.get();
    assert.equal(asked.length, 2 * CANDIDATES.length);
    asked[CANDIDATES.length]?.yes();
    assert.equal(await patient, CANDIDATES[0]);
  });
});
