/** What {@link oodScores} gives. */
export const oodScoreNames = ['max-softmax', 'energy'] as const;
export type OodScoreName = (typeof oodScoreNames)[number];

/**
 * How much each image looks like those that the network knows; higher is more known. In float64:
 * - `max-softmax`: the logarithm of the largest softmax probability (Hendrycks and Gimpel 2017). The logarithm, because
 *   many probabilities round to 1; it has the same order, so that every measure of detection is the same;
 * - `energy`: the logarithm of the sum of the exponentials of the logits, the negative energy at temperature 1 (Liu et
 *   al. 2020, Energy-based Out-of-distribution Detection, equation 4).
 *
 * @param logits [N, classes], row by row
 */
export function oodScores(logits: ArrayLike<number>, classes: number): Record<OodScoreName, Float64Array> {
  const images = logits.length / classes;
  const scores = { 'max-softmax': new Float64Array(images), energy: new Float64Array(images) };
  for (let image = 0; image < images; image++) {
    const start = image * classes;
    let best = start;
    for (let i = start; i < start + classes; i++) if (logits[i]! > logits[best]!) best = i;
    // log1p keeps what the others add, however small they are beside the largest.
    let others = 0;
    for (let i = start; i < start + classes; i++) if (i !== best) others += Math.exp(logits[i]! - logits[best]!);
    scores['max-softmax'][image] = -Math.log1p(others);
    scores.energy[image] = logits[best]! + Math.log1p(others);
  }
  return scores;
}
