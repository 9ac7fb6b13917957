/**
 * The weight of a sample's own label, 0 .. 1. `share` is the part of the image that labels follow: what remains of the
 * own pixels, or what was drawn (see `recomputeLambda`); `remaining` is always what remains.
 */
export type LabelWeight = (share: number, remaining: number) => number;

/** Which label a mixed sample gets: a new variant is one more entry. */
export const labelWeights = {
  /** Each label by the area of its image (CutMix, Eq. 1). */
  area: (share) => share,
  /** The label of the larger part alone (section 4.1.3). The paper gives no rule for a tie: the own label wins it. */
  'one-hot': (share) => (share >= 0.5 ? 1 : 0),
  /** Both labels alike (section 4.1.3, Complete-label), except where nothing was pasted: that sample is wholly its own. */
  half: (_, remaining) => (remaining === 1 ? 1 : 0.5),
} satisfies Record<string, LabelWeight>;

export type LabelName = keyof typeof labelWeights;

export const labelNames = Object.keys(labelWeights) as LabelName[];
