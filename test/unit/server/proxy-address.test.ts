import assert from 'node:assert/strict';
import { checkProxyAddress, proxyProblem } from '../../../lib/proxy-address';

describe('proxyProblem', () => {
  for (const address of [
    'http://proxy:3128',
    'https://proxy',
    'HTTP://[fd00::5]:3128/',
    'http://us%20er:p%25%40ss@proxy:3128',
    'http://user@proxy',
  ])
    it(`has nothing against ${address}`, () => {
      assert.equal(proxyProblem(address), undefined);
      checkProxyAddress(address);
    });

  for (const [address, shown] of [
    ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
    ['socks5h://user:s3cret@proxy:1080', 'socks5h://proxy:1080'],
    ['ftp://proxy', 'ftp://proxy'],
    ['proxy', 'proxy'],
    ['http://proxy:abc', 'http://proxy:abc'],
    ['http://proxy:99999', 'http://proxy:99999'],
    ['http://user:s3@cret@proxy:abc', 'http://proxy:abc'],
    ['http://', 'http://'],
    ['', ''],
  ] as const)
    it(`names what is expected instead of '${address}'`, () => {
      const problem = `expected the address of an HTTP proxy, such as http://proxy:3128, got '${shown}'`;
      assert.equal(proxyProblem(address), problem);
      assert.throws(
        () => {
          checkProxyAddress(address);
        },
        { code: 'SENSR_BAD_CONFIG', message: problem },
      );
    });

  for (const address of ['http://us%zzer:s3cret@proxy', 'http://user:s3cret%@proxy'])
    it(`says how to write a %, and shows neither user name nor password: ${address}`, () => {
      const problem = proxyProblem(address) ?? '';
      assert.match(problem, /^expected user name and password .* a % that stands for nothing .*%25/);
      assert.ok(!problem.includes('s3cret') && !problem.includes('us%zzer'));
    });
});
