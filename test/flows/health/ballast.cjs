// Preloaded into every thread: one thread of a process, the first unless told, carries memory that only its end gives back.
const { isMainThread, threadId } = require('node:worker_threads');

if (!isMainThread && threadId === Number(process.env.SENSR_BALLAST_THREAD ?? 1))
  globalThis.ballast = Array.from({ length: Number(process.env.SENSR_BALLAST_MB) * 16 }, () =>
    Array.from({ length: 8192 }, (_, index) => index),
  );
