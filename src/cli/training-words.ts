/** A training in words: what its events and its result say to people. Nothing here knows the task. */
import type { TrainResult } from '../config/index.ts';
import { printable } from '../options/index.ts';
import type { EpochDone, StepDone, TestDone, TrainStarted } from '../train/index.ts';

/** A line has room for few numbers: the result has this one. */
const notInLines: readonly string[] = ['top5Error'];

type Numbers = Readonly<Record<string, number>>;

/** A score or a term as people read its name: `top1Error` is `top-1 error`, `valLoss` is `validation loss`. */
export function scoreName(name: string): string {
  return name
    .replace(/^val(?=[A-Z])/, 'validation')
    .replace(/^top(\d+)/, 'top-$1')
    .replace(/([a-z\d])([A-Z][a-z])/g, '$1 $2')
    .replace(/\b[A-Z](?=[a-z]+\b)/g, (letter) => letter.toLowerCase());
}

/** Errors, accuracies and shares are fractions and told in percent; other numbers as they are. */
function scoreValue(name: string, value: number, digits: number): string {
  if (/^top\d+|accuracy$|share$/i.test(name)) return percent(value, digits);
  return /loss$/i.test(name) ? value.toFixed(3) : String(Number(value.toPrecision(4)));
}

/** Each score as `top-1 error 12.3 %`. */
export function scoreWords(scores: Numbers, { digits = 1, inLine = false } = {}): string[] {
  return Object.entries(scores)
    .filter(([name]) => !(inLine && notInLines.includes(name)))
    .map(([name, value]) => `${scoreName(name)} ${scoreValue(name, value, digits)}`);
}

/** What a training begins with: what there is to say of its data, what it is, and the weights it starts from, where some were given. */
export function startLines(event: TrainStarted): string[] {
  const { run, step, epochs, isFinished, stepsPerEpoch, parameters, precision, threads, startedFrom, notes } = event;
  if (isFinished) {
    return [
      ...notes,
      `${run}: training has finished; to go on beyond its end: npx patchwork resume ${run} --epochs ${2 * epochs}`,
    ];
  }
  const from = step > 0 ? `, from step ${step} on` : '';
  const line =
    `training into ${run}: ${count(epochs, 'epoch')} of ${count(stepsPerEpoch, 'step')}${from}; ` +
    `${parameters.toLocaleString('en-US')} parameters, ${precision}, ${count(threads, 'thread')}`;
  return [...notes, line, ...(startedFrom === null ? [] : [startedFrom])];
}

export function stepWords(event: StepDone): string[] {
  const { epoch, epochs, stepInEpoch, stepsPerEpoch, loss, terms, imagesPerSecond, secondsLeft } = event;
  return [
    `epoch ${epoch}/${epochs}`,
    `step ${stepInEpoch}/${stepsPerEpoch}`,
    `loss ${loss.toFixed(3)}`,
    ...scoreWords(terms, { inLine: true }),
    `${rate(imagesPerSecond)} images/s`,
    `${formatDuration(secondsLeft)} left`,
  ];
}

export function epochWords(event: EpochDone): string[] {
  const { epoch, epochs, trainLoss, scores, imagesPerSecond, dataWait, secondsLeft } = event;
  return [
    `epoch ${epoch}/${epochs} done`,
    `training loss ${trainLoss.toFixed(3)}`,
    ...scoreWords(scores, { inLine: true }),
    `${rate(imagesPerSecond)} images/s`,
    ...(dataWait >= 0.05 ? [`${percent(dataWait, 1)} of the time waiting for data`] : []),
    ...(epoch < epochs ? [`${formatDuration(secondsLeft)} left`] : []),
  ];
}

/** What the test part gave. */
export function testWords({ scores }: Pick<TestDone, 'scores'>, digits = 1): string {
  // A meter names its scores as of validation.
  const words = scoreWords(scores, { digits }).map((word) => word.replace(/^validation /, ''));
  return `test part, by the best epoch's weights: ${words.join(', ')}`;
}

/** What a training ended with: the scores of the last and of the best epoch, and which is which. */
export function describeResult({ run, outcome, last, best, test, chosenOn, ...found }: TrainResult): string {
  const lines = [
    ...imageWords(found.badImages, 'left out', 'bad-images.json'),
    ...imageWords(found.warnedImages, 'read with a warning', 'warned-images.json'),
  ];
  const chosen = {
    validation: 'chosen on the validation part',
    test: 'chosen on the test images, as in the paper: give a validation part by validationShare=0.1 behind the data',
  }[chosenOn];
  const scores = (of: Numbers) => scoreWords(of, { digits: 2 }).join(', ');
  if (last && best) {
    lines.push(
      `last epoch (${last.epoch}): ${scores(last.scores)}`,
      `best epoch (${best.epoch}, ${chosen}): ${scores(best.scores)}`,
    );
  }
  if (test) lines.push(testWords(test, 2));
  lines.push(
    ...(outcome === 'finished'
      ? [
          `run folder: ${run}`,
          `next: npx patchwork evaluate ${run}; of pictures of your own: npx patchwork predict ${run} PICTURES`,
        ]
      : [`stopped and saved; go on with: npx patchwork resume ${run}`]),
  );
  return lines.join('\n');
}

const mostListed = 5;

/** How many pictures were left out or odd, and the first of them; no line where there is none. @param file lists all */
export function imageWords(images: Readonly<TrainResult['badImages']>, what: string, file?: string): string[] {
  if (images.length === 0) return [];
  const listed = images.slice(0, mostListed).map(({ path, reason }) => `  ${printable(path)}: ${printable(reason)}`);
  const more = images.length > mostListed ? ['  ...'] : [];
  const pictures = images.length === 1 ? '1 picture was' : `${images.length} pictures were`;
  const all = file === undefined ? '' : `, see ${file} in the run folder`;
  return [`${pictures} ${what}${all}:`, ...listed, ...more];
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

function percent(fraction: number, digits: number): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}

/** Two or more digits that mean something, whatever the size of the network; `?` where it is not known. */
function rate(perSecond: number): string {
  if (Number.isNaN(perSecond)) return '?';
  return perSecond.toFixed(perSecond < 10 ? 1 : 0);
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
