/** Owns the shape of a site's configuration: what a project saves; never changed in place. */

import type { Zone } from '../zones';
import type { SensorType } from './field-tables';
import type { Settings } from './fields';

export interface NodeEntry {
  readonly uid: string;
  readonly settings: Settings;
  readonly transform: Settings;
  readonly range: Settings;
}

export interface SensorEntry {
  readonly uid: string;
  readonly type: SensorType;
  /** The algo node it belongs to, also when its data comes through an edge node. */
  readonly nodeUid: string;
  readonly settings: Settings;
}

export interface EdgeEntry {
  readonly uid: string;
  readonly nodeUid: string;
  readonly settings: Settings;
}

export interface SiteConfig {
  readonly zones: readonly Zone[];
  readonly nodes: readonly NodeEntry[];
  readonly sensors: readonly SensorEntry[];
  readonly edges: readonly EdgeEntry[];
  /** What was set by hand, by family and path; all else is at its default. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What identifiers are counted apart. */
export type IdKind = 'algo' | 'edge' | SensorType;

const UID_DIGITS = 4;
export const uidOf = (kind: IdKind, number: number): string =>
  `${kind}_${String(number).padStart(UID_DIGITS, '0')}`;
