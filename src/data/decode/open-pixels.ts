import type { Size } from '../../geometry/index.ts';
import type { OpenPicture } from './picture-plan.ts';
import { resample, resamplingOf } from './resample.ts';

/** A picture that is decoded already, of any size: what a canvas's `getImageData` has, or sharp's `raw()`. */
export interface DecodedPicture extends Size {
  /** H * W * channels bytes: the channels of each pixel in turn, row by row. */
  data: Uint8Array | Uint8ClampedArray;
  /** 1: gray. 3: red, green and blue. 4: these and how opaque the pixel is, over white. Default: what `data` has of each pixel. */
  channels?: number | undefined;
}

/** Opens a picture that is decoded already. @throws where its size and its data do not fit */
export function openPixels({ data, height, width, channels: given }: DecodedPicture): OpenPicture {
  const channels = given ?? data.length / (height * width);
  const isSize = [height, width].every((side) => Number.isInteger(side) && side > 0);
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isSize || !isBytes || ![1, 3, 4].includes(channels) || data.length !== height * width * channels) {
    const got = isBytes ? `${data.length} bytes` : (Object(data) as object).constructor.name;
    throw new Error(
      'expected pixels as { data, height, width, channels }, data a Uint8Array of height x width x channels bytes ' +
        `(1, 3 or 4 channels), got ${got} for ${height} x ${width} x ${channels}`,
    );
  }
  const size = { height, width };
  return {
    size,
    orientation: 1,
    show(plan, target) {
      resample(inColor(data, channels), size, resamplingOf(plan), target);
      return undefined;
    },
  };
}

function inColor(data: DecodedPicture['data'], channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const pixels = data.length / channels;
  const colors = new Uint8Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels;
    const opaque = channels === 4 ? data[at + 3]! : 255;
    for (let color = 0; color < 3; color++) {
      const value = data[at + (channels === 4 ? color : 0)]!;
      colors[3 * pixel + color] = Math.floor((value * opaque + 255 * (255 - opaque)) / 255);
    }
  }
  return colors;
}
