// Preloaded into every thread: one thread of a process, the first unless told, gathers memory that only its end gives back.
const { isMainThread, threadId } = require('node:worker_threads');

// Within some seconds, not at once: what was there from the start is nothing that a repair could hope to get back.
const EVERY_MS = 100;
const MB_EACH = 2;

if (!isMainThread && threadId === Number(process.env.SENSR_BALLAST_THREAD ?? 1)) {
  const ballast = (globalThis.ballast = []);
  setInterval(() => {
    const more = Array.from({ length: 16 * MB_EACH }, () =>
      Array.from({ length: 8192 }, (_, index) => index),
    );
    // Garbage afterwards, so that V8 goes on moving what lasts out of the young generation, which does not count.
    if (ballast.length * MB_EACH < Number(process.env.SENSR_BALLAST_MB)) ballast.push(more);
  }, EVERY_MS).unref();
}
