import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { watchDeploys } from '../../../nodes/health/deploy-watch';
import { FakeClock } from '../../helpers/fake-clock';

describe('the watch for deploys', () => {
  const start = () => {
    const [events, clock] = [new EventEmitter(), new FakeClock()];
    return { events, clock, watch: watchDeploys(events, clock) };
  };

  it('is busy from the stop of flows until they run again', () => {
    const { events, watch } = start();
    assert.equal(watch.isBusy(), false);
    events.emit('flows:stopping');
    assert.equal(watch.isBusy(), true);
    events.emit('flows:started');
    assert.equal(watch.isBusy(), false);
  });

  it('does not wait for ever for what Node-RED never starts, such as a node of an unknown type', () => {
    const { events, clock, watch } = start();
    events.emit('flows:stopping');
    clock.advance(59_000);
    assert.equal(watch.isBusy(), true);
    clock.advance(1000);
    assert.equal(watch.isBusy(), false);
    events.emit('flows:stopping');
    assert.equal(watch.isBusy(), true, 'the next deploy is one again');
  });

  it('leaves no listener', () => {
    const { events, watch } = start();
    watch.close();
    assert.deepEqual(events.eventNames(), []);
  });
});
