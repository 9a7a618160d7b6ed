/** The log of REST requests, the statistics of the port, and the time every answer takes. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Simulator } from '../../../../simulator/server';
import { CERTIFICATE, KEY } from '../helpers/certificate';
import { endAll, start } from '../helpers/clients';
import { call, restOf } from '../helpers/rest';

const HEALTH = '/results/health';
const ZONE = '/3.5/settings/zone';

const agents: Agent[] = [];
const keepAlive = (): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
};
const endTest = async (): Promise<void> => {
  for (const agent of agents.splice(0)) agent.destroy();
  await endAll();
};

interface Kept {
  readonly status: number;
  readonly text: string;
  readonly response: IncomingMessage;
}
const getKept = async ({ restPort }: Simulator, agent: Agent, path = HEALTH): Promise<Kept> => {
  const [response] = (await once(
    request({ port: restPort, host: '127.0.0.1', path, agent }).end(),
    'response',
  )) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text, response };
};

describe('simulator REST log and statistics', () => {
  afterEach(endTest);

  it('writes down each request: what, when, over which connection, how it was answered', async () => {
    const simulator = await start();
    const agent = keepAlive();
    await getKept(simulator, agent, '/results/zone?id=0&x=a%20b');
    await getKept(simulator, agent, '/nowhere');
    await restOf(simulator)('POST', ZONE, '{"id":7}');
    const [first, second, third, ...more] = simulator.requests();
    assert.ok(first && second && third && more.length === 0);
    const { time, startMs, endMs = NaN, ...rest } = first;
    assert.deepEqual(rest, {
      sequence: 1,
      method: 'GET',
      path: '/results/zone',
      query: { id: '0', x: 'a b' },
      body: '',
      bodyBytes: 0,
      connection: 1,
      status: 200,
    });
    assert.ok(Math.abs(Date.now() - time) < 10_000 && endMs >= startMs && second.startMs >= endMs);
    assert.deepEqual([second.status, second.connection], [404, 1]);
    assert.deepEqual(
      [third.method, third.body, third.contentType, third.status, third.connection],
      ['POST', '{"id":7}', 'text/plain', 400, 2],
    );
    const { json } = await call(simulator.adminPort, 'GET', '/requests?after=2');
    assert.deepEqual(json, JSON.parse(JSON.stringify([third])));
    assert.deepEqual((await call(simulator.adminPort, 'GET', '/site')).json, {
      project: 'crossing',
      mode: 'runtime',
      isChanging: false,
      hasPendingChanges: false,
    });
  });

  it('keeps the first 4 kB of a body', async () => {
    const simulator = await start();
    await restOf(simulator)('PUT', ZONE, `"${'x'.repeat(9998)}"`);
    const [record] = simulator.requests();
    assert.deepEqual([record?.body.length, record?.bodyBytes], [4096, 10_000]);
  });

  it('counts TCP connections and requests apart', async () => {
    const simulator = await start();
    const [one, other] = [keepAlive(), keepAlive()];
    for (let index = 0; index < 3; index += 1) await getKept(simulator, one);
    await getKept(simulator, other);
    const counts = () => {
      const { connectionsNow, connectionsEver, connectionsMost, requests } = simulator.stats().ports.rest;
      return [connectionsNow, connectionsEver, connectionsMost, requests];
    };
    assert.deepEqual(counts(), [2, 2, 2, 4]);
    other.destroy();
    while (simulator.stats().ports.rest.connectionsNow > 1) await new Promise(setImmediate);
    await getKept(simulator, one);
    assert.deepEqual(counts(), [1, 2, 2, 5]);
    assert.deepEqual(
      simulator.requests().map(({ connection }) => connection),
      [1, 1, 1, 2, 1],
    );
  });

  it('numbers connections under TLS too', async () => {
    const simulator = await start({ tls: { key: KEY, cert: CERTIFICATE } });
    for (let index = 0; index < 2; index += 1) {
      const options = {
        port: simulator.restPort,
        host: '127.0.0.1',
        path: HEALTH,
        agent: false,
        ca: CERTIFICATE,
      };
      const [response] = (await once(requestTls(options).end(), 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
    }
    assert.deepEqual(
      simulator.requests().map(({ connection }) => connection),
      [1, 2],
    );
  });

  it('takes restDelayMs for every answer, of errors too, and for none of the admin port', async () => {
    const simulator = await start({ restDelayMs: 500 });
    for (const path of [HEALTH, '/nowhere']) {
      const startMs = performance.now();
      let answered = false;
      const answer = restOf(simulator)('GET', path).then(() => (answered = true));
      await call(simulator.adminPort, 'GET', '/stats');
      assert.equal(answered, false, 'the admin port does not wait');
      await answer;
      assert.ok(performance.now() - startMs >= 498, path);
    }
  });
});
