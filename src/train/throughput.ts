/** How fast training goes and how long it will take, measured on this process alone. */
export class Throughput {
  readonly #imagesPerEpoch: number;
  readonly #epochs: number;
  #epochStart = performance.now();
  #images = 0;
  /** Seconds of validation and saving between epochs, from the last one that was closed. */
  #overhead = 0;
  #trainingEnd = 0;
  /** Milliseconds in which the loop had no batch. */
  #waiting = 0;

  constructor(imagesPerEpoch: number, epochs: number) {
    this.#imagesPerEpoch = imagesPerEpoch;
    this.#epochs = epochs;
  }

  startEpoch(): void {
    this.#epochStart = performance.now();
    this.#trainingEnd = this.#epochStart;
    this.#images = 0;
    this.#waiting = 0;
  }

  /** @param milliseconds from when the loop was ready for a batch until it had one */
  waited(milliseconds: number): void {
    this.#waiting += milliseconds;
  }

  add(images: number): void {
    this.#images += images;
    this.#trainingEnd = performance.now();
  }

  closeEpoch(): void {
    this.#overhead = (performance.now() - this.#trainingEnd) / 1000;
  }

  /** Of the epoch under way, without validation. NaN where none of its images were trained on in this process. */
  get imagesPerSecond(): number {
    const seconds = (this.#trainingEnd - this.#epochStart) / 1000;
    return seconds > 0 ? this.#images / seconds : Number.NaN;
  }

  /** Share of the time of the epoch under way, without validation, in which the loop waited for data: 0 .. 1. */
  get dataWait(): number {
    const milliseconds = this.#trainingEnd - this.#epochStart;
    return milliseconds > 0 ? Math.min(this.#waiting / milliseconds, 1) : 0;
  }

  /** Seconds to the end of the run from `images` images into `epoch` (from 1). */
  secondsLeft(epoch: number, images: number): number {
    const epochsLeft = this.#epochs - epoch + 1;
    if (epochsLeft <= 0) return 0;
    const imagesLeft = epochsLeft * this.#imagesPerEpoch - images;
    return imagesLeft / this.imagesPerSecond + epochsLeft * this.#overhead;
  }
}
