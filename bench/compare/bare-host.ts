/** Contender without Node-RED: ws and the package's decoder in one loop, nothing between them. */
import { join } from 'node:path';
import WebSocket from 'ws';
import type { createFrameReader as CreateFrameReader } from '../../lib/frames/reader';
import { Meter } from './meter';
import { answerParent, type Deployment } from './protocol';
import { WISH } from './wish';

const MAX_FRAME_BYTES = 67_108_864;

const meter = new Meter();

function connect(port: number, onFrame: (frame: Buffer) => void): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  socket.on('message', onFrame);
}

function deploy({ outputPorts, pointsPort }: Deployment): void {
  const built = join(process.cwd(), 'dist/lib/frames/reader.js');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what ships, not the sources
  const { createFrameReader } = require(built) as { createFrameReader: typeof CreateFrameReader };
  const objects = createFrameReader({ ...WISH, stream: 'objects' });
  const points = createFrameReader({ ...WISH, stream: 'points' });
  for (const port of outputPorts)
    connect(port, (frame) => {
      if (objects(frame).payloads.length > 0) meter.result();
    });
  if (pointsPort !== undefined)
    connect(pointsPort, (frame) => {
      if (points(frame).payloads.length > 0) meter.cloud();
    });
}

answerParent({
  deploy: (deployment) => {
    deploy(deployment);
    return Promise.resolve(true);
  },
  reset: () => {
    meter.reset();
    return Promise.resolve(true);
  },
  reached: ({ count }) => meter.reached(count),
  report: () => Promise.resolve(meter.usage(0)),
});
