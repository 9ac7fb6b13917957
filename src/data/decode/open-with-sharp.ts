import type { Sharp, SharpOptions } from 'sharp';
import { UnreadPictureError } from './picture-format.ts';
import type { OpenPicture, Orientation } from './picture-plan.ts';
import { resample, resamplingOf } from './resample.ts';
import { checkScans } from './scan-limit.ts';
import { tidyJpeg } from './tidy-jpeg.ts';

// What shows through where a picture is transparent: it is white on most pages that such pictures were made for.
const background = '#ffffff';

/**
 * Opens any picture; it is decoded whole, by libvips. Gray and palettes become RGB, 16 bits 8, transparency shows white,
 * EXIF's orientation is followed. Color profiles are not, as in torchvision, except for CMYK, which means nothing
 * without one (libvips brings one for pictures that do not).
 *
 * @throws with libvips' message where the picture is damaged
 */
export async function openWithSharp(bytes: Uint8Array): Promise<OpenPicture> {
  const { autoOrient: size, orientation = 1, space, depth } = await (await read(bytes)).metadata();
  // Measurements have no white: libvips would show most of them black.
  if (depth !== undefined && depth !== 'uchar' && depth !== 'ushort') {
    throw new UnreadPictureError(`expected a picture of 8 or 16 bits, got one of numbers (${depth}); convert it`);
  }
  return {
    size,
    orientation: orientation as Orientation,
    async show(plan, target) {
      const decoding = await read(bytes, { ignoreIcc: space !== 'cmyk' });
      const pixels = await decoding.autoOrient().flatten({ background }).toColorspace('srgb').raw().toBuffer();
      resample(pixels, size, resamplingOf(plan), target);
      return undefined;
    },
  };
}

/**
 * Opens a JPEG by {@link openWithSharp}, with the limits and the leniency of the addon. Of one with several scans, extra
 * bytes between them count as damage.
 */
export async function openJpegWithSharp(bytes: Uint8Array): Promise<OpenPicture> {
  const { bytes: tidy, warnings } = tidyJpeg(bytes);
  const picture = await openWithSharp(tidy);
  return {
    ...picture,
    async show(plan, target) {
      checkScans(tidy, picture.size.width * picture.size.height);
      await picture.show(plan, target);
      return warningText(warnings);
    },
  };
}

function warningText([first, ...others]: readonly string[]): string | undefined {
  return first === undefined || others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

async function read(bytes: Uint8Array, options: SharpOptions = {}): Promise<Sharp> {
  // Not before it is needed: libvips takes a tenth of a second to load, and threads that see only JPEGs never need it.
  const { default: sharp } = await import('sharp');
  // Many threads decode a picture each; more threads for each of them, or a cache of what is read once, do not help.
  sharp.concurrency(1);
  sharp.cache(false);
  // The size is checked before the pixels are asked for, with a better message.
  return sharp(bytes, { ...options, limitInputPixels: false });
}
