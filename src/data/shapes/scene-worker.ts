import { workerData } from 'node:worker_threads';
import { fillScenes, type SceneRange } from './draw-scene.ts';

/** A thread that draws its part of the scenes and ends. */
for (const range of workerData as SceneRange[]) fillScenes(range);
