/** Where the socket thread starts. */
import { parentPort } from 'node:worker_threads';
import { runThread } from './thread-main';

if (parentPort) runThread(parentPort);
