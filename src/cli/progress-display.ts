/** Long work on the terminal: training by its events, and any other work by how much of it is done. */
import pc from 'picocolors';
import { printable, printableText } from '../options/index.ts';
import type { StepDone, TrainEvent, TrainListener } from '../train/index.ts';
import { epochWords, formatDuration, startLines, stepWords, testWords } from './training-words.ts';

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

/** How much of the work on the line is done. */
interface Done {
  done: number;
  of: number;
}

// Fast enough to look alive, slow enough to cost nothing.
const redrawMilliseconds = 100;
const widestBar = 20;
// Below this a bar says nothing, and the words need the room.
const narrowestBar = 4;
// The terminal itself writes ^C at the end of the line: with room for it, that does not wrap.
const freeColumns = 3;

/** Shows work: one line that is redrawn on a terminal, else a plain line now and then; and lines that stay. */
export class ProgressDisplay {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #live: boolean;
  readonly #colors: ReturnType<typeof pc.createColors>;
  readonly #interval: number;
  readonly #noted = new Set<string>();
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

  /** Shows a training, whatever is learned; most steps show nothing. */
  readonly training: TrainListener = (event: TrainEvent): void => {
    if (event.type === 'start') for (const line of startLines(event)) this.#noteOnce(line);
    if (event.type === 'step') this.#tellTime(event);
    if (event.type === 'step') this.#show(stepWords(event), { done: event.stepInEpoch, of: event.stepsPerEpoch });
    if (event.type === 'epoch') {
      this.#line(
        [...epochWords(event).map(printable), ...(event.best ? [this.#colors.green('best so far')] : [])].join('  '),
      );
      this.#lastShown = this.#now();
    }
    if (event.type === 'test') this.note(testWords(event));
    if (event.type === 'note') this.note(event.text);
  };

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
    this.#show([name, `${share} %`, `${formatDuration(secondsLeft)} left`], { done, of });
  }

  /** How long a training will take, once its first steps tell: a plain log has no other place where that is seen early. */
  #tellTime({ stepInEpoch, stepsPerEpoch, epoch, secondsLeft }: StepDone): void {
    const isEarly = epoch === 1 && stepInEpoch === Math.min(10, stepsPerEpoch);
    if (isEarly && secondsLeft > 60) this.note(`by these first steps about ${formatDuration(secondsLeft)} for all`);
  }

  /** Of trainings one after the other, most begin alike. */
  #noteOnce(line: string): void {
    if (!this.#noted.has(line)) this.note(line);
    this.#noted.add(line);
  }

  /** Writes a line that stays; a live line is drawn below it at the next step. */
  note(text: string): void {
    this.#line(printableText(text));
  }

  #line(text: string): void {
    this.close();
    this.#stream.write(`${text}\n`);
  }

  /** Removes the live line, so that what is written next starts on an empty one. */
  close(): void {
    if (this.#lineShown) this.#stream.write('\r\x1b[K');
    this.#lineShown = false;
  }

  #show(given: string[], done: Done): void {
    const now = this.#now();
    if (now - this.#lastShown < this.#interval) return;
    this.#lastShown = now;
    const words = given.map(printable);
    if (this.#live) this.#redraw(words, done);
    else this.#stream.write(`${words.join('  ')}\n`);
  }

  #redraw([first = '', ...words]: string[], done: Done): void {
    const columns = (this.#stream.columns || 80) - freeColumns;
    // What the words leave is the bar's, so that the time left is seen on a terminal of 80 columns too.
    const room = columns - [first, '', ...words].join('  ').length;
    const bar = room < narrowestBar ? '' : drawBar(done, Math.min(widestBar, room));
    // Cut before coloring: a line that wraps cannot be redrawn, and color codes must not be cut in two.
    const line = [first, ...(bar === '' ? [] : [bar]), ...words].join('  ').slice(0, columns);
    this.#stream.write(`\r\x1b[K${line.replace(bar, this.#colors.cyan(bar))}`);
    this.#lineShown = true;
  }
}

function drawBar({ done, of }: Done, width: number): string {
  const full = of > 0 ? Math.round((width * done) / of) : 0;
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
