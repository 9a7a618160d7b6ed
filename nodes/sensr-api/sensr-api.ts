/** The API node: each message becomes one request, through the node's queue and the server's pool. */
import type { Node } from 'node-red';
import type { ApiAnswer } from '../../lib/api/api-client';
import { RequestQueue } from '../../lib/api/request-queue';
import { systemClock } from '../../lib/clock';
import { SensrError, codeOf } from '../../lib/errors';
import { RequestError } from '../../lib/http/request-error';
import type { Server } from '../../lib/server/server';
import { RateMeter } from '../../lib/stream/rate-meter';
import { secondsToMs } from '../../lib/units';
import { onClose } from '../common/close';
import { withServer } from '../common/config-user';
import { onInputAsync, type InputMessage } from '../common/input';
import { reportError } from '../common/messages';
import { migrate } from '../common/migrate';
import { readProperties, type ValuesOf } from '../common/read-properties';
import type { Red, SavedNode } from '../common/red-types';
import { StatusLine } from '../common/status';
import { MIGRATIONS } from './migrations';
import { PROPERTIES } from './properties';
import { evaluateFor, requestFromMessage, type Asked, type Evaluate } from './request-from-message';
import { statusLine, type LastRequest, type StatusText } from './status-line';

const DROPS_WINDOW_MS = 60_000;
const STATUS_PERIOD_MS = 1000;

export = (red: Red): void => {
  function SensrApi(this: Node, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const status = new StatusLine(this, systemClock);
    const text: StatusText = (key, values) => red._(`sensr-api.status.${key}`, values);
    const texts = { noServer: text('noServer'), badConfig: text('badConfig') };
    withServer(red, this, { saved, status, texts }, (server) => {
      const options = readProperties(PROPERTIES, migrate(saved, MIGRATIONS));
      run(this, { server, options, evaluate: evaluateFor(red, this), status, text });
    });
  }
  red.nodes.registerType('sensr-api', SensrApi);
};

interface Parts {
  readonly server: Server;
  readonly options: ValuesOf<typeof PROPERTIES>;
  readonly evaluate: Evaluate;
  readonly status: StatusLine;
  readonly text: StatusText;
}

function run(node: Node, { server, options, evaluate, status, text }: Parts): void {
  const { queueSize, concurrency, allowWrites, applyChanges } = options;
  const cacheMs = secondsToMs(options.cacheSeconds);
  const queue = new RequestQueue<ApiAnswer>({ queueSize, concurrency });
  const drops = new RateMeter(DROPS_WINDOW_MS);
  let last: LastRequest | undefined;
  let applying = 0;

  const showStatus = (): void => {
    const { running, waiting, dropped } = queue.counts;
    const droppedInLastMinute = drops.read(systemClock.monotonicMs(), dropped).grown;
    status.show(statusLine({ running, waiting, droppedInLastMinute, applying: applying > 0, last }, text));
  };
  showStatus();
  // Drops leave the status a minute later, when nothing else happens.
  const stopStatus = systemClock.every(STATUS_PERIOD_MS, showStatus);

  const answerTo = async (asked: Asked): Promise<ApiAnswer> => {
    const { operation, params, payload, key } = asked;
    // Checked before it waits: a mistake is told at once, whatever the queue holds.
    const prepared = server.api.prepare(operation, params, payload);
    if (prepared.writes && !allowWrites)
      throw new SensrError(
        'SENSR_BAD_REQUEST',
        `${operation}: expected a node that may change SENSR, got one where 'Allow changes' is not ticked`,
      );
    const answer = queue.add({
      bytes: prepared.bytes,
      ...(key === undefined ? {} : { key }),
      run: (signal) => server.api.run(prepared, { cacheMs, signal }),
    });
    showStatus();
    const settled = await answer;
    if (applyChanges && prepared.needsApply) applyLater(operation);
    return settled;
  };

  const applyLater = (operation: string): void => {
    applying += 1;
    server.api.applyLater((error, writes) => {
      applying -= 1;
      if (error === undefined) last = { applied: writes };
      else {
        last = { operation: 'commands.apply', code: error.code };
        // Each of the writes is told; once is enough for a person.
        if (error !== toldOf) tellOfApply(error, operation, writes);
        toldOf = error;
      }
      showStatus();
    });
  };
  let toldOf: SensrError | undefined;
  const tellOfApply = (error: SensrError, after: string, writes: number): void => {
    const { name } = server.options;
    reportError(node, error, {
      topic: `${name}/commands.apply`,
      sensr: { server: name, operation: 'commands.apply', after, writes },
    });
  };

  onInputAsync(node, async (message, send) => {
    const about: About = { server: server.options.name, operation: options.operation };
    try {
      const asked = await requestFromMessage(options, message, evaluate);
      about.operation = asked.operation;
      const answer = await answerTo(asked);
      last = { operation: asked.operation, durationMs: answer.durationMs, cached: answer.cached };
      send(answered(message, about, answer));
    } catch (error) {
      last = { operation: about.operation, code: codeOf(error) ?? 'SENSR_BAD_REQUEST' };
      // Catch gets the message: with what is known about the request that failed.
      message['sensr'] = { ...about, ...failureOf(error) };
      throw error;
    } finally {
      showStatus();
    }
  });
  onClose(node, () => {
    stopStatus();
    status.close();
    return queue.close();
  });
}

interface About {
  readonly server: string;
  operation: string;
}

function answered(message: InputMessage, about: About, answer: ApiAnswer): InputMessage {
  const { payload, statusCode, headers, durationMs: duration, attempts, cached, errors } = answer;
  return Object.assign(message, {
    payload,
    statusCode,
    headers,
    // Parts of a list or a report that could not be had.
    sensr: { ...about, duration, attempts, cached, ...(errors ? { errors } : {}) },
  });
}

/** Of a request that was made: how long and how often it was tried, and whether SENSR may have carried it out. */
function failureOf(error: unknown): object {
  if (!(error instanceof RequestError)) return { outcome: 'notSent' };
  const { outcome, attempts, durationMs: duration, statusCode, body } = error;
  return { outcome, attempts, duration, ...(statusCode === undefined ? {} : { statusCode, body }) };
}
