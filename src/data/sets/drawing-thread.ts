import { workerData } from 'node:worker_threads';
import { type DrawingRange, drawPictures } from './draw-pictures.ts';

/** A thread that draws its part of the pictures and ends. */
for (const range of workerData as DrawingRange[]) drawPictures(range);
