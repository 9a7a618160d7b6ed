/** Opens a real link and waits for its end. */
import { closeReason, type Ending } from '../../../../lib/socket/close-reason';
import { openLink, type Link } from '../../../../lib/socket/link';
import type { CloseReason, SocketOptions } from '../../../../lib/thread/protocol';
import { socketOptions } from '../../../helpers/fake-link';

export interface Ended {
  readonly ending: Ending;
  readonly reason: CloseReason;
  readonly calls: readonly string[];
}

/** @param onOpen what to do once the link is open */
export function endOf(
  change: Partial<SocketOptions>,
  onOpen: (link: Link) => void = () => undefined,
): Promise<Ended> {
  const options = socketOptions(change);
  const calls: string[] = [];
  return new Promise((resolve) => {
    const link = openLink(options, {
      onOpen: () => {
        calls.push('open');
        onOpen(link);
      },
      onMessage: () => calls.push('message'),
      onPong: () => calls.push('pong'),
      onEnd: (ending) => {
        calls.push('end');
        resolve({ ending, reason: closeReason(ending, options), calls });
      },
    });
  });
}
