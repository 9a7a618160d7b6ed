import assert from 'node:assert/strict';
import { migrate, type Migrations } from '../../../nodes/common/migrate';
import { MIGRATIONS as CONFIG } from '../../../nodes/sensr-config/migrations';
import { VERSION as CONFIG_VERSION } from '../../../nodes/sensr-config/properties';
import { MIGRATIONS as STREAM } from '../../../nodes/sensr-stream/migrations';
import { VERSION as STREAM_VERSION } from '../../../nodes/sensr-stream/properties';

const STEPS: Migrations = [
  (saved) => ({ ...saved, steps: [...((saved['steps'] as number[] | undefined) ?? []), 1] }),
  (saved) => ({ ...saved, steps: [...((saved['steps'] as number[] | undefined) ?? []), 2] }),
];

describe('migrate', () => {
  it('applies the steps from the saved version on, in order', () => {
    assert.deepEqual(migrate({ version: 1 }, STEPS)['steps'], [1, 2]);
    assert.deepEqual(migrate({ version: 2 }, STEPS)['steps'], [2]);
    assert.deepEqual(migrate({ version: '2' }, STEPS)['steps'], [2]);
    assert.deepEqual(migrate({ version: 3 }, STEPS)['steps'], undefined);
  });

  it('takes a node without a version, or with none that makes sense, for the first one', () => {
    for (const version of [undefined, null, '', 0, 'x'])
      assert.deepEqual(migrate({ version }, STEPS)['steps'], [1, 2]);
  });

  it('leaves a newer node as it is', () => {
    const saved = { version: 9, any: 'thing' };
    assert.equal(migrate(saved, STEPS), saved);
  });

  it('changes nothing in what it was given', () => {
    const saved = Object.freeze({ version: 1 });
    migrate(saved, STEPS);
    assert.deepEqual(saved, { version: 1 });
  });

  it('has a step for each version of each node', () => {
    assert.equal(CONFIG.length, CONFIG_VERSION - 1);
    assert.equal(STREAM.length, STREAM_VERSION - 1);
  });
});
