import type { RandomStream } from '../random/index.ts';
import type { ImageSpec, Layout } from './images.ts';
import { type Picture, pictureOperations } from './picture-operations.ts';

export interface RandAugmentOptions {
  /** How strong each operation is, 0 .. 30: a place in a table of 31 strengths. torchvision's default is 9. */
  magnitude: number;
  /** How many operations act in turn. Default 2. */
  operations?: number | undefined;
}

type Name = keyof typeof pictureOperations;

interface Strength {
  /** At magnitude 0 and at 30; what is between is on the line. */
  range: (size: Pick<ImageSpec, 'height' | 'width'>) => readonly [least: number, most: number];
  /** Whether either sign is as likely. */
  signed: boolean;
}

const signed = (most: number): Strength => ({ range: () => [0, most], signed: true });
const none: Strength = { range: () => [0, 0], signed: false };

/** torchvision's table, in its order; sides of 331 pixels are those of the paper's ImageNet networks. */
const strengths: Record<Name, Strength> = {
  Identity: none,
  ShearX: signed(0.3),
  ShearY: signed(0.3),
  TranslateX: { range: ({ width }) => [0, (150 / 331) * width], signed: true },
  TranslateY: { range: ({ height }) => [0, (150 / 331) * height], signed: true },
  Rotate: signed(30),
  Brightness: signed(0.9),
  Color: signed(0.9),
  Contrast: signed(0.9),
  Sharpness: signed(0.9),
  Posterize: { range: () => [8, 4], signed: false },
  Solarize: { range: () => [255, 0], signed: false },
  AutoContrast: none,
  Equalize: none,
};

const names = Object.keys(strengths) as Name[];

/** One operation, with its strength as {@link pictureOperations} takes it. */
export interface DrawnOperation {
  name: Name;
  strength: number;
}

/** The strength of an operation at a magnitude of 0 .. 30, without its sign. */
export function strengthOf(name: Name, magnitude: number, size: Pick<ImageSpec, 'height' | 'width'>): number {
  const [least, most] = strengths[name].range(size);
  const strength = least + (magnitude / 30) * (most - least);
  return name === 'Posterize' ? Math.round(strength) : strength;
}

/** Draws each operation evenly from the fourteen, and its sign where it has one. */
export function sampleRandAugment(
  random: RandomStream,
  { magnitude, operations = 2 }: RandAugmentOptions,
  size: Pick<ImageSpec, 'height' | 'width'>,
): DrawnOperation[] {
  return Array.from({ length: operations }, () => {
    const name = names[random.integer(names.length)] ?? 'Identity';
    const isNegative = strengths[name].signed && random.integer(2) === 1;
    return { name, strength: strengthOf(name, magnitude, size) * (isNegative ? -1 : 1) };
  });
}

/**
 * RandAugment (Cubuk et al. 2020, RandAugment: Practical Automated Data Augmentation with a Reduced Search Space) as
 * torchvision's `RandAugment` has it, on bytes: the same operations at the same strengths, nearest pixels, black outside.
 *
 * timm's (`rand-m9-mstd0.5-inc1`, DeiT's) has another table, in which strengths are drawn and operations act half of the time.
 *
 * @param bytes of one color image, changed in place
 */
export function randAugment(
  bytes: Uint8Array,
  size: Pick<ImageSpec, 'height' | 'width'>,
  layout: Layout,
  operations: readonly DrawnOperation[],
): void {
  const picture: Picture = { ...size, bytes, layout };
  for (const { name, strength } of operations) pictureOperations[name](picture, strength);
}
