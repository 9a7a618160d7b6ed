/** Says on what machine something was measured. */
import { availableParallelism, cpus } from 'node:os';

export const machineLine = (): string =>
  `${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, Node.js ${process.versions.node}`;
