/** What the loop tells its listeners: progress display, log, TensorBoard, or a program of your own. */

export interface TrainStarted {
  type: 'start';
  run: string;
  /** Steps already done, when resumed. */
  step: number;
  epochs: number;
  /** Whether it had ended before, so that there is nothing to go on with. */
  isFinished: boolean;
  stepsPerEpoch: number;
  parameters: number;
  precision: string;
  threads: number;
  /** What the network started from, in words; null where that is weights drawn anew. */
  startedFrom: string | null;
  /** What there is to say of the data, in sentences. */
  notes: readonly string[];
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
  /** What else the task watches: running means over the images of the epoch so far. */
  terms: Readonly<Record<string, number>>;
  learningRate: number;
  imagesPerSecond: number;
  /** Until the end of the run. */
  secondsLeft: number;
  /** What the task says of the step, such as how the batch was mixed. */
  about: Readonly<Record<string, unknown>>;
}

export interface EpochDone {
  type: 'epoch';
  step: number;
  epoch: number;
  epochs: number;
  trainLoss: number;
  /** What else the task watches: means over the epoch's images. */
  terms: Readonly<Record<string, number>>;
  /** Of the part that is measured after each epoch. */
  scores: Readonly<Record<string, number>>;
  /** Of training alone, without validation; NaN where a resumed run had only that left to do in this epoch. */
  imagesPerSecond: number;
  /** Share of the training's time in which it waited for data, 0 .. 1. */
  dataWait: number;
  learningRate: number;
  secondsLeft: number;
  /** Whether its goal is the best so far. */
  best: boolean;
}

export interface CheckpointWritten {
  type: 'checkpoint';
  step: number;
  path: string;
}

/** The test part was measured, once, after training. */
export interface TestDone {
  type: 'test';
  step: number;
  /** Whose weights were measured: the best epoch's. */
  epoch: number;
  scores: Readonly<Record<string, number>>;
}

/** Something that whoever waits for the training should know. */
export interface TrainNote {
  type: 'note';
  step: number;
  /** A sentence. */
  text: string;
}

export type TrainEvent = TrainStarted | StepDone | EpochDone | CheckpointWritten | TestDone | TrainNote;

export type TrainListener = (event: TrainEvent) => void;
