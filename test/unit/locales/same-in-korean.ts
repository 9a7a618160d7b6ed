/** The texts that Korean leaves as they are: names, abbreviations, and what a user types. */
export const SAME_IN_KOREAN: readonly string[] = [
  'SENSR',
  'TLS',
  'HTTP',
  'REST',
  'HTTP __status__',
  '__version__',
  '__operation__',
  '__stream__',
  '__rate__/s',
  '__operation__ __duration__ ms',
  'next, pause, resume, flush, reconnect',
  'sample, gc, recycle, restart, history, snapshot, reset',
  'sensr health',
  'Authorization',
  'Node-RED Admin API',
];
