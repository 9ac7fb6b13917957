/** The thread that looks at half of the files. */
import { workerData } from 'node:worker_threads';
import { type FilesOfThread, lookAt } from './file-states.ts';

const { paths, ...states } = workerData as FilesOfThread;
lookAt(paths.split('\0'), states);
