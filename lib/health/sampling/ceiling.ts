/** How much memory the process may have: what a container, the user or the machine allows. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

export interface Ceiling {
  readonly bytes: number;
  readonly source: 'option' | 'container' | 'machine';
}

export interface CeilingSources {
  /** From the node's settings; 0 = detect. */
  readonly optionBytes: number;
  readonly totalBytes: number;
  /** `process.constrainedMemory()`: the limit of the innermost group, or a number beyond any machine. */
  readonly constrainedBytes: number | undefined;
  /** Limits of the groups around it, which Node.js does not look at. */
  readonly groupBytes: readonly number[];
}

/** Without a limit: the rest is for the system and for others. */
const SHARE_OF_MACHINE = 0.8;

/** The smallest that is one. */
export function ceilingOf({
  optionBytes,
  totalBytes,
  constrainedBytes,
  groupBytes,
}: CeilingSources): Ceiling {
  const limits = [constrainedBytes ?? 0, ...groupBytes].filter((bytes) => bytes > 0 && bytes <= totalBytes);
  const container = limits.length > 0 ? Math.min(...limits) : undefined;
  if (optionBytes > 0 && optionBytes <= (container ?? Infinity))
    return { bytes: optionBytes, source: 'option' };
  if (container !== undefined) return { bytes: container, source: 'container' };
  return { bytes: totalBytes * SHARE_OF_MACHINE, source: 'machine' };
}

export function readCeiling(optionBytes: number, cgroupRoot = '/sys/fs/cgroup'): Ceiling {
  return ceilingOf({
    optionBytes,
    totalBytes: totalmem(),
    constrainedBytes: process.constrainedMemory(),
    groupBytes: groupLimits(cgroupRoot),
  });
}

/** @returns the limits of this process's control group and of all around it; empty where there are none */
export function groupLimits(root: string, membership = readText('/proc/self/cgroup')): number[] {
  const groups = membership?.split('\n').map((line) => line.split(':')) ?? [];
  return groups.flatMap(([, controllers = '', path = '']) => {
    // Version 2 has one line with no controllers; version 1 one for each.
    if (controllers === '') return limitsUp(root, path, 'memory.max');
    return controllers.split(',').includes('memory')
      ? limitsUp(join(root, 'memory'), path, 'memory.limit_in_bytes')
      : [];
  });
}

function limitsUp(root: string, path: string, file: string): number[] {
  const limits: number[] = [];
  for (let group = path; ; group = dirname(group)) {
    const bytes = Number(readText(join(root, group, file)));
    if (Number.isFinite(bytes) && bytes > 0) limits.push(bytes);
    if (group === '/' || group === '.' || group === '') return limits;
  }
}

/** A file that is not there is a limit that is not set. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
