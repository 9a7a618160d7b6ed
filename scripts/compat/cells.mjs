// Which Node-RED is tried on which Node.js.
export const NODE_REDS = ['4.0', '4.1', '5.0'];
export const NODES = ['20', '22', '24'];

/** Node-RED 5 declares Node.js 22.9 or later, so there is no such pair to support. */
const CANNOT_RUN = new Set(['5.0:20']);

/** The oldest Node.js and the newest of everything: what every change must pass. */
const CORNERS = ['4.1:20', '5.0:24'];

export const nameOf = ({ nodeRed, node }) => `${nodeRed}:${node}`;

export const CELLS = NODE_REDS.flatMap((nodeRed) => NODES.map((node) => ({ nodeRed, node })));

export const runs = (cell) => !CANNOT_RUN.has(nameOf(cell));

/** @param names `4.1:20,5.0:24`, `corners`, or undefined for all that run */
export function chooseCells(names) {
  if (names === undefined) return CELLS.filter(runs);
  return (names === 'corners' ? CORNERS : names.split(',')).map((name) => {
    const cell = CELLS.find((one) => nameOf(one) === name);
    if (!cell || !runs(cell))
      throw new Error(
        `--only takes pairs of Node-RED and Node.js such as ${CORNERS.join(',')}, or 'corners', not '${name}'`,
      );
    return cell;
  });
}
