import { expect, it } from 'vitest';
import { documentOf } from '../../tests/support/markup.ts';
import { reliabilityTable } from '../metrics/index.ts';
import { reliabilityFigures } from './reliability-diagram.ts';

const probabilities = Float32Array.from([0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.55, 0.45, 0.97, 0.03].map(Math.fround));
const bins = reliabilityTable(probabilities, [0, 0, 1, 0, 0], 2, { bins: 2 });
const document = documentOf(reliabilityFigures([{ title: '<A>', bins }]).markup);

it('a diagram says how far confidence is from accuracy', () => {
  expect(document.querySelector('figcaption')!.textContent).toBe('<A>');
  // Confidences .9 .8 .6 .55 .97: mean 76.4 %; 3 of 5 right.
  expect(document.querySelector('svg')!.getAttribute('aria-label')).toBe(
    'Reliability of <A>: on average its confidence is 16.4 points above its accuracy',
  );
});

it('has a bar as high as the accuracy of its bin, below one that hangs as far as the bin has images', () => {
  const bars = [...document.querySelectorAll('rect')].map((bar) =>
    ['x', 'y', 'width', 'height'].map((name) => Number(bar.getAttribute(name))),
  );
  // 320 x 320 pixels with 48, 20, 20, 40 around; all five images have more than one half, and three are right.
  const [hanging, standing] = bars;
  const middle = 48 + 252 / 2;
  expect(bars).toHaveLength(2);
  expect(hanging!.slice(1)).toEqual([20, expect.any(Number), 260]);
  expect(standing!.slice(1)).toEqual([20 + 0.4 * 260, expect.any(Number), 0.6 * 260]);
  for (const [x] of bars) expect(Math.abs(x! - middle)).toBeLessThan(2);
});
