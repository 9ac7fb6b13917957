/** What was found, in one sentence: better, worse, or that it cannot be told; by how much; how sure. */
import type { AccuracyResult } from '../evaluate/index.ts';
import type { ExperimentResult, RowResult, Verdict } from '../experiments/index.ts';
import { binomialInterval, signTest } from '../metrics/index.ts';
import { percent, plural, points, pText, spreadText } from './number-texts.ts';

/** A row that was compared, and with what. */
interface Judged {
  title: string;
  baseline: string;
  verdict: Verdict;
}

/**
 * Of one network: its error with the 95 % interval, against guessing, and against always answering the most frequent class.
 * Undefined where its accuracy was not measured.
 */
export function evaluationVerdict({
  accuracy,
  classes,
}: {
  accuracy?: AccuracyResult | undefined;
  classes: readonly string[];
}): string | undefined {
  if (accuracy === undefined) return undefined;
  const { images, top1Error, errorInterval } = accuracy;
  const interval = `95 % interval ${errorInterval.map(percent).join(' to ')}`;
  return `Top-1 error ${percent(top1Error)} % (${interval}, ${plural(images, 'image')}; lower is better): ${againstNothing(accuracy, classes)}.`;
}

function againstNothing(
  { images, errorInterval: [low, high], classErrors }: AccuracyResult,
  classes: readonly string[],
): string {
  const chance = 1 - 1 / classes.length;
  const guessing = `guessing (${percent(chance)} %)`;
  if (low > chance) return `worse than ${guessing}`;
  const most = classErrors.reduce((best, { samples }, c) => (samples > classErrors[best]!.samples ? c : best), 0);
  const { samples, errors } = classErrors[most]!;
  const always = 1 - samples / images;
  const constant = `always answering '${classes[most]}', the most frequent class (${percent(always)} %)`;
  const isEven = always > chance - 1e-9;
  if (high >= chance) return `it cannot be told from ${guessing}`;
  if (isEven) return `better than ${guessing}`;
  // The same images, answered twice: those that one alone gets right.
  const right = classErrors.reduce((sum, one, c) => sum + (c === most ? 0 : one.samples - one.errors), 0);
  if (signTest(right, errors) >= 0.05) return `better than ${guessing}, but it cannot be told from ${constant}`;
  return right > errors
    ? `better than ${guessing} and than ${constant}`
    : `better than ${guessing}, worse than ${constant}`;
}

/** Where accuracy was not measured. */
export const noVerdict = 'There is no verdict without the error on all test images, which --suite accuracy measures.';

/** Of an experiment: its method against the baseline, or which of several methods are better, and which are not. */
export function experimentVerdict({ rows }: Pick<ExperimentResult, 'rows'>): string {
  const judged = rows.flatMap(({ title, verdict, paired }): Judged[] => {
    const baseline = rows.find(({ row }) => row === paired?.baseline)?.title;
    return verdict && baseline !== undefined ? [{ title, baseline, verdict }] : [];
  });
  const [first, ...others] = judged;
  if (first === undefined) return withoutComparison(rows);
  return others.length === 0 ? ofOne(first) : ofSeveral(judged);
}

/** For a cell of a table. */
export function verdictText(verdict: Verdict | undefined): string {
  if (verdict === undefined) return '';
  return verdict.seeds.count === 1 && verdict.kind !== 'cannot tell' ? `${verdict.kind}, one seed` : verdict.kind;
}

function ofOne({ title, baseline, verdict }: Judged): string {
  const { kind, seeds, images, p } = verdict;
  if (seeds.count > 1) {
    const by = `top-1 error ${byText(seeds.meanDifference)} (${howSure(verdict)}; lower is better)`;
    if (kind !== 'cannot tell') return `${title} is ${kind} than ${baseline}: ${by}.`;
    return `It cannot be told whether ${title} is better or worse than ${baseline}: ${by}${whyNot(verdict)}.`;
  }
  const by = `top-1 error ${byText(seeds.meanDifference)} (${intervalOfImages(verdict)}${pText(p)} over ${plural(images.count, 'image')}; lower is better)`;
  return kind === 'cannot tell'
    ? `It cannot be told whether ${title} is better or worse than ${baseline}: ${by}, with one seed.`
    : `The network of ${title} is ${kind} than that of ${baseline}: ${by}; of the methods one seed cannot tell, another may come out otherwise.`;
}

/** `2.00 points lower`. */
function byText(difference: number): string {
  if (difference === 0) return 'equal';
  return `${percent(Math.abs(difference))} points ${difference < 0 ? 'lower' : 'higher'}`;
}

function howSure({ seeds, images, p }: Verdict): string {
  const interval = seeds.interval ? `95 % interval ${seeds.interval.map(points).join(' to ')}, ` : '';
  return `${interval}${pText(p)}, ${plural(seeds.count, 'seed')}, ${plural(images.count, 'image')}`;
}

/** What stands against it where the seeds alone, or the images alone, would have been enough. */
function whyNot({ seeds, images }: Verdict): string {
  if (seeds.p === null) return '; all seeds differ by the same, which allows no test';
  if (seeds.p < 0.05 && images.p >= 0.05) return '; it may be due to which images were measured';
  return images.p < 0.05 && seeds.p >= 0.05 ? '; it may be due to the seeds' : '';
}

/** Given how many images only one of the two gets right, as in the sign test. */
function intervalOfImages({ images: { count, better, worse } }: Verdict): string {
  if (better + worse === 0) return '';
  const ends = binomialInterval(worse, better + worse).map((share) => ((2 * share - 1) * (better + worse)) / count);
  return `95 % interval ${ends.map(points).join(' to ')}, `;
}

function ofSeveral(judged: readonly Judged[]): string {
  const baselines = new Set(judged.map(({ baseline }) => baseline));
  const against = baselines.size === 1 ? [...baselines][0] : 'their baselines';
  const listOf = (wanted: Verdict['kind']) =>
    judged
      .filter(({ verdict }) => verdict.kind === wanted)
      .map(({ title, verdict: { seeds, p } }) => `${title} (${byText(seeds.meanDifference)}, ${pText(p)})`)
      .join(', ');
  const parts = [
    ['better', listOf('better')],
    ['worse', listOf('worse')],
    ['cannot tell', listOf('cannot tell')],
  ].flatMap(([kind, list]) => (list === '' ? [] : [`${kind}: ${list}`]));
  const oneSeed = judged.every(({ verdict }) => verdict.seeds.count === 1);
  const last = oneSeed ? '; one seed can tell of networks, not of methods' : '';
  return `Top-1 error, lower is better, against ${against}, ${judged.length} comparisons (p corrected for that): ${parts.join('; ')}${last}.`;
}

function withoutComparison(rows: readonly RowResult[]): string {
  const [row, ...others] = rows;
  if (row === undefined) return 'No training has finished, so that nothing can be told.';
  if (others.length > 0) return 'Nothing was compared: no row has a baseline beside it.';
  const part = row.runs[0]!.chosenOn;
  return `${row.title}: top-1 error ${spreadText(row.top1.last)} % on the ${part} images, last epoch, ${plural(row.runs.length, 'seed')} (lower is better); there is nothing to compare it with.`;
}
