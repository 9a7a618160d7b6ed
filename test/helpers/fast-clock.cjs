// Preloaded: time as the main thread of this package sees it runs SENSR_FAST_CLOCK times faster, from SENSR_FAST_EPOCH on.
const { resolve } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const times = Number(process.env.SENSR_FAST_CLOCK ?? 1);
const epochMs = Number(process.env.SENSR_FAST_EPOCH ?? Date.now());

// The socket thread has a clock of its own in its bundle: ages of what it received are not to be relied on here.
if (isMainThread) {
  const uptime = process.uptime.bind(process);
  process.uptime = () => uptime() * times;
  const { systemClock } = require(resolve('dist/lib/clock.js'));
  const { after, every, monotonicMs } = systemClock;
  Object.assign(systemClock, {
    wallMs: () => epochMs + (Date.now() - epochMs) * times,
    monotonicMs: () => monotonicMs() * times,
    after: (delayMs, action) => after(delayMs / times, action),
    every: (periodMs, action) => every(periodMs / times, action),
  });
}
