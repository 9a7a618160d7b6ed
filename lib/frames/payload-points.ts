/** Builds the payload of the stream `points`: the clouds of a frame, as far as possible without copying them. */
import { createCloudFormatter, type Cloud } from './cloud';
import { findClouds } from './decode-points';
import { createCloudFilter } from './filters';
import { pointResultPointCloudTypeName, type PointResultPointCloudType } from './generated/enums';
import type { PointResultPointCloudScan } from './generated/scans';
import type { FrameWish } from './wish';

export interface PointsPayload {
  uid: string;
  clouds: ({ type: PointResultPointCloudType; id: string } & Cloud)[];
}

/** @throws SensrError SENSR_BAD_FRAME */
export type PointsPayloads = (frame: Buffer) => PointsPayload[];

export function createPointsPayloads(wish: FrameWish): PointsPayloads {
  const keeps = createCloudFilter(wish);
  const formatCloud = createCloudFormatter(wish);
  return (frame) => {
    const { uid, clouds } = findClouds(frame);
    const kept = clouds.filter(({ type }) => keeps(type));
    if (wish.skipEmpty && kept.length === 0) return [];
    const keptBytes = kept.reduce((total, cloud) => total + floatBytes(cloud), 0);
    // A ground cloud that a flow keeps must not keep the background alive with it.
    const mayView = keptBytes * 2 >= frame.length;
    return [
      {
        uid,
        clouds: kept.map((cloud) => {
          const packed = {
            bytes: cloud.reader.bytes,
            pointsStart: cloud.pointsStart,
            pointsEnd: cloud.pointsEnd,
            intensitiesStart: cloud.intensitiesStart,
            intensitiesEnd: cloud.intensitiesEnd,
          };
          const { count, points, intensities } = formatCloud(packed, mayView);
          return {
            type: pointResultPointCloudTypeName(cloud.type),
            id: cloud.id,
            count,
            points,
            intensities,
          };
        }),
      },
    ];
  };
}

function floatBytes(cloud: PointResultPointCloudScan): number {
  return cloud.pointsEnd - cloud.pointsStart + (cloud.intensitiesEnd - cloud.intensitiesStart);
}
