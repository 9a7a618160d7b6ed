/** Steps that bring an older saved sensr-health to the present version. */
import type { Migrations } from '../common/migrate';

export const MIGRATIONS: Migrations = [];
