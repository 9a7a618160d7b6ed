/** Tries a server's settings: REST, version, both sockets, TLS, each with its result and the reason. Opens and closes all it needs. */
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls';
import { systemClock, type Clock } from '../../lib/clock';
import { SensrError, codeOf, messageOf } from '../../lib/errors';
import { Server, type ServerOptions } from '../../lib/server/server';
import type { SocketKind, SocketStatus } from '../../lib/thread/protocol';
import { tlsConnectOptions } from '../../lib/tls-options';

export type CheckName = 'rest' | 'version' | 'output' | 'points' | 'tls';

/** One line of the result. `text` is a reason for a person; `key` and `values` a text of the catalogue. */
export interface CheckResult {
  readonly check: CheckName;
  readonly ok: boolean;
  readonly key?: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly code?: string;
}

/** @returns the results, in the order of the ports as a person would check them */
export async function testConnection(
  options: ServerOptions,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<readonly CheckResult[]> {
  const server = new Server(options, { onStatus: nothing, onProblem: nothing, onOverflow: nothing });
  try {
    const [rest, output, points, tls] = await Promise.all([
      restCheck(server, signal, clock),
      socketCheck(server, 'output', options, clock),
      socketCheck(server, 'points', options, clock),
      tlsCheck(options, clock),
    ]);
    return [...rest, output, points, ...tls];
  } finally {
    await server.close();
  }
}

const nothing = (): void => undefined;

const failed = (check: CheckName, error: unknown): CheckResult => ({
  check,
  ok: false,
  text: messageOf(error),
  code: codeOf(error) ?? 'SENSR_UNREACHABLE',
});

async function restCheck(server: Server, signal: AbortSignal, clock: Clock): Promise<CheckResult[]> {
  const startMs = clock.monotonicMs();
  try {
    const prepared = server.api.prepare('health.get', {}, undefined);
    await server.api.run(prepared, { cacheMs: 0, signal });
  } catch (error) {
    return [failed('rest', error)];
  }
  const ms = Math.round(clock.monotonicMs() - startMs);
  const rest: CheckResult = { check: 'rest', ok: true, key: 'answered', values: { ms } };
  try {
    const version = await server.api.checkVersion(signal);
    return [
      rest,
      { check: 'version', ok: true, key: version === '' ? 'noPrefix' : 'version', values: { version } },
    ];
  } catch (error) {
    return [rest, failed('version', error)];
  }
}

/** A socket is fine when it is open; what it answers with is the stream's matter. */
function socketCheck(
  server: Server,
  kind: SocketKind,
  { connectTimeoutMs }: ServerOptions,
  clock: Clock,
): Promise<CheckResult> {
  const startMs = clock.monotonicMs();
  return new Promise((resolve) => {
    const settle = (result: CheckResult): void => {
      stopTimer();
      resolve(result);
    };
    // The socket has a limit of its own; this one is for a thread that does not start.
    const stopTimer = clock.after(connectTimeoutMs + THREAD_START_MS, () => {
      settle(failed(kind, new SensrError('SENSR_TIMEOUT', `${kind}: expected an answer, got none`)));
    });
    server.listen(
      kind,
      { parts: 0, queueFrames: 1, queueBytes: 1, protectEvents: false, keepEvents: false },
      {
        onFrames: nothing,
        onStatus: ({ state, reason }: SocketStatus) => {
          const ms = Math.round(clock.monotonicMs() - startMs);
          if (state === 'open') settle({ check: kind, ok: true, key: 'connected', values: { ms } });
          else if (state === 'waiting' && reason)
            settle({ check: kind, ok: false, text: reason.message, code: reason.code });
        },
      },
    );
  });
}

const THREAD_START_MS = 5000;

/** Says whose certificate it is and how long it lasts; whether it is accepted, the other checks say. */
async function tlsCheck(options: ServerOptions, clock: Clock): Promise<CheckResult[]> {
  const { secure, host, http, connectTimeoutMs } = options;
  if (!secure) return [];
  const certificate = await certificateOf(
    {
      host,
      port: http.port,
      ...tlsConnectOptions({ ...secure, checkServerName: false }, host),
      rejectUnauthorized: false,
    },
    connectTimeoutMs,
    clock,
  );
  if (!certificate?.subject) return [];
  const daysLeft = Math.floor((Date.parse(certificate.valid_to) - clock.wallMs()) / MS_PER_DAY);
  const name = [certificate.subject.CN].flat()[0] ?? '';
  return [
    {
      check: 'tls',
      ok: daysLeft >= 0,
      key: daysLeft >= 0 ? 'certificate' : 'certificateExpired',
      values: { name, days: Math.abs(daysLeft) },
      ...(daysLeft >= 0 ? {} : { code: 'SENSR_TLS' }),
    },
  ];
}

const MS_PER_DAY = 86_400_000;

function certificateOf(
  options: ConnectionOptions,
  limitMs: number,
  clock: Clock,
): Promise<PeerCertificate | undefined> {
  return new Promise((resolve) => {
    // eslint-disable-next-line prefer-const -- the handlers below need it before it is there
    let socket: TLSSocket;
    const settle = (certificate: PeerCertificate | undefined): void => {
      stopTimer();
      socket.destroy();
      resolve(certificate);
    };
    const stopTimer = clock.after(limitMs, () => {
      settle(undefined);
    });
    socket = connect(options, () => {
      settle(socket.getPeerCertificate());
    });
    // Why it failed, the check of REST tells in better words.
    socket.on('error', () => {
      settle(undefined);
    });
  });
}
