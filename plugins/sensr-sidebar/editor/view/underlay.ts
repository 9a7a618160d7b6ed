/** The points of an underlay, unpacked. */
import type { LivePoints } from '../../protocol';

/** @returns x and y by turns, in metres */
export function unpack({ data, count, originX, originY, metresPerUnit }: LivePoints): Float32Array {
  const packed = atob(data);
  const bytes = new DataView(Uint8Array.from(packed, (one) => one.charCodeAt(0)).buffer);
  const places = new Float32Array(count * 2);
  for (let at = 0; at < places.length; at += 1)
    places[at] = (at % 2 === 0 ? originX : originY) + bytes.getInt16(at * 2, true) * metresPerUnit;
  return places;
}
