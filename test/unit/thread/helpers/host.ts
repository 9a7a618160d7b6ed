/** lib/thread/host, loaded without the built thread. */
import './without-built-thread';
export { ThreadHost, type SocketHandle, type SocketHandlers } from '../../../../lib/thread/host';
