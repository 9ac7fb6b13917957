/** What the loop tells its listeners: progress display, log, TensorBoard, or a program of your own. */
import type { MixPlan } from '../mix/index.ts';

export interface TrainStarted {
  type: 'start';
  run: string;
  /** Steps already done, when resumed. */
  step: number;
  epochs: number;
  stepsPerEpoch: number;
  parameters: number;
  precision: string;
  threads: number;
  /** What was loaded from a file of weights, in words; null where training began anew. */
  weights: string | null;
}

export interface StepDone {
  type: 'step';
  /** Steps done over the whole run, from 1. */
  step: number;
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Steps done in this epoch. */
  stepInEpoch: number;
  stepsPerEpoch: number;
  loss: number;
  /** Running mean over the epoch so far: fraction right, weighted by lambda under mixing. */
  top1: number;
  learningRate: number;
  imagesPerSecond: number;
  /** Until the end of the run. */
  secondsLeft: number;
  /** How this batch was mixed: the plans applied in turn. */
  plans: readonly MixPlan[];
}

export interface EpochDone {
  type: 'epoch';
  step: number;
  epoch: number;
  epochs: number;
  trainLoss: number;
  valLoss: number;
  /** Fractions. */
  top1Error: number;
  top5Error: number;
  /** Of training alone, without validation; NaN where a resumed run had only that left to do in this epoch. */
  imagesPerSecond: number;
  /** Share of the training's time in which it waited for data, 0 .. 1. */
  dataWait: number;
  learningRate: number;
  secondsLeft: number;
  /** Whether its top-1 error is the lowest so far. */
  best: boolean;
}

export interface CheckpointWritten {
  type: 'checkpoint';
  step: number;
  path: string;
}

export type TrainEvent = TrainStarted | StepDone | EpochDone | CheckpointWritten;

export type TrainListener = (event: TrainEvent) => void;
