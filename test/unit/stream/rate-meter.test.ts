import assert from 'node:assert/strict';
import { RateMeter } from '../../../lib/stream/rate-meter';

describe('RateMeter', () => {
  it('knows nothing after one reading', () => {
    assert.deepEqual(new RateMeter(5000).read(1000, 50), { grown: 0, perS: 0 });
  });

  it('measures a steady counter exactly', () => {
    const meter = new RateMeter(5000);
    let last = { grown: 0, perS: 0 };
    for (let second = 0; second <= 60; second += 1) last = meter.read(second * 1000, second * 10);
    assert.deepEqual(last, { grown: 50, perS: 10 });
  });

  it('measures over what there is while the window is not full', () => {
    const meter = new RateMeter(60_000);
    meter.read(0, 0);
    assert.deepEqual(meter.read(2000, 6), { grown: 6, perS: 3 });
  });

  it('falls to zero within the window when the counter stands still', () => {
    const meter = new RateMeter(5000);
    for (let second = 0; second <= 10; second += 1) meter.read(second * 1000, second * 10);
    const rates = [11, 12, 13, 14, 15].map((second) => meter.read(second * 1000, 100).perS);
    assert.deepEqual(rates, [8, 6, 4, 2, 0]);
  });

  it('counts nothing that is older than its window', () => {
    const meter = new RateMeter(5000);
    meter.read(0, 0);
    meter.read(1000, 500);
    meter.read(2000, 500);
    assert.equal(meter.read(7000, 500).grown, 0);
  });

  it('survives two readings at one moment', () => {
    const meter = new RateMeter(5000);
    meter.read(1000, 1);
    assert.deepEqual(meter.read(1000, 5), { grown: 0, perS: 0 });
    assert.deepEqual(meter.read(2000, 5), { grown: 4, perS: 4 });
  });
});
