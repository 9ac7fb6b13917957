import type { RandomStream } from '../../random/index.ts';
import type { Layout } from '../images.ts';

/** How strongly colors are varied in training; the defaults are those of the paper's ImageNet code. */
export interface ColorOptions {
  /** Each factor is uniform in 1 - strength .. 1 + strength (default 0.4 for all three; 0 is off). */
  brightness?: number | undefined;
  contrast?: number | undefined;
  saturation?: number | undefined;
  /** Standard deviation of the three amounts of PCA lighting (default 0.1; 0 is off). */
  lighting?: number | undefined;
}

export type Jitter = 'brightness' | 'contrast' | 'saturation';

/** One draw: the three factors in the order in which they are applied, and what is then added to R, G and B (of 0..1). */
export interface ColorPlan {
  jitter: { kind: Jitter; factor: number }[];
  lighting: [number, number, number];
}

const kinds = ['brightness', 'contrast', 'saturation'] as const;

// The principal components of ImageNet's colors (Krizhevsky et al. 2012), as in utils.py and train.py of CutMix-PyTorch.
const eigenvalues = [0.2175, 0.0188, 0.0045] as const;
const eigenvectors = [
  [-0.5675, 0.7192, 0.4009],
  [-0.5808, -0.0045, -0.814],
  [-0.5836, -0.6948, 0.4203],
] as const;

/** What the eye sees of red, green and blue, as in the official code's `Grayscale`. */
const luminance = [0.299, 0.587, 0.114] as const;

/**
 * Draws the jitter's order and factors, and the lighting: `ColorJitter` and `Lighting` of the paper's ImageNet code (utils.py
 * of CutMix-PyTorch). As many numbers whatever the options.
 */
export function sampleColor(random: RandomStream, options: ColorOptions = {}): ColorPlan {
  const { lighting = 0.1 } = options;
  const jitter = [...random.permutation(3)].map((i) => {
    const kind = kinds[i]!;
    return { kind, factor: 1 + (options[kind] ?? 0.4) * (2 * random.uniform() - 1) };
  });
  const amounts = eigenvalues.map((eigenvalue) => eigenvalue * lighting * random.normal());
  const shift = eigenvectors.map((row) => dot(row, amounts)) as ColorPlan['lighting'];
  return { jitter, lighting: shift };
}

/**
 * Changes the colors of an image in place: brightness blends with black, contrast with the image's mean gray, saturation
 * with each pixel's gray, and lighting adds a color.
 *
 * The official code does this step by step on floats and never clamps. All steps are linear in the color, so they are
 * one matrix here, applied once; then, unlike there, the result is rounded and clamped to 0..255.
 *
 * @param image red, green and blue, as planes (NCHW) or of each pixel in turn (NHWC)
 */
export function applyColor(image: Uint8Array, plan: ColorPlan, layout: Layout): void {
  const pixels = image.length / 3;
  const [pixelStep, channelStep] = layout === 'NHWC' ? [3, 1] : [1, pixels];
  const [[rr, rg, rb, r], [gr, gg, gb, g], [br, bg, bb, b]] = colorMap(
    plan,
    channelMeans(image, pixelStep, channelStep),
  );
  for (let i = 0, at = 0; i < pixels; i++, at += pixelStep) {
    const red = image[at]!;
    const green = image[at + channelStep]!;
    const blue = image[at + 2 * channelStep]!;
    image[at] = toByte(rr * red + rg * green + rb * blue + r);
    image[at + channelStep] = toByte(gr * red + gg * green + gb * blue + g);
    image[at + 2 * channelStep] = toByte(br * red + bg * green + bb * blue + b);
  }
}

/** How one channel comes about: the parts of red, green and blue, and a constant. */
type Row = [number, number, number, number];

/** The steps as one map. `means` are the image's mean color, which follows the map as every color does. */
function colorMap({ jitter, lighting }: ColorPlan, means: readonly number[]): [Row, Row, Row] {
  let rows: Row[] = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ];
  for (const { kind, factor } of jitter) {
    const gray = [0, 1, 2, 3].map((column) =>
      dot(
        luminance,
        rows.map((row) => row[column]!),
      ),
    );
    const blend = [0, 0, 0, 0];
    if (kind === 'saturation') blend.splice(0, 4, ...gray);
    if (kind === 'contrast') blend[3] = dot(gray, [...means, 1]);
    rows = rows.map((row) => row.map((value, column) => factor * value + (1 - factor) * blend[column]!) as Row);
  }
  rows.forEach((row, channel) => {
    row[3] += 255 * lighting[channel]!;
  });
  return rows as [Row, Row, Row];
}

/** Sums of bytes are whole numbers, exact in any order. */
function channelMeans(image: Uint8Array, pixelStep: number, channelStep: number): number[] {
  const pixels = image.length / 3;
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0, at = 0; i < pixels; i++, at += pixelStep) {
    red += image[at]!;
    green += image[at + channelStep]!;
    blue += image[at + 2 * channelStep]!;
  }
  return [red / pixels, green / pixels, blue / pixels];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function toByte(value: number): number {
  // Storing into bytes cuts the fraction off; adding a half first rounds.
  return value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
}
