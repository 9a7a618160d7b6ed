/** Requests over a real session while the API version is unknown: finding it out only reads, so it may be repeated. */
import assert from 'node:assert/strict';
import { ApiClient, type RunOptions } from '../../../lib/api/api-client';
import { ApiVersion, CANDIDATES } from '../../../lib/http/api-version';
import type { WebServer } from '../http/helpers/sessions';
import { closeAll, failureOf, openSession, webServer } from '../http/helpers/sessions';
import { ZONE } from './helpers/zone';

const OPERATIONS: readonly [method: string, operation: string, path: string, options: RunOptions][] = [
  ['GET', 'zones.list', '/3.5/settings/zone', {}],
  ['DELETE', 'zones.delete', '/3.5/settings/zone?zone-id=7', { params: { zoneId: 7 } }],
  ['PUT', 'zones.create', '/3.5/settings/zone', { payload: ZONE }],
  ['POST', 'commands.apply', '/3.5/commands/apply-change', {}],
];
/** As many as one detection makes of a server in trouble. */
const ROUND = CANDIDATES.length;

describe('VersionedRequests', () => {
  afterEach(closeAll);

  /** A SENSR 3.5 that answers 503 while `isBusy` says so, told how many requests came before. */
  const busyServer = async (isBusy: (before: number) => boolean) => {
    let before = 0;
    const server: WebServer = await webServer(({ method, url = '' }, response) => {
      const status = isBusy(before++) ? 503 : url.startsWith('/3.5/') ? 200 : 404;
      response.writeHead(status).end(method === 'PUT' ? '"1205"' : url.endsWith('/zone') ? '[]' : '1');
    });
    const session = openSession(server.port, { connections: 20, retries: 3 });
    const version = new ApiVersion(session, '');
    return { ...server, version, client: new ApiClient(session, version) };
  };

  for (const [method, operation, path, options] of OPERATIONS) {
    it(`sends ${method} once when the server is busy only while the version is looked for`, async () => {
      const { seen, client } = await busyServer((before) => before < 2 * ROUND);
      await client.run(operation, options);
      assert.equal(seen.filter((one) => one === `${method} ${path}`).length, 1);
      assert.equal(seen.at(-1), `${method} ${path}`);
    });

    it(`sends ${method} once when the server is busy after the version was forgotten`, async () => {
      let busyFrom = Infinity;
      const { seen, version, client } = await busyServer(
        (before) => before >= busyFrom && before < busyFrom + ROUND,
      );
      await client.run('parameters.get', { params: { configKey: 'x' } });
      version.forget();
      busyFrom = seen.length;
      await client.run(operation, options);
      assert.equal(seen.filter((one) => one === `${method} ${path}`).length, 1);
    });

    it(`says that ${method} was not sent when the server stays busy, and how often it tried`, async () => {
      const { seen, client } = await busyServer(() => true);
      const { code, outcome, attempts, message } = await failureOf(client.run(operation, options));
      assert.deepEqual([code, outcome, attempts], ['SENSR_HTTP_503', 'notSent', 4]);
      assert.match(message, /\(tried 4 times\)$/);
      assert.deepEqual([seen.length, seen.includes(`${method} ${path}`)], [4 * ROUND, false]);
    });
  }
});
