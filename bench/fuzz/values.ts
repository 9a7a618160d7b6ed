/** Gives odd REST answers to the parsers and odd saved configurations to the nodes' readers: refused or read, never worse. */
import fc from 'fast-check';
import { OPERATIONS } from '../../lib/api/operations';
import { parseAnswer } from '../../lib/api/parse-answer';
import { SensrError, messageOf, type ErrorCode } from '../../lib/errors';
import { nodeOptions } from '../../nodes/health/hub-options';
import { PROPERTIES as HEALTH } from '../../nodes/health/properties';
import { readProperties } from '../../nodes/common/read-properties';
import { PROPERTIES as API } from '../../nodes/sensr-api/properties';
import { PROPERTIES as CONFIG } from '../../nodes/sensr-config/properties';
import { serverOptions } from '../../nodes/sensr-config/server-options';
import { PROPERTIES as STREAM } from '../../nodes/sensr-stream/properties';
import { subscriptionOptions } from '../../nodes/sensr-stream/subscription-options';

const LIMIT_MS = 50;

const nameOfPart = fc.constantFrom(
  ...['id', 'name', 'points', 'point', 'time', 'timestamp', 'states', 'locations', 'objects', 'objectIds'],
  ...['nodes', 'master', 'sensors', 'edges', 'status', 'min_z', 'max_z', 'pbox', 'type', '__proto__'],
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.integer(), fc.double(), fc.string({ maxLength: 20 }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(nameOfPart, tie('value'), { maxKeys: 6 }),
  ),
}));

const DEEP = 100_000;
const answerText = fc.oneof(
  json.value.map((value) => JSON.stringify(value)),
  fc.tuple(json.value, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })).map(([value, at, inserted]) => {
    const text = JSON.stringify(value);
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + inserted + (at % 3 === 0 ? '' : text.slice(cut));
  }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.constantFrom(
    '',
    ' ',
    '"',
    '"1003',
    '<html>',
    'Failed to',
    'No sensors',
    'NaN',
    '-',
    '1e999',
    '0x10',
    '{}',
    '[]',
  ),
  fc.constant('['.repeat(DEEP)),
  fc.constant(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`),
  fc.constant(`"${'\\u0000'.repeat(DEEP)}"`),
);

const ANSWERED = OPERATIONS.filter(({ answer }) => answer !== 'report');

export function fuzzAnswers(runs: number, seed: number): void {
  fc.assert(
    fc.property(fc.constantFrom(...ANSWERED), answerText, (operation, text) => {
      expectOnly('SENSR_BAD_RESPONSE', () => parseAnswer(operation, text));
    }),
    { numRuns: runs, seed },
  );
}

const oddValue = fc.oneof(
  { weight: 3, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.integer().map(String), fc.boolean()) },
  fc.constantFrom(undefined, null, '', 'true', '0', '-1', '1e3', ' 5 ', '__proto__', '${HOME}', '* * * * *'),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.oneof(fc.integer(), fc.string({ maxLength: 8 }), fc.constant(null)), { maxLength: 4 }),
  fc.object({ maxDepth: 2 }),
);

type Saved = Readonly<Record<string, unknown>>;
const around = { credentials: {}, environment: {} };
const READERS: readonly (readonly [table: object, read: (saved: Saved) => unknown])[] = [
  [STREAM, subscriptionOptions],
  [API, (saved) => readProperties(API, saved)],
  [CONFIG, (saved) => serverOptions({ host: 'sensr.local', ...saved }, around)],
  [HEALTH, (saved) => nodeOptions(saved, {})],
];

/** One wrong property hides all others, so mostly few of them are odd. */
export function fuzzSaved(runs: number, seed: number): void {
  const choices = READERS.map(([table, read]) =>
    fc
      .dictionary(fc.constantFrom(...Object.keys(table), '__proto__', 'id'), oddValue, { maxKeys: 3 })
      .map((saved) => ({ saved, read })),
  );
  fc.assert(
    fc.property(fc.oneof(...choices), ({ saved, read }) => {
      expectOnly('SENSR_BAD_CONFIG', () => read(saved));
    }),
    { numRuns: runs, seed },
  );
}

/** What another thread of the process, or the compiler, took counts too: only what is slow each time is slow. */
const LOOKS = 5;

function expectOnly(code: ErrorCode, run: () => unknown): void {
  let tookMs = Infinity;
  for (let look = 0; look < LOOKS && tookMs > LIMIT_MS; look += 1)
    tookMs = Math.min(tookMs, cpuMsOf(code, run));
  if (tookMs > LIMIT_MS) throw new Error(`Took ${tookMs} ms`);
}

function cpuMsOf(code: ErrorCode, run: () => unknown): number {
  const start = process.cpuUsage();
  try {
    run();
  } catch (error) {
    if (!(error instanceof SensrError) || error.code !== code)
      throw new Error(`Expected ${code} or a value, got ${messageOf(error)}`, { cause: error });
    if (error.message.length > 2000) throw new Error(`An error of ${error.message.length} characters`);
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
