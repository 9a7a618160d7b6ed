/** What a row of the benchmark yields: figures for the tables, and the targets it was measured for. */
import type { Figure } from './statistics';

export interface Line {
  readonly contender: string;
  readonly what: string;
  readonly unit: string;
  readonly figure: Figure;
}

export interface Target {
  readonly what: string;
  readonly relation: '<=' | '>=';
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
}

export interface RowResult {
  readonly title: string;
  /** What was done, in a sentence or two. */
  readonly about: string;
  readonly lines: readonly Line[];
  /** What the figures say about a target that was missed. */
  readonly remark?: string;
  readonly targets: readonly Target[];
}

export interface Plan {
  readonly rounds: number;
  /** Shorter everywhere: to see that it works, not to quote. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

export type Row = (plan: Plan) => Promise<RowResult>;

export const holds = ({ relation, limit, measured }: Target): boolean =>
  relation === '<=' ? measured <= limit : measured >= limit;
