/** What health is judged by: each component's unit, thresholds, whether a restart can cure it, and by which steps. */

/** The steps of the repair ladder, smallest first. */
export const RUNGS = ['gc', 'recycle', 'flows', 'process'] as const;
export type Rung = (typeof RUNGS)[number];

export type Unit = '%' | 'ms';

/** Components of one family share their thresholds. */
export type Family = 'memory' | 'cpu' | 'response' | 'error' | 'disk' | 'gcShare';

/** The threads whose memory is collected apart from each other. */
export type Thread = 'main' | 'worker';

interface Row {
  readonly family: Family;
  readonly unit: Unit;
  /** Only these count as failed checks: a restart must be able to help. */
  readonly isRestartCurable: boolean;
  /** The steps that can help, in the order in which they are tried. */
  readonly ladder: readonly Rung[];
  /** Where a collection has to run. */
  readonly thread: Thread;
  /** More than one is tried before the next step: one recycle says nothing about native memory. */
  readonly recycles?: number;
}

/** First come those with the smallest and most certain cure: of several offenders the first is healed first. */
export const COMPONENTS = {
  /** Old generation of the socket thread, in percent of its limit. */
  'heap.worker': {
    family: 'memory',
    unit: '%',
    isRestartCurable: true,
    ladder: ['gc', 'recycle', 'process'],
    thread: 'worker',
  },
  /** Old generation of the main thread, in percent of its limit. */
  'heap.main': {
    family: 'memory',
    unit: '%',
    isRestartCurable: true,
    ladder: ['gc', 'flows', 'process'],
    thread: 'main',
  },
  'gcShare.worker': {
    family: 'gcShare',
    unit: '%',
    isRestartCurable: true,
    ladder: ['gc', 'recycle', 'process'],
    thread: 'worker',
  },
  'gcShare.main': {
    family: 'gcShare',
    unit: '%',
    isRestartCurable: true,
    ladder: ['gc', 'flows', 'process'],
    thread: 'main',
  },
  /** From the main thread to the socket thread and back. */
  ping: {
    family: 'response',
    unit: 'ms',
    isRestartCurable: true,
    ladder: ['recycle', 'process'],
    thread: 'worker',
  },
  'elu.worker': {
    family: 'cpu',
    unit: '%',
    isRestartCurable: true,
    ladder: ['recycle', 'process'],
    thread: 'worker',
  },
  /** Memory that no heap accounts for, in percent of the ceiling. */
  residual: {
    family: 'memory',
    unit: '%',
    isRestartCurable: true,
    ladder: ['recycle', 'process'],
    thread: 'worker',
    recycles: 2,
  },
  /** Resident set, in percent of the ceiling. */
  rss: {
    family: 'memory',
    unit: '%',
    isRestartCurable: true,
    ladder: ['gc', 'recycle', 'flows', 'process'],
    thread: 'main',
    recycles: 2,
  },
  /** A blocked main thread cannot help itself: that is left to the supervisor's probe. */
  loopDelay: { family: 'response', unit: 'ms', isRestartCurable: true, ladder: [], thread: 'main' },
  'elu.main': { family: 'cpu', unit: '%', isRestartCurable: true, ladder: [], thread: 'main' },
  /** Of all cores. */
  cpu: { family: 'cpu', unit: '%', isRestartCurable: false, ladder: [], thread: 'main' },
  /** Age of the newest SENSR message while connected. */
  messageAge: { family: 'response', unit: 'ms', isRestartCurable: false, ladder: [], thread: 'main' },
  errors: { family: 'error', unit: '%', isRestartCurable: false, ladder: [], thread: 'main' },
  disk: { family: 'disk', unit: '%', isRestartCurable: false, ladder: [], thread: 'main' },
} as const satisfies Readonly<Record<string, Row>>;

export type Component = keyof typeof COMPONENTS;
export type MemoryComponent = 'heap.worker' | 'heap.main' | 'residual' | 'rss';

export const COMPONENT_NAMES = Object.keys(COMPONENTS) as readonly Component[];

export const componentRow = (component: Component): Row => COMPONENTS[component];

export const isMemory = (component: Component): component is MemoryComponent =>
  componentRow(component).family === 'memory';
