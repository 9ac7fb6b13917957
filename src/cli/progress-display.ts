import pc from 'picocolors';

/** Where training is. */
export interface ProgressEvent {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Steps done in this epoch. */
  step: number;
  /** Steps of an epoch. */
  steps: number;
  /** What the steps are of. Default training. */
  phase?: 'training' | 'evaluation';
  loss: number;
  /** Fraction of images classified rightly, weighted by lambda under mixing; left out where it means nothing. */
  top1?: number;
  imagesPerSecond: number;
  /** Until the end of the whole run. */
  secondsLeft: number;
}

/** How an epoch ended. Errors are fractions. */
export interface EpochEvent {
  epoch: number;
  epochs: number;
  trainLoss: number;
  valLoss: number;
  top1Error: number;
  imagesPerSecond: number;
  /** Share of the training's time in which it waited for data; told where it matters. Default 0. */
  dataWait?: number;
  secondsLeft: number;
  /** Whether its top-1 error is the lowest so far. Default false. */
  best?: boolean;
}

/** What is used of a `WriteStream`. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ProgressOptions {
  /** Default: standard error, so that results on standard output stay clean. */
  stream?: ProgressStream;
  /** Milliseconds from any fixed moment. Default: the process's clock. */
  now?: () => number;
  /** Decides about color: `NO_COLOR` and `TERM=dumb` turn it off. Default: the process's own. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Seconds between plain lines where the stream is not a terminal. Default 10. */
  plainSeconds?: number;
}

// Fast enough to look alive, slow enough to cost nothing.
const redrawMilliseconds = 100;
const widestBar = 20;
// Below this a bar says nothing, and the words need the room.
const narrowestBar = 4;
// The terminal itself writes ^C at the end of the line: with room for it, that does not wrap.
const freeColumns = 3;

/** Shows training: one line that is redrawn on a terminal, else a plain line now and then; and one line an epoch. */
export class ProgressDisplay {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #live: boolean;
  readonly #colors: ReturnType<typeof pc.createColors>;
  readonly #interval: number;
  #lastShown: number;
  #lineShown = false;
  /** The work under way that is no training, and where its pace is measured from. */
  #work: { name: string; done: number; start: { done: number; at: number } } | undefined;

  constructor(options: ProgressOptions = {}) {
    const {
      stream = process.stderr,
      now = () => performance.now(),
      environment = process.env,
      plainSeconds = 10,
    } = options;
    this.#stream = stream;
    this.#now = now;
    this.#live = stream.isTTY === true && environment.TERM !== 'dumb';
    this.#colors = pc.createColors(this.#live && !environment.NO_COLOR);
    this.#interval = this.#live ? redrawMilliseconds : plainSeconds * 1000;
    this.#lastShown = this.#live ? Number.NEGATIVE_INFINITY : now();
  }

  /** Call after every step; most calls show nothing. */
  step(event: ProgressEvent): void {
    this.#show(stepWords(event), event);
  }

  /**
   * Call as other work goes on; most calls show nothing. The time left is what the rest takes at the pace so far.
   *
   * @param name with another one, or where `done` is less than before, the time begins anew
   */
  work(name: string, done: number, of: number): void {
    const now = this.#now();
    const goesOn = this.#work?.name === name && done >= this.#work.done;
    this.#work = { name, done, start: goesOn ? this.#work!.start : { done, at: now } };
    const { start } = this.#work;
    const secondsLeft = (((now - start.at) / 1000) * (of - done)) / (done - start.done);
    const share = of > 0 ? Math.floor((100 * done) / of) : 100;
    this.#show([name, `${share} %`, `${formatDuration(secondsLeft)} left`], { step: done, steps: of });
  }

  #show(words: string[], at: Pick<ProgressEvent, 'step' | 'steps'>): void {
    const now = this.#now();
    if (now - this.#lastShown < this.#interval) return;
    this.#lastShown = now;
    if (this.#live) this.#redraw(words, at);
    else this.#stream.write(`${words.join('  ')}\n`);
  }

  /** Call after every epoch, once it is evaluated. */
  epoch(event: EpochEvent): void {
    const { best = false } = event;
    const line = epochWords(event).join('  ');
    this.note(best ? `${line}  ${this.#colors.green('best so far')}` : line);
    this.#lastShown = this.#now();
  }

  /** Writes a line that stays; a live line is drawn below it at the next step. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** Removes the live line, so that what is written next starts on an empty one. */
  close(): void {
    this.#clear();
  }

  #redraw([first = '', ...words]: string[], at: Pick<ProgressEvent, 'step' | 'steps'>): void {
    const columns = (this.#stream.columns || 80) - freeColumns;
    // What the words leave is the bar's, so that the time left is seen on a terminal of 80 columns too.
    const room = columns - [first, '', ...words].join('  ').length;
    const bar = room < narrowestBar ? '' : drawBar(at, Math.min(widestBar, room));
    // Cut before coloring: a line that wraps cannot be redrawn, and color codes must not be cut in two.
    const line = [first, ...(bar === '' ? [] : [bar]), ...words].join('  ').slice(0, columns);
    this.#stream.write(`\r\x1b[K${line.replace(bar, this.#colors.cyan(bar))}`);
    this.#lineShown = true;
  }

  #clear(): void {
    if (this.#lineShown) this.#stream.write('\r\x1b[K');
    this.#lineShown = false;
  }
}

function drawBar({ step, steps }: Pick<ProgressEvent, 'step' | 'steps'>, width: number): string {
  const done = steps > 0 ? Math.round((width * step) / steps) : 0;
  return `${'█'.repeat(done)}${'░'.repeat(width - done)}`;
}

function stepWords(event: ProgressEvent): string[] {
  const { epoch, epochs, step, steps, phase = 'training', loss, top1, imagesPerSecond, secondsLeft } = event;
  return [
    `epoch ${epoch}/${epochs}`,
    ...(phase === 'evaluation' ? ['evaluating'] : []),
    `step ${step}/${steps}`,
    `loss ${loss.toFixed(3)}`,
    ...(top1 === undefined ? [] : [`top-1 ${percent(top1)}`]),
    `${rate(imagesPerSecond)} images/s`,
    `${formatDuration(secondsLeft)} left`,
  ];
}

function epochWords({
  epoch,
  epochs,
  trainLoss,
  valLoss,
  top1Error,
  imagesPerSecond,
  dataWait = 0,
  secondsLeft,
}: EpochEvent): string[] {
  return [
    `epoch ${epoch}/${epochs} done`,
    `training loss ${trainLoss.toFixed(3)}`,
    `validation loss ${valLoss.toFixed(3)}`,
    `top-1 error ${percent(top1Error)}`,
    `${rate(imagesPerSecond)} images/s`,
    ...(dataWait >= 0.05 ? [`${percent(dataWait)} of the time waiting for data`] : []),
    ...(epoch < epochs ? [`${formatDuration(secondsLeft)} left`] : []),
  ];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** Two or more digits that mean something, whatever the size of the network; `?` where it is not known. */
function rate(perSecond: number): string {
  if (Number.isNaN(perSecond)) return '?';
  return perSecond.toFixed(perSecond < 10 ? 1 : 0);
}

/** A length of time for people: `45 s`, `4:32` (minutes), `1:04:32` (hours); `?` where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(whole % 60)}`;
}
