/** Recognises values that Node-RED replaces when the flow starts: nothing can be checked before. */

const WHOLE_VALUE = /^\$(?:\{[A-Za-z_]\w*\}|\([A-Za-z_]\w*\))$/;

/** @returns true where the whole value is one variable, e.g. `${SENSR_HOST}`; inside other text Node-RED leaves it alone. */
export const isEnvironment = (value: unknown): boolean =>
  typeof value === 'string' && WHOLE_VALUE.test(value);
