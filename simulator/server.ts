/** The way in for programs and tests: starts a simulator with whatever options are given. */

import { completeOptions, type SimulatorOptions } from './options';
import { Simulator } from './simulator';

export async function startSimulator(options?: Partial<SimulatorOptions>): Promise<Simulator> {
  const simulator = new Simulator(completeOptions(options));
  await simulator.start();
  return simulator;
}

export { encodeOutputMessage, encodePointResult } from './encode';
export type { ApiVersion } from './editions';
export type { Fault, FaultName, FaultPort, PortKind } from './faults';
export { OptionError, type SimulatorOptions } from './options';
export type { SiteState } from './live-site';
export type { RequestRecord } from './request-log';
export type { Simulator, SimulatorStats, StreamKind } from './simulator';
export type { ConnectionStats, HttpPortStats, PortStats, PublishedEvent } from './statistics';
