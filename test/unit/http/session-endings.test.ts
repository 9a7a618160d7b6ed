import assert from 'node:assert/strict';
import type net from 'node:net';
import { SensrError } from '../../../lib/errors';
import { FakeClock } from '../../helpers/fake-clock';
import { tcpServer } from '../socket/helpers/servers';
import { closeAll, failureOf, get, openSession, until, webServer } from './helpers/sessions';

describe('HttpSession: the end of a request before its answer', () => {
  afterEach(closeAll);

  describe('signal', () => {
    it("rejects with the signal's SensrError, and gives up what it ran on", async () => {
      const { port, seen, connections } = await webServer(() => undefined);
      const session = openSession(port);
      const abortion = new AbortController();
      const failed = failureOf(session.request({ ...get(), method: 'PUT', signal: abortion.signal }));
      await until(() => seen.length === 1);
      abortion.abort(new SensrError('SENSR_DROPPED', 'A newer one came'));
      const error = await failed;
      assert.equal(error.code, 'SENSR_DROPPED');
      assert.equal(error.message, 'A newer one came. It is not known whether SENSR carried it out');
      assert.equal(error.outcome, 'unknown');
      await until(() => connections.open === 0);
      assert.equal(connections.ever, 1);
    });

    it('rejects with SENSR_CLOSED for any other reason', async () => {
      const { port } = await webServer(() => undefined);
      const error = await failureOf(
        openSession(port).request(get('/x', { signal: AbortSignal.abort(new Error('other')) })),
      );
      assert.deepEqual([error.code, error.outcome], ['SENSR_CLOSED', 'notSent']);
    });

    it('gives up the wait for a connection', async () => {
      const { port, seen } = await webServer(() => undefined);
      const session = openSession(port, { connections: 1 });
      const running = failureOf(session.request(get('/1')));
      const abortion = new AbortController();
      const waiting = failureOf(session.request(get('/2', { signal: abortion.signal })));
      await until(() => seen.length === 1);
      abortion.abort();
      assert.equal((await waiting).outcome, 'notSent');
      await session.close();
      assert.equal((await running).code, 'SENSR_CLOSED');
      assert.deepEqual(seen, ['GET /1']);
    });

    it('ends a connection that is still being made, and the next request makes its own', async () => {
      const handshakes: net.Socket[] = [];
      const port = await tcpServer((socket) => handshakes.push(socket));
      const session = openSession(port, { connections: 1, secure: { checkServerName: true } });
      const abortion = new AbortController();
      const failed = failureOf(session.request(get('/1', { signal: abortion.signal })));
      await until(() => handshakes.length === 1);
      abortion.abort();
      await failed;
      const next = failureOf(session.request(get('/2')));
      await until(() => handshakes.length === 2);
      assert.equal(session.statistics().connected, 1);
      await session.close();
      await next;
    });

    it('leaves no listener on a signal that serves many requests', async () => {
      const { port } = await webServer((_, response) => response.end());
      const session = openSession(port);
      const { signal } = new AbortController();
      let listeners = 0;
      const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
      signal.addEventListener = (...all: Parameters<typeof add>) => {
        listeners += 1;
        add.apply(signal, all);
      };
      signal.removeEventListener = (...all: Parameters<typeof remove>) => {
        listeners -= 1;
        remove.apply(signal, all);
      };
      await Promise.all(Array.from({ length: 10 }, () => session.request(get('/x', { signal }))));
      assert.equal(listeners, 0);
    });
  });

  describe('close()', () => {
    it('rejects what runs and what waits, each once, within a second of a server that hangs', async () => {
      const { port, seen, connections } = await webServer(() => undefined);
      const session = openSession(port, { connections: 10 });
      let rejections = 0;
      const all = Array.from({ length: 100 }, async (_, i) => {
        const error = await failureOf(session.request({ ...get(`/${i}`), method: 'POST' }));
        rejections += 1;
        return error;
      });
      await until(() => seen.length === 10);
      assert.equal(session.statistics().pending, 100);
      const startMs = performance.now();
      await Promise.all([session.close(), session.close()]);
      const errors = await Promise.all(all);
      assert.ok(performance.now() - startMs < 1000);
      assert.equal(rejections, 100);
      assert.ok(errors.every(({ code }) => code === 'SENSR_CLOSED'));
      assert.equal(errors.filter(({ outcome }) => outcome === 'unknown').length, 10);
      assert.equal(errors.filter(({ outcome }) => outcome === 'notSent').length, 90);
      await until(() => connections.open === 0);
      assert.deepEqual(
        { ...session.statistics(), p50Ms: 0, p99Ms: 0 },
        { connected: 0, opened: 10, pending: 0, requests: 100, errors: 100, p50Ms: 0, p99Ms: 0 },
      );
      await session.close();
    });

    it('ends the wait for a retry', async () => {
      const clock = new FakeClock();
      const { port, seen } = await webServer((_, response) => response.writeHead(503).end());
      const session = openSession(port, { retries: 3, retryDelayMs: 60_000 }, clock);
      const failed = failureOf(session.request(get()));
      await until(() => seen.length === 1 && clock.pending === 1);
      await session.close();
      assert.equal((await failed).code, 'SENSR_CLOSED');
      assert.equal(clock.pending, 0);
    });

    it('ends a connection whose TLS handshake never comes to an end', async () => {
      const handshakes: net.Socket[] = [];
      const port = await tcpServer((socket) => handshakes.push(socket.resume()));
      const session = openSession(port, { secure: { checkServerName: true } });
      const failed = failureOf(session.request(get()));
      await until(() => handshakes.length === 1);
      const startMs = performance.now();
      await session.close();
      assert.equal((await failed).outcome, 'notSent');
      assert.ok(performance.now() - startMs < 500);
      await until(() => handshakes[0]?.destroyed === true);
    });

    it('refuses what comes later', async () => {
      const { port, seen } = await webServer((_, response) => response.end());
      const session = openSession(port);
      await session.close();
      const error = await failureOf(session.request(get()));
      assert.deepEqual([error.code, error.outcome, seen.length], ['SENSR_CLOSED', 'notSent', 0]);
    });
  });
});
