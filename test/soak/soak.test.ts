/** A minute of what `npm run soak` does for hours. */
import assert from 'node:assert/strict';
import { Soak } from '../../bench/soak/soak';

const SEED = 20_261_121;
const LIMIT_MS = 300_000;

describe('a minute of everything at once', function () {
  this.timeout(LIMIT_MS);

  it('loses nothing, disconnects nobody, and adds up', async () => {
    const log: string[] = [];
    const soak = new Soak({ minutes: 1, seed: SEED, servers: 2, say: (line) => log.push(line) });
    const result = await soak.run();
    assert.deepEqual(result.violations, [], log.join('\n'));
    assert.ok(Object.keys(result.troubles).length > 5, log.join('\n'));
    assert.ok(result.events.expected > 200, `${result.events.expected} events`);
    assert.ok(result.messages > 2000, `${result.messages} messages`);
    assert.ok(result.checks > 20, `${result.checks} checks`);
  });
});
