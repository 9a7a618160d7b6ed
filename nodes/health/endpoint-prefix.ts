/** Decides what comes before the paths of the endpoints: nothing, or a path of plain segments. */
import { SensrError } from '../../lib/errors';

const SEGMENT = /^[A-Za-z0-9._~-]+$/;
const MAX_LENGTH = 200;

/**
 * @returns '' or a path that starts with a slash and does not end with one, whichever way it was entered
 * @throws SensrError SENSR_BAD_CONFIG
 */
export function endpointPrefix(entered: unknown): string {
  if (entered === undefined || entered === null || entered === '') return '';
  if (typeof entered === 'string' && entered.length <= MAX_LENGTH) {
    const path = entered.trim().replace(/^\/+|\/+$/g, '');
    if (path === '') return '';
    if (path.split('/').every((part) => SEGMENT.test(part) && part !== '.' && part !== '..'))
      return `/${path}`;
  }
  throw new SensrError(
    'SENSR_BAD_CONFIG',
    `prefix: expected a path of letters, digits and . _ ~ - between slashes, such as /plant/one, of up to ${MAX_LENGTH} characters, got ${shown(entered)}`,
  );
}

const SHOWN_LENGTH = 60;

const shown = (value: unknown): string => {
  if (typeof value !== 'string') return typeof value;
  return `'${value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value}'`;
};
