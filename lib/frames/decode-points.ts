/** Finds the clouds of a point frame: their kind and where their points are, not the points themselves. */
import { PointResultPointCloudScan, PointResultScan } from './generated/scans';
import { readAll } from './ranges';
import { WireReader } from './wire-reader';

export interface FoundClouds {
  readonly uid: string;
  readonly clouds: readonly PointResultPointCloudScan[];
}

/** @throws SensrError SENSR_BAD_FRAME */
export function findClouds(bytes: Buffer): FoundClouds {
  const frame = new PointResultScan();
  frame.read(new WireReader(bytes));
  const clouds = readAll(frame.reader, frame.points, (reader, end) => {
    const cloud = new PointResultPointCloudScan();
    cloud.read(reader, end);
    return cloud;
  });
  return { uid: frame.uid, clouds };
}
