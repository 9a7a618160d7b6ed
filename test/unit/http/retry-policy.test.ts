import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Failure } from '../../../lib/http/failure';
import type { Method } from '../../../lib/http/request';
import { retryAfterMs, retryDelayMs } from '../../../lib/http/retry-policy';

const LIMITS = { retries: 3, retryDelayMs: 300 };
const failure = (change: Partial<Failure>): Failure => ({
  code: 'SENSR_UNREACHABLE',
  message: '',
  outcome: 'unknown',
  passes: true,
  ...change,
});
const METHODS: readonly Method[] = ['GET', 'HEAD', 'DELETE', 'PUT', 'POST', 'PATCH'];
const REPEATABLE: readonly Method[] = ['GET', 'HEAD', 'DELETE'];

describe('retryDelayMs', () => {
  for (const method of METHODS) {
    const isRepeatable = REPEATABLE.includes(method);
    const delay = (change: Partial<Failure>): number | undefined =>
      retryDelayMs(method, failure(change), 1, LIMITS, undefined, 1);

    it(`repeats ${method} that never reached the server`, () => {
      assert.equal(delay({ outcome: 'notSent' }), 300);
    });

    for (const outcome of ['unknown', 'refused'] as const)
      it(`${isRepeatable ? 'repeats' : 'never repeats'} ${method} whose outcome is ${outcome}`, () => {
        assert.equal(delay({ outcome }), isRepeatable ? 300 : undefined);
      });

    it(`never repeats ${method} after what does not pass by itself`, () => {
      for (const outcome of ['notSent', 'unknown', 'refused'] as const)
        assert.equal(delay({ outcome, passes: false }), undefined);
    });
  }

  it('doubles with each attempt, until the retries are used up', () => {
    const delays = [1, 2, 3, 4].map((attempt) =>
      retryDelayMs('GET', failure({}), attempt, LIMITS, undefined, 1),
    );
    assert.deepEqual(delays, [300, 600, 1200, undefined]);
  });

  it('makes no attempt more when retries are 0', () => {
    assert.equal(
      retryDelayMs('GET', failure({}), 1, { retries: 0, retryDelayMs: 1 }, undefined, 1),
      undefined,
    );
  });

  it('draws each delay from three quarters of the full one up to it', () => {
    assert.equal(retryDelayMs('GET', failure({}), 1, LIMITS, undefined, 0), 225);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const delayMs = retryDelayMs('GET', failure({}), 1, LIMITS, undefined, random) ?? 0;
        return delayMs >= 225 && delayMs <= 300;
      }),
    );
  });

  it('waits at least as long as the server asks for', () => {
    assert.equal(retryDelayMs('GET', failure({}), 1, LIMITS, 5000, 1), 5000);
    assert.equal(retryDelayMs('GET', failure({}), 1, LIMITS, 0, 1), 300);
  });

  it('gives up when the server asks for more than 30 s', () => {
    assert.equal(retryDelayMs('GET', failure({}), 1, LIMITS, 30_000, 1), 30_000);
    assert.equal(retryDelayMs('GET', failure({}), 1, LIMITS, 30_001, 1), undefined);
  });
});

describe('retryAfterMs', () => {
  const NOW_MS = Date.parse('2024-05-06T07:08:09Z');

  for (const [header, expected] of [
    ['2', 2000],
    [' 10 ', 10_000],
    ['0', 0],
    ['Mon, 06 May 2024 07:08:19 GMT', 10_000],
    ['Mon, 06 May 2024 07:08:00 GMT', 0],
    [['3', '5'], 3000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const)
    it(`reads ${JSON.stringify(header) ?? 'no header'} as ${expected ?? 'nothing'}`, () => {
      assert.equal(retryAfterMs(header, NOW_MS), expected);
    });
});
