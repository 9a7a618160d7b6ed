/** The socket thread: turns messages from the main thread into sockets and outboxes. */
import { systemClock, type Clock } from '../clock';
import { Counters } from '../queue/counters';
import { Outbox } from '../queue/outbox';
import { openLink, type OpenLink } from '../socket/link';
import { LargeFrames, THREAD_HEAP } from '../vitals/large-frames';
import { startThreadAnswers } from './answers';
import type { FromThread, HandedSocket, ListenerOptions, MovedFrame, ToThread } from './protocol';
import { ThreadSocket } from './thread-socket';

/** What the thread needs of its MessagePort. */
export interface ThreadPort {
  readonly postMessage: (message: FromThread, transfer?: readonly ArrayBuffer[]) => void;
  readonly on: (event: 'message', listener: (message: ToThread) => void) => unknown;
}

export interface ThreadDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly openLink: OpenLink;
}

/** How old the shared numbers of a socket may be; a queue's are always current. */
const REPORT_PERIOD_MS = 250;

/** Serves `port` until the thread ends. */
export function runThread(
  port: ThreadPort,
  deps: ThreadDeps = { clock: systemClock, random: Math.random, openLink },
): void {
  const sockets = new Map<number, ThreadSocket>();
  const answers = startThreadAnswers(deps.clock);
  const largeFrames = new LargeFrames(deps.clock, THREAD_HEAP);
  const onFrame = (frameBytes: number): void => {
    largeFrames.arrived(frameBytes);
  };
  /** Which socket a listener hangs on. */
  const homes = new Map<number, ThreadSocket>();
  const post: ThreadPort['postMessage'] = (message, transfer) => {
    port.postMessage(message, transfer);
  };

  const listen = (
    socketId: number,
    listener: number,
    options: ListenerOptions,
    counters: SharedArrayBuffer,
  ): Outbox | undefined => {
    const socket = sockets.get(socketId);
    if (!socket) return undefined;
    const { parts, queueFrames, queueBytes, protectEvents, keepEvents } = options;
    const limits = { parts, maxFrames: queueFrames, maxBytes: queueBytes, protectEvents, keepEvents };
    const outbox = new Outbox(limits, new Counters(counters), (frames, transfer) => {
      post({ op: 'frames', listener, frames }, transfer);
    });
    socket.outboxes.set(listener, outbox);
    homes.set(listener, socket);
    return outbox;
  };

  const unlisten = (listener: number): void => {
    const socket = homes.get(listener);
    socket?.outboxes.get(listener)?.close();
    socket?.outboxes.delete(listener);
    homes.delete(listener);
  };

  const close = async (id: number): Promise<void> => {
    const socket = sockets.get(id);
    sockets.delete(id);
    if (socket) {
      for (const listener of [...socket.outboxes.keys()]) unlisten(listener);
      await socket.connection.close();
    }
    post({ op: 'closed', socket: id });
  };

  const adopt = ({ socket: id, counters, prints, listeners }: ToThread & { op: 'adopt' }): void => {
    const socket = sockets.get(id);
    if (!socket) return;
    const outboxes = listeners.map((one) => {
      const outbox = listen(id, one.listener, one.options, one.counters);
      outbox?.restore(one.frames);
      return [outbox, one] as const;
    });
    socket.adopt(counters, prints);
    for (const [outbox, { credit, notBeforeMs }] of outboxes) outbox?.grant(credit, notBeforeMs);
  };

  /** In one turn, so that no frame comes between: what is posted before belongs to this thread, all else to the next. */
  const handOver = (): void => {
    const handed: HandedSocket[] = [...sockets].map(([id, socket]) => ({
      socket: id,
      prints: socket.retire(),
      listeners: [...socket.outboxes].map(([listener, outbox]) => ({ listener, frames: outbox.drain() })),
    }));
    const moved: MovedFrame[] = handed.flatMap(({ listeners }) => listeners.flatMap(({ frames }) => frames));
    post(
      { op: 'handedOver', sockets: handed },
      moved.map(({ bytes }) => bytes),
    );
    const closing = [...sockets.values()].map(({ connection }) => connection.close());
    sockets.clear();
    homes.clear();
    void Promise.all(closing).then(() => {
      post({ op: 'retired' });
    });
  };

  const handle = (message: ToThread): void => {
    switch (message.op) {
      case 'open': {
        const socket = new ThreadSocket(
          message.socket,
          message.options,
          message.counters,
          post,
          deps,
          onFrame,
        );
        sockets.set(message.socket, socket);
        socket.connection.open();
        return;
      }
      case 'shadow': {
        const shadow = new ThreadSocket(message.socket, message.options, undefined, post, deps, onFrame);
        sockets.set(message.socket, shadow);
        shadow.connection.open();
        return;
      }
      case 'watch':
        for (const socket of sockets.values()) socket.watch();
        return;
      case 'unwatch':
        for (const socket of sockets.values()) socket.unwatch();
        return;
      case 'find':
        sockets.get(message.socket)?.find(message.print);
        return;
      case 'handOver':
        handOver();
        return;
      case 'adopt':
        adopt(message);
        return;
      case 'ask':
        // Whoever asks reads the counters next.
        for (const socket of sockets.values()) socket.report();
        void answers.answer(message.question).then((answer) => {
          post({ op: 'answer', id: message.id, answer });
        });
        return;
      case 'close':
        void close(message.socket);
        return;
      case 'reconnect':
        sockets.get(message.socket)?.connection.reconnect();
        return;
      case 'listen':
        listen(message.socket, message.listener, message.options, message.counters);
        return;
      case 'unlisten':
        unlisten(message.listener);
        return;
      case 'credit':
        homes
          .get(message.listener)
          ?.outboxes.get(message.listener)
          ?.grant(message.frames, message.notBeforeMs, message.unused);
        return;
    }
  };

  port.on('message', handle);
  deps.clock.every(REPORT_PERIOD_MS, () => {
    for (const socket of sockets.values()) socket.report();
  });
  post({ op: 'ready' });
}
