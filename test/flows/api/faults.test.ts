import assert from 'node:assert/strict';
import type { Fault } from '../../../simulator/faults';
import { startSimulator, type Simulator } from '../../../simulator/server';
import { startEmbeddedNodeRed, type EmbeddedNodeRed } from '../../helpers/embedded-node-red';
import { makeCertificate } from '../../unit/socket/helpers/certificates';
import { Asker, flowFor, type Ending } from './helpers';

const ZONE = {
  name: 'dock',
  vertices: [
    [0, 0],
    [4, 0],
    [4, 4],
  ],
};
/** Two, as the busiest quiet site has. */
const ZONES_BEFORE = 2;
/** Long enough for loopback, short enough for a test that lets it run out. */
const TIMEOUT_S = 0.4;

/** Every point of an exchange where it can break, and what the flow must then know. */
const POINTS: readonly (readonly [what: string, fault: Fault, code: RegExp, outcome: string | undefined])[] =
  [
    ['a 503 before', { name: 'httpStatus', status: 503 }, /SENSR_HTTP_503/, 'unknown'],
    ['a 503 after', { name: 'httpStatus', status: 503, afterHandling: true }, /SENSR_HTTP_503/, 'unknown'],
    [
      'a 503 with Retry-After',
      { name: 'httpStatus', status: 503, retryAfter: 0 },
      /SENSR_HTTP_503/,
      'unknown',
    ],
    ['a 400', { name: 'httpStatus', status: 400 }, /SENSR_HTTP_400/, 'refused'],
    ['a reset before it is read', { name: 'httpReset', when: 'beforeRead' }, /SENSR_UNREACHABLE/, 'unknown'],
    ['a reset after it is read', { name: 'httpReset', when: 'afterRead' }, /SENSR_UNREACHABLE/, 'unknown'],
    [
      'a reset after it is done',
      { name: 'httpReset', when: 'afterHandling' },
      /SENSR_UNREACHABLE/,
      'unknown',
    ],
    [
      'a reset after the headers',
      { name: 'httpReset', when: 'afterHeaders' },
      /SENSR_UNREACHABLE/,
      'unknown',
    ],
    ['a reset in the body', { name: 'httpReset', when: 'midBody' }, /SENSR_UNREACHABLE/, 'unknown'],
    ['no answer', { name: 'httpHang' }, /SENSR_TIMEOUT/, 'unknown'],
    ['no answer after it is done', { name: 'httpHang', afterHandling: true }, /SENSR_TIMEOUT/, 'unknown'],
    ['a late answer', { name: 'httpDelay', ms: 3000 }, /SENSR_TIMEOUT/, 'unknown'],
    ['a truncated answer', { name: 'httpTruncate' }, /SENSR_UNREACHABLE|SENSR_BAD_RESPONSE/, 'unknown'],
    ['a page of HTML', { name: 'httpHtml' }, /SENSR_BAD_RESPONSE/, 'unknown'],
    ['a page of HTML as an error', { name: 'httpHtml', status: 502 }, /SENSR_HTTP_502/, 'unknown'],
    ['bytes that are not HTTP', { name: 'httpGarbage' }, /SENSR_BAD_RESPONSE/, 'unknown'],
    ['a redirect', { name: 'httpRedirect', to: '/elsewhere' }, /SENSR_HTTP_30\d/, undefined],
    ['a body without end', { name: 'httpEndless' }, /SENSR_BAD_RESPONSE|SENSR_TIMEOUT/, 'unknown'],
    ['a body that drips', { name: 'httpEndless', bytesPerSecond: 20 }, /SENSR_TIMEOUT/, 'unknown'],
  ];

describe('faults of the REST port', function () {
  this.timeout(30_000);
  let nodeRed: EmbeddedNodeRed;
  let simulator: Simulator;
  let asker: Asker;

  before(async () => {
    nodeRed = await startEmbeddedNodeRed();
    asker = new Asker(nodeRed);
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    nodeRed.sink.clear();
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0 });
    await asker.deploy(
      flowFor(simulator, {
        api: { allowWrites: true },
        config: { apiVersion: '3.5', responseTimeout: TIMEOUT_S, longResponseTimeout: 1, connectTimeout: 1 },
      }),
    );
  });
  afterEach(async () => {
    await nodeRed.deploy([]);
    await simulator.close();
  });

  const zones = async (): Promise<number> => {
    const { payload } = await asker.answer({ operation: 'zones.list' });
    return (payload as unknown[]).length;
  };
  const create = (): Promise<Ending> => asker.ask({ operation: 'zones.create', payload: ZONE });
  const puts = (): number => simulator.requests().filter(({ method }) => method === 'PUT').length;

  for (const [what, fault, code, outcome] of POINTS)
    it(`create a zone at most once: ${what}`, async () => {
      await simulator.setFault({ ...fault, count: 1, match: { method: 'PUT' } } as Fault);
      const ending = await create();
      assert.ok(!ending.ok, JSON.stringify(ending));
      assert.match(ending.error.code, code);
      if (outcome !== undefined) assert.equal(ending.error.outcome, outcome, ending.error.message);
      if (ending.error.outcome === 'unknown') assert.match(ending.error.message, /not known whether/);
      assert.equal(puts(), 1, 'never sent again');
      const made = (await zones()) - ZONES_BEFORE;
      assert.ok(made <= 1, `${made} zones`);
      // What the flow is told never contradicts what is there.
      if (ending.error.outcome !== 'unknown') assert.equal(made, 0);
    });

  it('create a zone exactly once when the server comes up late', async () => {
    const { restPort, outputPort, pointsPort } = simulator;
    await simulator.setFault({ name: 'refuse', port: 'rest' } as never);
    await asker.deploy(
      flowFor(
        { restPort, outputPort, pointsPort },
        { api: { allowWrites: true }, config: { apiVersion: '3.5', retries: 8, retryDelay: 0.05 } },
      ),
    );
    const created = create();
    // The first attempts are refused, and certainly never reached it.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await simulator.clearFaults();
    const ending = await created;
    assert.ok(ending.ok, JSON.stringify(ending));
    assert.equal(puts(), 1);
    assert.equal(await zones(), ZONES_BEFORE + 1);
    assert.ok((ending.msg['sensr'] as { attempts: number }).attempts > 1);
  });

  for (const [what, fault] of [
    ['refuses', { name: 'refuse', port: 'rest' }],
    ['resets', { name: 'httpReset', when: 'beforeRead' }],
    ['is busy', { name: 'httpStatus', status: 503 }],
  ] as const)
    it(`create a zone exactly once while the API version is still to be found: SENSR ${what} at first`, async () => {
      await simulator.setFault(fault as Fault);
      await asker.deploy(
        flowFor(simulator, {
          api: { allowWrites: true },
          config: { apiVersion: '', retries: 8, retryDelay: 0.05 },
        }),
      );
      const created = create();
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.equal(puts(), 0);
      await simulator.clearFaults();
      const ending = await created;
      assert.ok(ending.ok, JSON.stringify(ending));
      assert.equal(puts(), 1);
      assert.equal(await zones(), ZONES_BEFORE + 1);
    });

  for (const [what, fault] of [
    ['503', { name: 'httpStatus', status: 503 }],
    ['502', { name: 'httpStatus', status: 502 }],
    ['reset', { name: 'httpReset', when: 'afterRead' }],
    ['time out', { name: 'httpHang' }],
  ] as const)
    it(`are outlived by what only reads: ${what} twice`, async () => {
      await simulator.setFault({ ...fault, count: 2 } as Fault);
      const { sensr } = await asker.answer({ operation: 'zones.list' });
      assert.equal((sensr as { attempts: number }).attempts, 3);
    });

  it('are waited for as long as Retry-After says', async () => {
    await simulator.setFault({ name: 'httpStatus', status: 503, retryAfter: 1, count: 1 } as Fault);
    const { sensr } = await asker.answer({ operation: 'zones.list' });
    const [first, second] = simulator.requests();
    assert.ok(first && second && second.time - first.time >= 990, 'a second later');
    assert.equal((sensr as { attempts: number }).attempts, 2);
  });

  it('take no memory: a body of a gigabyte', async () => {
    await simulator.setFault({ name: 'httpEndless', bytes: 2 ** 30, count: 1 } as Fault);
    await asker.deploy(
      flowFor(simulator, { config: { apiVersion: '3.5', responseTimeout: 20, retries: 0 } }),
    );
    const before = process.memoryUsage().rss;
    const { code, message } = await asker.error({ operation: 'zones.list' });
    const grownMB = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.equal(code, 'SENSR_BAD_RESPONSE');
    assert.match(message, /at most 64 MB/);
    // Twice the limit: what was kept, and the simulator's own part in this process.
    assert.ok(grownMB < 200, `${grownMB} MB`);
    await asker.answer({ operation: 'zones.list' });
  });

  for (const [what, fault, pattern] of [
    ['wrong JSON', { name: 'httpWrongJson' }, /zones\.list/],
    ['JSON of another kind', { name: 'httpWrongJson', json: { a: 1 } }, /expected a list/],
    ['a page of HTML', { name: 'httpHtml' }, /zones\.list|HTML|page/i],
    ['something that is not HTTP', { name: 'httpGarbage' }, /expected an HTTP answer/],
  ] as const)
    it(`are told apart and lose nothing else: ${what}`, async () => {
      await simulator.setFault({ ...fault, count: 1 } as Fault);
      const { code, message } = await asker.error({ operation: 'zones.list' });
      assert.equal(code, 'SENSR_BAD_RESPONSE', message);
      assert.match(message, pattern);
      assert.equal(await zones(), ZONES_BEFORE);
    });

  it('tell a TLS port and a plain one apart', async () => {
    // The other way round, and each fault of a certificate, are tests of the session.
    await simulator.close();
    simulator = await startSimulator({ outputHz: 0, pointsHz: 0, tls: selfSigned() });
    await asker.deploy(flowFor(simulator, { config: { apiVersion: '3.5', retries: 0 } }));
    const { code, message } = await asker.error({ operation: 'zones.list' });
    assert.match(`${code} ${message}`, /TLS configuration/);
  });
});

function selfSigned(): { key: string; cert: string } {
  const { key, cert } = makeCertificate({ name: 'sensr' });
  return { key, cert };
}
