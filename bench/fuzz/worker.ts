/** Runs one campaign in a thread of its own, and keeps the frame under way where the parent can see it. */
import { parentPort, workerData } from 'node:worker_threads';
import { Campaign } from './campaign';
import type { FromWorker, WorkerTask } from './protocol';

const { seed, frames, current } = workerData as WorkerTask;
const length = new Uint32Array(current, 0, 1);
const bytes = new Uint8Array(current, 4);

/** Millions are refused; where in the code tells nothing that the message does not. */
Error.stackTraceLimit = 0;

const tell = (message: FromWorker): void => parentPort?.postMessage(message);
const campaign = new Campaign(seed, (frame) => {
  length[0] = Math.min(frame.length, bytes.length);
  bytes.set(frame.subarray(0, bytes.length));
});
while (campaign.report.frames < frames) {
  campaign.runBatch();
  tell({ kind: 'progress', report: campaign.report });
}
tell({ kind: 'done', report: campaign.report });
