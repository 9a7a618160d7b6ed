/** What a metric is: its name, its meaning, the closed set of its labels, and how its values come out of a snapshot. */
import type { HealthSnapshot } from './snapshot';

/** Every value that a label can have; `configured` and `version` are few, though not known here. */
export type LabelValues = readonly string[] | 'configured' | 'version';

export interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram's counts as they are kept: one for each bucket, not added up, and one more for what is longer. */
export interface Distribution {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: readonly number[];
  readonly sum: number;
}

interface Description {
  /** Units are seconds, bytes and ratios from 0 to 1; only counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
}

export interface Scalar extends Description {
  readonly type: 'counter' | 'gauge';
  /** Nothing where the value is not known. */
  readonly read: (snapshot: HealthSnapshot) => readonly Point[];
}

export interface Histogram extends Description {
  readonly type: 'histogram';
  /** Upper bounds. */
  readonly buckets: readonly number[];
  readonly read: (snapshot: HealthSnapshot) => readonly Distribution[];
}

export type Metric = Scalar | Histogram;

type Value = number | null | undefined;

/** @returns one point, or none where the value is unknown: a gap in a graph, not a zero */
export const point = (value: Value, labels: Point['labels'] = {}): readonly Point[] =>
  typeof value === 'number' && Number.isFinite(value) ? [{ labels, value }] : [];

/** A gauge or counter with one value and no labels. */
export const plain = (
  type: Scalar['type'],
  name: string,
  help: string,
  read: (snapshot: HealthSnapshot) => Value,
): Scalar => ({ type, name, help, labels: {}, read: (snapshot) => point(read(snapshot)) });

/** One series a state: 1 for the one that holds, 0 for the others. */
export const oneHot = <Name extends string>(
  states: readonly Name[],
  current: Name,
  label: string,
  labels: Point['labels'] = {},
): readonly Point[] =>
  states.map((state) => ({ labels: { ...labels, [label]: state }, value: state === current ? 1 : 0 }));
