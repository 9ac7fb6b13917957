/** Whether methods are better than their baselines: by seeds, by images, and by how many were tried. */
import type { Predictions } from '../evaluate/index.ts';
import { holmAdjusted, pairedTTest, signTest } from '../metrics/index.ts';
import type { ImageComparison, RowResult, RunResult, Verdict } from './results.ts';

/** As everywhere: one of twenty comparisons of what does not differ. */
const level = 0.05;

/**
 * Compares every row that has a baseline with it, over the seeds that both have, on the test images: of the networks whose
 * test error is in the table, the best epoch's where that was chosen on a validation part, else the last epoch's.
 *
 * @param predictionsOf what the network of a run says of the test images
 *   (undefined where it cannot be measured: the seed is left out)
 * @returns by the row's name
 */
export async function verdictsOf(
  rows: readonly RowResult[],
  predictionsOf: (run: RunResult, checkpoint: 'last' | 'best') => Promise<Predictions | undefined>,
): Promise<Map<string, Verdict>> {
  const wrongOf = new Map<RunResult, Uint8Array>();
  for (const run of rows.flatMap(({ runs }) => runs)) {
    const found = await predictionsOf(run, run.chosenOn === 'validation' ? 'best' : 'last');
    if (found)
      wrongOf.set(
        run,
        Uint8Array.from(found.labels, (label, n) => Number(found.predicted[n] !== label)),
      );
  }
  const compared = rows.flatMap((row) => {
    const baseline = rows.find((other) => other.row === row.paired?.baseline);
    const pairs = row.runs.flatMap((run) => {
      const twin = baseline?.runs.find(({ seed }) => seed === run.seed);
      const [own, other] = [wrongOf.get(run), twin && wrongOf.get(twin)];
      return own && other && own.length === other.length ? [[own, other] as const] : [];
    });
    return pairs.length === 0 ? [] : [{ row: row.row, ...comparePairs(pairs) }];
  });
  // Without a test over the seeds nothing can be told by them, which must not make the other methods' tests easier.
  const bySeeds = holmAdjusted(compared.map(({ seeds }) => seeds.p ?? 1));
  const byImages = holmAdjusted(compared.map(({ images }) => images.p));
  return new Map(
    compared.map(({ row, seeds, images }, i) => {
      const p = seeds.count === 1 ? byImages[i]! : Math.max(bySeeds[i]!, byImages[i]!);
      const isLower = seeds.meanDifference < 0;
      const agree = isLower ? images.better > images.worse : images.better < images.worse;
      const kind = p >= level || !agree ? 'cannot tell' : isLower ? 'better' : 'worse';
      return [row, { kind, seeds, images, methods: compared.length, p } satisfies Verdict];
    }),
  );
}

/** @param pairs of each seed, which images the method gets wrong, and which its baseline does */
function comparePairs(pairs: readonly (readonly [Uint8Array, Uint8Array])[]) {
  const errorOf = (wrong: Uint8Array) => wrong.reduce((sum, one) => sum + one, 0) / wrong.length;
  const count = pairs[0]![0].length;
  const images: ImageComparison = { count, better: 0, worse: 0, p: 1 };
  for (let n = 0; n < count; n++) {
    const difference = pairs.reduce((sum, [method, baseline]) => sum + method[n]! - baseline[n]!, 0);
    if (difference < 0) images.better++;
    if (difference > 0) images.worse++;
  }
  images.p = signTest(images.better, images.worse);
  const seeds = pairedTTest(
    pairs.map(([method]) => errorOf(method)),
    pairs.map(([, baseline]) => errorOf(baseline)),
  );
  return { seeds, images };
}
