/** The least that a zone needs. */
export const ZONE = {
  name: 'dock',
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
};
