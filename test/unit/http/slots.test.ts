import assert from 'node:assert/strict';
import { Slots } from '../../../lib/http/slots';

const { signal } = new AbortController();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  it('lets in so many, and then one for each that is given back, in the order of coming', async () => {
    const slots = new Slots(2);
    const entered: number[] = [];
    for (const one of [1, 2, 3, 4]) void slots.take(signal).then(() => entered.push(one));
    await turn();
    assert.deepEqual(entered, [1, 2]);
    slots.giveBack();
    await turn();
    assert.deepEqual(entered, [1, 2, 3]);
    slots.giveBack();
    slots.giveBack();
    await turn();
    assert.deepEqual(entered, [1, 2, 3, 4]);
    await slots.take(signal);
  });

  it('frees nothing when a slot goes from hand to hand', async () => {
    const slots = new Slots(1);
    await slots.take(signal);
    const next = slots.take(signal);
    slots.giveBack();
    await next;
    let isIn = false;
    void slots.take(signal).then(() => (isIn = true));
    await turn();
    assert.equal(isIn, false);
  });

  it('rejects who gives up, and passes that turn on', async () => {
    const slots = new Slots(1);
    await slots.take(signal);
    const abortion = new AbortController();
    const reason = new Error('enough');
    const impatient = assert.rejects(slots.take(abortion.signal), reason);
    let isIn = false;
    const patient = slots.take(signal).then(() => (isIn = true));
    abortion.abort(reason);
    await impatient;
    assert.equal(isIn, false);
    slots.giveBack();
    await patient;
    await assert.rejects(slots.take(abortion.signal), reason);
  });
});
