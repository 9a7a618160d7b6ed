/** A short seeded run of what `npm run fuzz` does for hours. */
import assert from 'node:assert/strict';
import { Campaign } from '../../bench/fuzz/campaign';
import { fuzzAnswers, fuzzSaved } from '../../bench/fuzz/values';

const SEED = 20_261_121;
const FRAMES = 20_000;
const VALUES = 3000;
const SHOWN_CHARS = 2000;
/** Of kinds, the run with this seed finds some 2000: far fewer would mean that it no longer gets anywhere. */
const MIN_KINDS = 1000;
/** Small messages become objects with all fields; the limit of parts bounds what is left. */
const MAX_MEMORY_RATIO = 64;

describe('fuzzing', function () {
  this.timeout(120_000);

  it('damaged frames are read or refused with SENSR_BAD_FRAME, in time, and peek overlooks nothing', () => {
    const campaign = new Campaign(SEED);
    while (campaign.report.frames < FRAMES) campaign.runBatch();
    const { findings, kinds, worstMemoryRatio } = campaign.report;
    assert.deepEqual(
      findings.map(({ rule, frameHex }) => `${rule}: ${frameHex.slice(0, SHOWN_CHARS)}`),
      [],
    );
    assert.ok(kinds > MIN_KINDS, `${kinds} kinds`);
    assert.ok(worstMemoryRatio < MAX_MEMORY_RATIO, `${worstMemoryRatio} bytes held for each byte of a frame`);
  });

  it('odd REST answers are read or refused with SENSR_BAD_RESPONSE', () => {
    fuzzAnswers(VALUES, SEED);
  });

  it('odd saved configurations are read or refused with SENSR_BAD_CONFIG', () => {
    fuzzSaved(VALUES, SEED);
  });
});
