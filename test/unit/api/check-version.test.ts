import assert from 'node:assert/strict';
import { checkVersion } from '../../../lib/api/check-version';
import { SensrError } from '../../../lib/errors';
import { FakeSession, FakeVersion, failure, type Reply } from './helpers/fake-session';

function setup(entered: string | undefined, reply: (path: string) => Reply, found: string | Error = '3.5') {
  const session = new FakeSession(({ path }) => reply(path));
  const version = new FakeVersion(found);
  version.current = entered;
  return { session, check: () => checkVersion(session, version, undefined, version.detect) };
}

describe('checkVersion', () => {
  it('gives the version that is found where none is entered', async () => {
    const { session, check } = setup(undefined, () => 404);
    assert.deepEqual([await check(), session.requests.length], ['3.5', 0]);
    assert.equal(await setup('', () => 404).check(), '', 'an edition without one');
  });

  it('accepts the entered one when anything answers under it', async () => {
    for (const path of ['/v3.4/settings/zone', '/v3.4/results/health'])
      assert.equal(await setup('v3.4', (asked) => (asked === path ? '{}' : 404)).check(), 'v3.4');
  });

  it('says under which one the server answers instead', async () => {
    const message =
      "http://sensr.test:9080: expected SENSR's REST API under version '3.4', found version '3.5'";
    await assert.rejects(setup('3.4', () => 404).check(), { code: 'SENSR_BAD_RESPONSE', message });
    await assert.rejects(setup('3.4', () => '<html>').check(), { message });
    await assert.rejects(setup('3.4', () => 404, new SensrError('SENSR_BAD_RESPONSE', 'nothing')).check(), {
      message: /found none: nothing$/,
    });
    await assert.rejects(setup('3.4', () => 404, '').check(), {
      message: /found one without a version in its paths$/,
    });
  });

  it('says why the server cannot be asked', async () => {
    await assert.rejects(setup('3.4', () => 401).check(), { code: 'SENSR_HTTP_401' });
    await assert.rejects(setup('3.4', () => failure('SENSR_UNREACHABLE', 'notSent')).check(), {
      code: 'SENSR_UNREACHABLE',
    });
  });
});
