import { workerData } from 'node:worker_threads';
import { fillScenes, type SceneRange } from './fill-scenes.ts';

/** A thread that draws its part of the scenes and ends. */
for (const range of workerData as SceneRange[]) fillScenes(range);
