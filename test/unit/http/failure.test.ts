import assert from 'node:assert/strict';
import { failureOf, type FailureContext } from '../../../lib/http/failure';

const CONTEXT: FailureContext = {
  url: 'https://sensr:9080',
  request: { method: 'PUT', path: '/settings/zone' },
  deadlineMs: 10_000,
  connectTimeoutMs: 5000,
  maxBodyBytes: 67_108_864,
};

const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code });
const broken = (error: unknown, isProven = false): ReturnType<typeof failureOf> =>
  failureOf({ kind: 'error', error, sent: true, answered: false, isProven }, CONTEXT);

describe('failureOf', () => {
  for (const code of [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  ])
    it(`knows from ${code} that the server read nothing of what was sent`, () => {
      const failure = broken(coded(code, 'alert'));
      assert.deepEqual([failure?.code, failure?.outcome, failure?.passes], ['SENSR_TLS', 'notSent', false]);
      assert.match(failure?.message ?? '', /demands a client certificate that it knows/);
    });

  it('does not know what the server read when TLS breaks in the middle', () => {
    const failure = broken(coded('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'bad record mac'));
    assert.deepEqual([failure?.code, failure?.outcome], ['SENSR_TLS', 'unknown']);
  });

  it('hints at a client certificate only where the connection never answered', () => {
    const reset = coded('ECONNRESET');
    assert.match(broken(reset)?.message ?? '', /if it demands a client certificate/);
    assert.equal(
      broken(reset, true)?.message,
      'https://sensr:9080/settings/zone broke the connection (reset)',
    );
  });

  it('tells of a host with several addresses what says most', () => {
    const error = new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]);
    const failure = failureOf({ kind: 'error', error, sent: false, answered: false }, CONTEXT);
    assert.match(failure?.message ?? '', /refused the connection: is SENSR running/);
    assert.equal(failure?.outcome, 'notSent');
  });

  it('does not try again for a host name that is unknown, but for one that cannot be looked up', () => {
    for (const [code, passes] of [
      ['ENOTFOUND', false],
      ['EAI_AGAIN', true],
      ['ECONNREFUSED', true],
      ['EHOSTUNREACH', true],
    ] as const)
      assert.equal(
        failureOf({ kind: 'error', error: coded(code), sent: false, answered: false }, CONTEXT)?.passes,
        passes,
      );
  });

  it('says nothing of an answer that is one', () => {
    const answer = { kind: 'answer', statusText: '', headers: {}, text: '' } as const;
    assert.equal(failureOf({ ...answer, statusCode: 200 }, CONTEXT), undefined);
    assert.equal(failureOf({ ...answer, statusCode: 299 }, CONTEXT), undefined);
    assert.equal(failureOf({ ...answer, statusCode: 300 }, CONTEXT)?.code, 'SENSR_HTTP_300');
  });
});
