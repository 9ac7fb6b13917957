/**
 * The class with the largest score of each sample, the first one of several as large; what a network predicts. A score
 * that is NaN counts as the largest, as in NumPy and PyTorch.
 *
 * @param scores [N, classes], row by row: logits or probabilities
 */
export function argmax(scores: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, n) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      const largest = scores[n * classes + best]!;
      if (Number.isNaN(largest)) break;
      if (!(scores[n * classes + c]! <= largest)) best = c;
    }
    return best;
  });
}
