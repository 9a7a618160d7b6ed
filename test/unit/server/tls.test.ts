import assert from 'node:assert/strict';
import { secureOptions } from '../../../lib/server/tls';

describe('secureOptions', () => {
  it('passes on all that a tls-config node fills in', () => {
    const filled = {
      ca: 'CA',
      cert: Buffer.from('CERT'),
      key: 'KEY',
      pfx: Buffer.from('PFX'),
      passphrase: 'secret',
      servername: 'sensr.local',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      unknown: 'left out',
    };
    assert.deepEqual(secureOptions(filled, true), {
      ca: 'CA',
      cert: new Uint8Array(Buffer.from('CERT')),
      key: 'KEY',
      pfx: new Uint8Array(Buffer.from('PFX')),
      passphrase: 'secret',
      servername: 'sensr.local',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      checkServerName: true,
    });
  });

  it('leaves out what is empty', () => {
    const empty = { ca: '', cert: undefined, key: null, passphrase: '', servername: '', ALPNProtocols: [] };
    assert.deepEqual(secureOptions(empty, false), { rejectUnauthorized: true, checkServerName: false });
  });

  it('keeps the check of certificates on unless it is switched off explicitly', () => {
    for (const rejectUnauthorized of [undefined, null, 0, '', 'false', true])
      assert.equal(secureOptions({ rejectUnauthorized }, true).rejectUnauthorized, true);
    assert.equal(secureOptions({ rejectUnauthorized: false }, true).rejectUnauthorized, false);
  });

  it('takes only the bytes themselves of a buffer that is a slice of a pool', () => {
    const pool = Buffer.from('xxxxCERTxxxx');
    const { cert } = secureOptions({ cert: pool.subarray(4, 8) }, true);
    assert.ok(cert instanceof Uint8Array);
    assert.equal(cert.buffer.byteLength, 4);
    pool.fill('y');
    assert.equal(Buffer.from(cert).toString(), 'CERT');
  });

  it('crosses a thread', () => {
    const options = secureOptions({ ca: Buffer.from('CA'), key: 'KEY', ALPNProtocols: ['x'] }, false);
    assert.deepEqual(structuredClone(options), options);
  });

  it('refuses what Node.js would not take, naming it', () => {
    assert.throws(() => secureOptions({ key: 5 }, true), {
      code: 'SENSR_BAD_CONFIG',
      message: 'tls: expected key as text or bytes, got number',
    });
  });
});
