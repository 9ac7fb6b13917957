/** The weight of a sample's own label, 0 .. 1, when a share `lambda` of its pixels remains. */
export type LabelWeight = (lambda: number) => number;

/** Which label a mixed sample gets: a new variant is one more entry. */
export const labelWeights = {
  /** Each label by the area of its image (CutMix, Eq. 1). */
  area: (lambda) => lambda,
} satisfies Record<string, LabelWeight>;

export type LabelName = keyof typeof labelWeights;
