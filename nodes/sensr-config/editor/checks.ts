/** The checks of a sensr-config node that one row of the table cannot make. */
import type { ExtraCheck } from '../../common/editor/defaults';
import { parseNumber } from '../../common/editor/check';
import { PROPERTIES } from '../properties';
import { hostProblem } from './host-name';

const PORTS = ['outputPort', 'pointsPort', 'restPort'] as const;
const API_VERSION = /^v?\d+(\.\d+){0,2}$/i;

const samePort =
  (own: (typeof PORTS)[number]): ExtraCheck =>
  (value, other) => {
    const port = parseNumber(PROPERTIES[own], value);
    const same = PORTS.some((name) => name !== own && parseNumber(PROPERTIES[name], other(name)) === port);
    return port !== undefined && same ? { key: 'samePort' } : undefined;
  };

export const CHECKS: Readonly<Record<string, ExtraCheck>> = {
  host: hostProblem,
  outputPort: samePort('outputPort'),
  pointsPort: samePort('pointsPort'),
  restPort: samePort('restPort'),
  apiVersion: (value) => {
    const text = String(value ?? '').trim();
    return text === '' || API_VERSION.test(text) ? undefined : { key: 'apiVersion' };
  },
  backoffMax: (value, other) => {
    const most = parseNumber(PROPERTIES.backoffMax, value);
    const first = parseNumber(PROPERTIES.backoffInitial, other('backoffInitial'));
    const tooSmall = most !== undefined && first !== undefined && most < first;
    return tooSmall ? { key: 'backoffOrder', values: { first } } : undefined;
  },
};
