/** What a network between us and SENSR can be made to do, whether it is a real one or a proxy. */
import type { Ports } from '../../test/helpers/simulator-process';

export interface Network {
  /** Said in the results: what was really there. */
  readonly kind: string;
  /** Where SENSR is reached. */
  readonly host: string;
  readonly ports: Omit<Ports, 'rest'>;
  /** The cable is out: nothing gets through, and nobody is told. */
  readonly cut: () => void;
  /** What SENSR sends is lost, what we send arrives: to it, the connection is well. */
  readonly cutFromServer: () => void;
  readonly heal: () => void;
  /** 0 = no limit. */
  readonly limit: (bytesPerSecond: number) => void;
  /** Undefined where it cannot be done. */
  readonly delay: ((ms: number, jitterMs: number) => void) | undefined;
  /** Packets are lost, and some are overtaken by others; undefined where it cannot be done. */
  readonly disturb: ((lossPercent: number, latePercent: number) => void) | undefined;
  readonly close: () => Promise<void>;
}
