/** What an unset sub-message stands for in the streams that promise every field: its own defaults, as in the protocol. */
import type { PolygonBox, Quaternion, Vector3 } from './generated/values';

export const vectorOrZero = (vector: Vector3 | null): Vector3 => vector ?? { x: 0, y: 0, z: 0 };

export const rotationOrZero = (rotation: Quaternion | null): Quaternion =>
  rotation ?? { qw: 0, qx: 0, qy: 0, qz: 0 };

export const polygonOrEmpty = (polygon: PolygonBox | null): PolygonBox =>
  polygon ?? { points: [], minZ: 0, maxZ: 0 };
