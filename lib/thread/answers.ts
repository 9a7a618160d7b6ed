/** What the thread tells of itself when asked: memory, collections, how busy its loop is; and collections on request. */
import type { Clock } from '../clock';
import { messageOf } from '../errors';
import { collectGarbage, type CollectKind } from '../vitals/collect';
import { startGcMeter, type GcMeter, type GcReading } from '../vitals/gc-meter';
import { readHeap, type HeapReading } from '../vitals/heap';
import { startLoopMeter, type LoopMeter, type LoopReading } from '../vitals/loop-meter';
import type { ThreadQuestion } from './protocol';

export interface ThreadMeasures {
  readonly heap: HeapReading;
  readonly gc: GcReading;
  readonly loop: LoopReading;
  /** When it was measured, monotonic. */
  readonly atMs: number;
}

/** Of a collection: how long it blocked the thread, or why it failed. */
export type Collected = { readonly pauseMs: number } | { readonly failure: string };

export interface ThreadAnswers {
  /** Never rejects. */
  readonly answer: (question: ThreadQuestion) => Promise<unknown>;
}

/** Nothing is measured before the first question. */
export function startThreadAnswers(clock: Clock): ThreadAnswers {
  let meters: { readonly gc: GcMeter; readonly loop: LoopMeter } | undefined;
  const measures = (): ThreadMeasures => {
    meters ??= { gc: startGcMeter(), loop: startLoopMeter(clock) };
    return {
      heap: readHeap(),
      gc: meters.gc.read(),
      loop: meters.loop.read(),
      atMs: clock.monotonicMs(),
    };
  };
  const collect = async (kind: CollectKind): Promise<Collected> => {
    const startMs = clock.monotonicMs();
    try {
      await (meters ? meters.gc.whileForced(() => collectGarbage(kind)) : collectGarbage(kind));
    } catch (error) {
      return { failure: messageOf(error) };
    }
    return { pauseMs: clock.monotonicMs() - startMs };
  };
  return {
    answer: (question) => {
      if (question === 'ping') return Promise.resolve(null);
      return question === 'measures' ? Promise.resolve(measures()) : collect(question);
    },
  };
}
