import assert from 'node:assert/strict';
import { bytesToMegabytes, megabytesToBytes, msToSeconds, secondsToMs } from '../../../lib/units';

describe('units', () => {
  it('turn seconds into milliseconds and back', () => {
    assert.deepEqual([secondsToMs(0.3), secondsToMs(15), msToSeconds(2500)], [300, 15_000, 2.5]);
  });

  it('turn megabytes of 2^20 bytes into whole bytes and back', () => {
    assert.deepEqual(
      [megabytesToBytes(64), megabytesToBytes(0.1), bytesToMegabytes(1_048_576)],
      [67_108_864, 104_857, 1],
    );
  });
});
