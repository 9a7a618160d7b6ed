/** Finds the parts of an output frame and keeps them apart: damage in one costs none of the others. */
import { SensrError } from '../errors';
import { OutputMessageScan } from './generated/scans';
import { readTimestampMs } from './timestamp';
import { WireReader } from './wire-reader';

export type PartName = 'stream' | 'event' | 'custom';

export class OutputFrame {
  /** The time the frame was sent; undefined when it does not say. */
  readonly timestampMs: number | undefined;
  /** What is wrong with the frame outside the parts asked for. */
  readonly problems: SensrError[] = [];
  readonly #scan = new OutputMessageScan();
  /** Set when the frame breaks off: what came before is known, what would have come after is not. */
  readonly #broken: SensrError | undefined;

  constructor(bytes: Buffer) {
    const scan = this.#scan;
    this.#broken = damageOf(() => {
      scan.read(new WireReader(bytes));
    });
    if (this.#broken) this.problems.push(this.#broken);
    if (scan.timestampStart < 0) return;
    let timestampMs: number | undefined;
    scan.reader.pos = scan.timestampStart;
    const damage = damageOf(() => {
      timestampMs = readTimestampMs(scan.reader, scan.timestampEnd);
    });
    if (damage) this.problems.push(inPart('timestamp', damage));
    this.timestampMs = timestampMs;
  }

  /**
   * @returns what `decode` makes of the part, or undefined where the frame has none
   * @throws SensrError SENSR_BAD_FRAME when the part is damaged, or the frame breaks off before it was found
   */
  part<T>(name: PartName, decode: (reader: WireReader, end: number) => T): T | undefined {
    const [start, end] = this.#range(name);
    if (start < 0) {
      if (this.#broken) throw this.#broken;
      return undefined;
    }
    const { reader } = this.#scan;
    reader.pos = start;
    let result: T | undefined;
    const damage = damageOf(() => {
      result = decode(reader, end);
    });
    if (damage) throw inPart(name, damage);
    return result;
  }

  #range(name: PartName): [start: number, end: number] {
    const scan = this.#scan;
    if (name === 'stream') return [scan.streamStart, scan.streamEnd];
    if (name === 'event') return [scan.eventStart, scan.eventEnd];
    return [scan.customStart, scan.customEnd];
  }
}

/** @returns the damage `read` came upon; anything else it throws is a fault of ours and goes on. */
export function damageOf(read: () => void): SensrError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof SensrError && error.code === 'SENSR_BAD_FRAME') return error;
    throw error;
  }
}

function inPart(name: string, damage: SensrError): SensrError {
  return new SensrError(damage.code, `The ${name} part could not be read. ${damage.message}`, damage);
}
