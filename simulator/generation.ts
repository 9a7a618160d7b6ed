/** Decides what each generation of SENSR writes differently from the newest definitions. */

import type { Generation } from './types';

export interface GenerationTraits {
  /** `has_objects` and `has_zones`: without them nobody can tell an empty list from an unsent one. */
  readonly presenceFlags: boolean;
  readonly packedZoneIds: boolean;
  /** `yaw_rate` and `retro_reflective`. */
  readonly yawRate: boolean;
  /** `time_offset` instead of `last_observed_timestamp`, and no `is_static`. */
  readonly timeOffset: 'absent' | 'present' | 'replaced';
  readonly intensities: boolean;
  /** Sensors in field 4 (and in edge nodes) as records with a name instead of bare states. */
  readonly sensorRecords: boolean;
  readonly edges: boolean;
  readonly onlineRecalibration: boolean;
  /** 102 replay, 103 record, 104 profiling instead of 102 record, 103 profiling. */
  readonly customWithReplay: boolean;
}

const CURRENT: GenerationTraits = {
  presenceFlags: true,
  packedZoneIds: true,
  yawRate: true,
  timeOffset: 'replaced',
  intensities: true,
  sensorRecords: false,
  edges: true,
  onlineRecalibration: true,
  customWithReplay: false,
};

const THREE_ZERO: GenerationTraits = {
  ...CURRENT,
  timeOffset: 'present',
  edges: false,
  onlineRecalibration: false,
  customWithReplay: true,
};

export const GENERATIONS: Readonly<Record<Generation, GenerationTraits>> = {
  current: CURRENT,
  pre: { ...CURRENT, sensorRecords: true },
  '3.0': THREE_ZERO,
  '2.x': {
    ...THREE_ZERO,
    presenceFlags: false,
    packedZoneIds: false,
    yawRate: false,
    timeOffset: 'absent',
    intensities: false,
  },
};
