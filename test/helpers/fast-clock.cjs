// Preloaded into a process: its clock, timers of this package included, runs faster by SENSR_FAST_CLOCK, from one epoch on.
const { resolve } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const factor = Number(process.env.SENSR_FAST_CLOCK ?? 1);
const epochMs = Number(process.env.SENSR_FAST_EPOCH ?? Date.now());

if (isMainThread && factor !== 1) {
  const { systemClock } = require(resolve('dist/lib/clock.js'));
  const { wallMs, monotonicMs, after, every } = systemClock;
  const uptime = process.uptime.bind(process);
  Object.assign(systemClock, {
    wallMs: () => epochMs + (wallMs() - epochMs) * factor,
    monotonicMs: () => monotonicMs() * factor,
    after: (delayMs, action) => after(delayMs / factor, action),
    every: (periodMs, action) => every(periodMs / factor, action),
  });
  process.uptime = () => uptime() * factor;
}
