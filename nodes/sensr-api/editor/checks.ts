/** The checks of a sensr-api node that one row of the table cannot make. */
import type { ExtraCheck } from '../../common/editor/defaults';
import { operationOf } from './operation-field';

export const CHECKS: Readonly<Record<string, ExtraCheck>> = {
  // A node that can only fail is better told here than by its first message.
  allowWrites: (value, other) => {
    const operation = operationOf(String(other('operation') ?? ''));
    return operation?.writes === true && value !== true ? { key: 'needsWrites' } : undefined;
  },
};
