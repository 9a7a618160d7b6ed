import assert from 'node:assert/strict';
import { AnswerCache } from '../../../lib/api/cache';
import type { HttpAnswer } from '../../../lib/http/request';
import { codeOf, SensrError } from '../../../lib/errors';
import { FakeClock } from '../../helpers/fake-clock';
import { answer, deferred, settled, type Deferred } from './helpers/fake-session';

function setup(maxBytes?: number) {
  const clock = new FakeClock();
  const cache = new AnswerCache(clock, maxBytes);
  const fetches: Deferred<HttpAnswer>[] = [];
  const signals: AbortSignal[] = [];
  const read = (change: { key?: string; noun?: string; maxAgeMs?: number; signal?: AbortSignal } = {}) =>
    cache
      .read({
        key: 'k',
        noun: 'zones',
        maxAgeMs: 1000,
        signal: undefined,
        fetch: (signal) => {
          const fetch = deferred<HttpAnswer>();
          fetches.push(fetch);
          signals.push(signal);
          return fetch.promise;
        },
        ...change,
      })
      .then(
        ({ answer: { text }, cached }) => `${text}${cached ? ' kept' : ''}`,
        (error: unknown) => String(codeOf(error)),
      );
  /** Reads, and answers when it was asked for. */
  const readAs = async (text: string, change: Parameters<typeof read>[0] = {}): Promise<string> => {
    const before = fetches.length;
    const result = read(change);
    if (fetches.length > before) fetches.at(-1)!.resolve(answer(text));
    return result;
  };
  return { clock, cache, fetches, signals, read, readAs };
}

describe('AnswerCache', () => {
  it('keeps an answer for as long as asked', async () => {
    const { clock, readAs } = setup();
    assert.equal(await readAs('1'), '1');
    clock.advance(999);
    assert.equal(await readAs('2'), '1 kept');
    clock.advance(1);
    assert.equal(await readAs('3'), '3');
    assert.equal(clock.pending, 0, 'without a timer');
  });

  it('gives nobody an answer that is older than they want', async () => {
    const { clock, readAs } = setup();
    await readAs('1', { maxAgeMs: 60_000 });
    clock.advance(5000);
    assert.equal(await readAs('2', { maxAgeMs: 10_000 }), '1 kept');
    assert.equal(await readAs('3', { maxAgeMs: 1000 }), '3');
  });

  it('tells requests apart by their key', async () => {
    const { readAs } = setup();
    await readAs('1', { key: 'a' });
    assert.equal(await readAs('2', { key: 'b' }), '2');
  });

  it('sends one request for all that ask the same at the same time', async () => {
    const { fetches, read } = setup();
    const results = Promise.all([read(), read(), read()]);
    assert.equal(fetches.length, 1);
    fetches[0]!.resolve(answer('1'));
    assert.deepEqual(await results, ['1', '1 kept', '1 kept']);
  });

  it('keeps no failure, which all who wait share', async () => {
    const { fetches, read, readAs } = setup();
    const results = Promise.all([read(), read()]);
    fetches[0]!.reject(new SensrError('SENSR_TIMEOUT', 'no answer'));
    assert.deepEqual(await results, ['SENSR_TIMEOUT', 'SENSR_TIMEOUT']);
    assert.equal(await readAs('2'), '2');
  });

  it('goes on for the others when one gives up, and ends with the last of them', async () => {
    const { fetches, signals, read, readAs } = setup();
    const [first, second] = [new AbortController(), new AbortController()];
    const results = [read({ signal: first.signal }), read({ signal: second.signal })];
    first.abort(new SensrError('SENSR_CLOSED', 'closed'));
    assert.equal(await results[0], 'SENSR_CLOSED');
    assert.equal(signals[0]!.aborted, false);
    second.abort(new Error('whatever'));
    assert.equal(await results[1], 'SENSR_CLOSED');
    assert.deepEqual([signals[0]!.aborted, codeOf(signals[0]!.reason)], [true, 'SENSR_CLOSED']);
    assert.equal(await readAs('new'), 'new', 'nobody joins what was given up');
    fetches[0]!.resolve(answer('late'));
    await settled();
    assert.equal(await readAs('3'), 'new kept');
  });

  it('lets one who has its answer give up without harm', async () => {
    const { fetches, signals, read } = setup();
    const abortion = new AbortController();
    const result = read({ signal: abortion.signal });
    fetches[0]!.resolve(answer('1'));
    assert.equal(await result, '1');
    abortion.abort();
    assert.equal(signals[0]!.aborted, false);
  });

  it('asks nothing for one who has given up already', async () => {
    const { fetches, read } = setup();
    assert.equal(await read({ signal: AbortSignal.abort() }), 'SENSR_CLOSED');
    assert.equal(fetches.length, 0);
  });

  it('is emptied by noun, or wholly', async () => {
    const { cache, readAs } = setup();
    const both = async (text: string) => [
      await readAs(text, { key: 'z' }),
      await readAs(text, { key: 's', noun: 'sensors' }),
    ];
    await both('1');
    cache.empty(['zones']);
    assert.deepEqual(await both('2'), ['2', '1 kept']);
    cache.empty(['*']);
    assert.deepEqual(await both('3'), ['3', '3']);
    assert.ok(cache.bytes > 0);
    cache.empty(['zones', 'sensors']);
    assert.equal(cache.bytes, 0);
  });

  for (const nouns of [['zones'], ['*']])
    it(`keeps no answer to what was asked before ${nouns.join()} was emptied, and nobody joins that request`, async () => {
      const { cache, fetches, read, readAs } = setup();
      const early = read();
      cache.empty(nouns);
      const late = read();
      assert.equal(fetches.length, 2);
      fetches[1]!.resolve(answer('new'));
      assert.equal(await late, 'new');
      fetches[0]!.resolve(answer('old'));
      assert.equal(await early, 'old');
      assert.equal(await readAs('x'), 'new kept');
    });

  it('keeps no answer to what was asked before it was emptied, also when nobody asked since', async () => {
    const { cache, fetches, read, readAs } = setup();
    const early = read();
    cache.empty(['zones']);
    fetches[0]!.resolve(answer('old'));
    await early;
    assert.equal(await readAs('new'), 'new');
  });

  it('keeps what was asked while another noun was emptied', async () => {
    const { cache, fetches, read, readAs } = setup();
    const early = read();
    cache.empty(['sensors']);
    fetches[0]!.resolve(answer('1'));
    await early;
    assert.equal(await readAs('2'), '1 kept');
  });

  it('is bounded by bytes: what was used longest ago goes, and what is too large is not kept', async () => {
    const { cache, readAs } = setup(10_000);
    const text = 'x'.repeat(3000);
    for (const key of ['a', 'b', 'c']) await readAs(text, { key });
    assert.ok(cache.bytes <= 10_000 && cache.bytes > 6000);
    assert.equal(await readAs('new', { key: 'c' }), `${text} kept`);
    assert.equal(await readAs('new', { key: 'a' }), 'new');
    await readAs('ü'.repeat(5000), { key: 'd' });
    assert.equal(await readAs('again', { key: 'd' }), 'again');
  });
});
