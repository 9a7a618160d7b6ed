/** Builds the payload of the stream `custom`, and tells apart the generations that numbered its parts differently. */
import { CustomMessageScan } from './generated/scans';
import {
  readProfilingResultSet,
  readRecordingInfo,
  readReplayInfo,
  readVehicleOrientedFieldsOfRegard,
  type ProfilingResultSet,
  type RecordingInfo,
  type ReplayInfo,
  type VehicleOrientedFieldsOfRegard,
} from './generated/values';
import { readAll, readOne } from './ranges';
import type { WireReader } from './wire-reader';

export interface CustomPayload {
  vehicleOrientedFieldsOfRegard: VehicleOrientedFieldsOfRegard[];
  bgLearningProgress: number;
  record: RecordingInfo | null;
  /** Only servers before 3.1 send it. */
  replay: ReplayInfo | null;
  profiling: ProfilingResultSet | null;
}

export function readCustom(reader: WireReader, end: number): CustomPayload {
  const scan = new CustomMessageScan();
  scan.read(reader, end);
  return {
    vehicleOrientedFieldsOfRegard: readAll(
      scan.reader,
      scan.vehicleOrientedFieldsOfRegard,
      readVehicleOrientedFieldsOfRegard,
    ),
    bgLearningProgress: scan.bgLearningProgress,
    ...readUndecided(scan),
  };
}

/** First tags inside a part; they differ by wire type, so they cannot be confused. */
const REPLAY_INDEX = 0x08;
const RECORD_PROGRESS = 0x0d;
const PROFILING_MASTER = 0x0a;
const PROFILING_NODES = 0x12;

/**
 * | field | before 3.1 | since 3.1 |
 * | 102 | replay | record |
 * | 103 | record | profiling |
 * | 104 | profiling | - |
 * An empty part, or one that begins with something else, follows what the other parts say about the server.
 */
function readUndecided(scan: CustomMessageScan): Pick<CustomPayload, 'record' | 'replay' | 'profiling'> {
  const { reader, part102Start, part103Start, part104Start } = scan;
  const first102 = firstByte(reader, part102Start, scan.part102End);
  const first103 = firstByte(reader, part103Start, scan.part103End);
  const isOld = first102 === REPLAY_INDEX || first103 === RECORD_PROGRESS || part104Start >= 0;
  const replayIn102 = first102 === REPLAY_INDEX || (isOld && first102 !== RECORD_PROGRESS);
  const profilingFirst103 = first103 === PROFILING_MASTER || first103 === PROFILING_NODES;
  const recordIn103 = first103 === RECORD_PROGRESS || (isOld && !profilingFirst103);
  const in102 = [part102Start, scan.part102End] as const;
  const in103 = [part103Start, scan.part103End] as const;
  const in104 = [part104Start, scan.part104End] as const;
  const record = recordIn103 && part103Start >= 0 ? in103 : replayIn102 ? NOWHERE : in102;
  const profiling = recordIn103 || part103Start < 0 ? in104 : in103;
  return {
    record: readOne(reader, ...record, readRecordingInfo),
    replay: readOne(reader, ...(replayIn102 ? in102 : NOWHERE), readReplayInfo),
    profiling: readOne(reader, ...profiling, readProfilingResultSet),
  };
}

const NOWHERE = [-1, -1] as const;

function firstByte(reader: WireReader, start: number, end: number): number | undefined {
  return start >= 0 && start < end ? reader.bytes[start] : undefined;
}
