/** The states of one socket and its legal moves. */
import type { Transitions } from '../state-machine';
import type { SocketState } from '../thread/protocol';

/**
 * idle        nothing tried yet
 * connecting  TCP, TLS and WebSocket handshake
 * open        frames may come
 * waiting     the last connection ended; the next attempt is scheduled
 * closing     asked to end; the close handshake has its time
 * closed      for good
 */
export const SOCKET_TRANSITIONS: Transitions<SocketState> = {
  idle: ['connecting', 'closed'],
  connecting: ['open', 'waiting', 'closing'],
  open: ['waiting', 'closing'],
  waiting: ['connecting', 'closed'],
  closing: ['closed'],
  closed: [],
};
