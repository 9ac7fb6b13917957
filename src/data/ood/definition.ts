/** Images of nothing that a network learned: how a set of them is recognized, and how it is opened. */
import type { Definition, OptionSpecs, ResolvedOptions } from '../../options/index.ts';
import { methodText, resolveOptions } from '../../options/index.ts';
import type { EncodedPictures, LabeledImages, PassedOver, PixelsInMemory } from '../dataset.ts';
import type { ImageSpec, Normalization } from '../images.ts';
import type { PictureFit } from '../picture-view.ts';
import type { Recognized } from '../sets/data-text.ts';

/** What the images are made to fit: those that a network takes. */
export interface NetworkImages extends ImageSpec {
  normalization: Normalization;
  /** What of a picture is shown, where data leaves the choice. */
  fit?: PictureFit | undefined;
  cropShare?: number | undefined;
}

export interface OpenOodOptions {
  /** How many images of noise, where the text does not say (default 10,000, as in ODIN's sets). */
  images?: number | undefined;
  /** At most so many images: of a set that is read, the first of a shuffle (default: all). */
  limit?: number | undefined;
  /** Chooses the noise, the windows and the images under a limit, where the text does not say (default 0). */
  seed?: number | undefined;
  /** What a picture does of which no window can be decoded: stop (default), or be left out and counted. */
  onBadImage?: 'fail' | 'skip' | undefined;
  /** Go on where more than a tenth of the pictures is passed over (default false). */
  allowSkipped?: boolean | undefined;
}

/** Images of one class, `unknown`, and how many were left out while they were decoded into memory, where they were. */
export type OodImages = LabeledImages<PixelsInMemory | EncodedPictures> & {
  badImages?: number;
  passedOver?: readonly PassedOver[];
};

/** Where an out-of-distribution set is, what network it is for, and what the caller wants of it. */
export type OodContext = [path: string, like: NetworkImages, options: OpenOodOptions];

/** A set of images to tell from those that a network learned. `make` opens it. */
export type OodSetDefinition = Recognized & Definition<Promise<OodImages>, OodContext>;

/**
 * Declares an out-of-distribution set.
 *
 * @param given its `open` gets options that are checked and have their defaults; those that were typed where it has no
 * `options` because it gives them on
 */
export function defineOodSet<const Specs extends OptionSpecs>(
  given: Recognized & {
    description: string;
    options: Specs | 'given on';
    open(options: ResolvedOptions<Specs>, ...context: OodContext): Promise<OodImages>;
  },
): OodSetDefinition {
  const specs: OptionSpecs = given.options === 'given on' ? {} : given.options;
  const check = (path: string, options: Readonly<Record<string, unknown>>) => {
    if (given.options === 'given on') return options as ResolvedOptions<Specs>;
    if (Object.keys(specs).length === 0 && Object.keys(options).length > 0) {
      const got = methodText('', options).slice(1);
      throw new Error(`${path}: expected no options for this file, got '${got}'; leave them out`);
    }
    return resolveOptions(path, given.options, options);
  };
  const { name, description, example, matches } = given;
  return {
    name,
    description,
    example,
    matches,
    options: specs,
    ...(given.isNamed && { isNamed: true }),
    make: async (options, path, ...context) => given.open(check(path, options), path, ...context),
  };
}

/** What a set is called and fits; all its images are of one class. */
export function oodHeader(name: string, length: number, { channels, height, width, normalization }: NetworkImages) {
  return { name, part: 'test' as const, classes: ['unknown'], length, channels, height, width, normalization };
}
