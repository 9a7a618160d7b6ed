/** The texts that Korean leaves as they are: names, abbreviations, and what a user types. */
export const SAME_IN_KOREAN: readonly string[] = [
  'SENSR',
  'TLS',
  'HTTP',
  'REST',
  'CPU',
  'HTTP __status__',
  '__operation__ __duration__ ms',
  'next, pause, resume, flush, reconnect',
  'sample, gc, recycle, restart, history, snapshot, reset',
  'sensr health',
  'Authorization',
  'Node-RED Admin API',
];
