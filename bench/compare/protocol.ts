/** What the measuring process and those it measures say to each other. */
import type { FlowNode } from '../../test/helpers/embedded-node-red';
import type { FrameSet } from './frames';

/** Every process here answers these; times are of the machine's monotonic clock, the same for all of them. */
export interface Questions {
  /** Player: listens, and answers with its port. */
  listen: { asked: { set: FrameSet }; answer: { port: number; meanBytes: number } };
  /** Player: resolves when so many clients are connected. */
  clients: { asked: { count: number }; answer: true };
  /** Player: sends so many frames to each client as fast as they are read. */
  burst: { asked: { frames: number }; answer: { startedMs: number } };
  /** Player: a frame each period to each client, clients evenly apart. */
  play: { asked: { periodMs: number }; answer: true };
  /** Player: stops, and tells when each frame was given to the first client's socket. */
  pause: { asked: object; answer: { sentMs: number[]; connections: number } };

  /** Contender: starts what it measures. */
  deploy: { asked: Deployment; answer: true };
  /** Contender: forgets what came so far. */
  reset: { asked: object; answer: true };
  /** Contender: resolves when so many results have reached the sink. */
  reached: { asked: { count: number }; answer: { lastMs: number } };
  report: { asked: object; answer: Usage };
  /** Node-RED: sends so many ready-made messages to the sink, one each turn of the event loop. */
  deliver: { asked: { count: number }; answer: { startedMs: number } };
}

export interface Deployment {
  readonly flows: readonly FlowNode[];
  /** For the bare loop. */
  readonly outputPorts: readonly number[];
  readonly pointsPort: number | undefined;
}

export interface Usage {
  readonly results: number;
  readonly points: number;
  /** Of each result at the sink: its place in the stream, from 0, and when it came. */
  readonly arrivals: readonly (readonly [index: number, atMs: number])[];
  /** Share of the time in which the main thread's event loop did something. */
  readonly utilisation: number;
  /** Processor time of the whole process, all threads, as a share of one core. */
  readonly cpu: number;
  /** The same in milliseconds, since the last reset. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  /** Frames counted as dropped; 0 for who does not count. */
  readonly dropped: number;
}

export type Op = keyof Questions;
export interface Asked<O extends Op = Op> {
  readonly id: number;
  readonly op: O;
  readonly asked: Questions[O]['asked'];
}
export type Handlers = { [O in Op]?: (asked: Questions[O]['asked']) => Promise<Questions[O]['answer']> };

/** Answers the parent's questions until it goes away, then closes what it has and ends. */
export function answerParent(handlers: Handlers, close: () => Promise<void> = () => Promise.resolve()): void {
  const all = handlers as Record<string, (asked: unknown) => Promise<unknown>>;
  process.on('message', ({ id, op, asked }: Asked) => {
    const handler = all[op] ?? (() => Promise.reject(new Error(`No answer to ${op}`)));
    handler(asked).then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
  process.send?.({ id: 0, value: true });
}

const NS_PER_MS = 1e6;
/** The same scale in every process of the machine. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / NS_PER_MS;
