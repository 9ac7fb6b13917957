import { dirname } from 'node:path';
import { bandOf, html, lineChartFigure } from '../charts/index.ts';
import { makeFolder, writeFileAtomically } from '../files/index.ts';
import { page } from './page.ts';

/** What a range test found. */
export interface RatedLosses {
  curve: readonly { learningRate: number; loss: number; smoothed: number }[];
  proposed: number | undefined;
}

/**
 * Writes the curve of a range test of the learning rate as one page.
 *
 * @param path the file
 * @param about what was trained, in words
 */
export function writeLearningRates({ curve, proposed }: RatedLosses, path: string, about: string): void {
  const series = (title: string, take: (one: (typeof curve)[number]) => number) => ({
    title,
    points: bandOf([curve.map((one) => ({ at: Math.log10(one.learningRate), value: take(one) }))]),
  });
  const smoothed = series('loss, smoothed', (one) => one.smoothed);
  const chart = {
    title: 'Loss by learning rate',
    x: { label: 'learning rate, as a power of ten' },
    y: { label: 'loss of training' },
    series: [smoothed, series('loss of each step', (one) => one.loss)],
  };
  const verdict =
    proposed === undefined
      ? 'The loss never falls: the rates may be too high, or the labels not what the pictures show.'
      : `Take a learning rate of ${Number(proposed.toPrecision(2))}: the middle of the longest descent of the loss.`;
  const settings = html`<p class="note">${about}. The rate rose from step to step by the same factor, until the
loss was four times its lowest (Smith 2017).</p>`;
  makeFolder(dirname(path), '--run DIR');
  const sections = [{ heading: 'Loss by learning rate', content: lineChartFigure([chart]) }];
  writeFileAtomically(path, [Buffer.from(page('Learning rates', verdict, settings, sections))]);
}
