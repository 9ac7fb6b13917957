/** How fast training goes and how long it will take, measured on this process alone. */
export class Pace {
  readonly #imagesPerEpoch: number;
  readonly #epochs: number;
  #epochStart = performance.now();
  #images = 0;
  /** Seconds of validation and saving between epochs, from the last one that was closed. */
  #overhead = 0;
  #trainingEnd = 0;

  constructor(imagesPerEpoch: number, epochs: number) {
    this.#imagesPerEpoch = imagesPerEpoch;
    this.#epochs = epochs;
  }

  startEpoch(): void {
    this.#epochStart = performance.now();
    this.#trainingEnd = this.#epochStart;
    this.#images = 0;
  }

  add(images: number): void {
    this.#images += images;
    this.#trainingEnd = performance.now();
  }

  closeEpoch(): void {
    this.#overhead = (performance.now() - this.#trainingEnd) / 1000;
  }

  /** Of the epoch under way, without validation. */
  get imagesPerSecond(): number {
    const seconds = (this.#trainingEnd - this.#epochStart) / 1000;
    return seconds > 0 ? this.#images / seconds : 0;
  }

  /** Seconds to the end of the run from `images` images into `epoch` (from 1). */
  secondsLeft(epoch: number, images: number): number {
    const epochsLeft = this.#epochs - epoch + 1;
    if (epochsLeft <= 0) return 0;
    const imagesLeft = epochsLeft * this.#imagesPerEpoch - images;
    return imagesLeft / this.imagesPerSecond + epochsLeft * this.#overhead;
  }
}
