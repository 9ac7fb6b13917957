/**
 * The operations of RandAugment on the bytes of a color image, bit for bit as Pillow has them (its affine transform of the
 * nearest pixel in 16.16 fixed point, `ImageEnhance`, `ImageOps`), which torchvision calls.
 */
import type { ImageSpec, Layout } from './images.ts';

/** Where the bytes of an image are. */
export interface Picture extends Pick<ImageSpec, 'height' | 'width'> {
  /** H * W * 3 bytes, changed in place. */
  bytes: Uint8Array;
  layout: Layout;
}

/** From places in the result to places in the image: x' = a x + b y + c, y' = d x + e y + f. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** From one pixel to the next, and from one channel. */
const stepsOf = ({ bytes, layout }: Picture) =>
  layout === 'NHWC' ? ([3, 1] as const) : ([1, bytes.length / 3] as const);

const fixed = (value: number) => Math.floor(value * 65536 + 0.5);

/** Each pixel becomes the nearest of the image at its transformed place; outside it is black. */
function transform(picture: Picture, [a, b, c, d, e, f]: Affine): void {
  const { bytes, height, width } = picture;
  const [pixelStep, channelStep] = stepsOf(picture);
  const source = bytes.slice();
  const [rightX, downX, rightY, downY] = [a, b, d, e].map(fixed) as [number, number, number, number];
  const [startX, startY] = [fixed(c + a * 0.5 + b * 0.5), fixed(f + d * 0.5 + e * 0.5)];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += pixelStep) {
      const [fromX, fromY] = [(startX + y * downX + x * rightX) >> 16, (startY + y * downY + x * rightY) >> 16];
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      const from = (fromY * width + fromX) * pixelStep;
      for (let channel = 0; channel < 3 * channelStep; channel += channelStep)
        bytes[to + channel] = inside ? source[from + channel]! : 0;
    }
  }
}

/** @param degrees counterclockwise, about the middle */
function rotate(picture: Picture, degrees: number): void {
  if (degrees % 360 === 0) return;
  const angle = -(((degrees % 360) + 360) % 360) * (Math.PI / 180);
  const rounded = (value: number) => Number(value.toFixed(15));
  const [cos, sin] = [rounded(Math.cos(angle)), rounded(Math.sin(angle))];
  const [x, y] = [picture.width / 2, picture.height / 2];
  transform(picture, [cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y]);
}

/** Pillow's `blend` in its float32: from `other` to the image, or beyond it, by `factor`; cut off, not rounded. */
function blend(picture: Picture, other: Uint8Array, factor: number): void {
  const { bytes } = picture;
  const alpha = Math.fround(factor);
  if (alpha === 1) return;
  for (let i = 0; i < bytes.length; i++) {
    const value = Math.fround(other[i]! + Math.fround(alpha * (bytes[i]! - other[i]!)));
    bytes[i] = Math.min(255, Math.max(0, Math.trunc(value)));
  }
}

/** What the eye sees of each pixel, in all of its channels: Pillow's conversion to 'L'. */
function grayOf(picture: Picture): Uint8Array {
  const { bytes } = picture;
  const [pixelStep, channelStep] = stepsOf(picture);
  const gray = new Uint8Array(bytes.length);
  for (let i = 0, at = 0; i < bytes.length / 3; i++, at += pixelStep) {
    const [red, green, blue] = [bytes[at]!, bytes[at + channelStep]!, bytes[at + 2 * channelStep]!];
    const value = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    for (let channel = 0; channel < 3; channel++) gray[at + channel * channelStep] = value;
  }
  return gray;
}

function meanGray(picture: Picture): Uint8Array {
  const gray = grayOf(picture);
  const mean = gray.reduce((sum, value) => sum + value, 0) / gray.length;
  return gray.fill(Math.floor(mean + 0.5));
}

/** Each pixel's mean with its eight neighbors, itself five times; the border stays. */
function smooth(picture: Picture): Uint8Array {
  const { bytes, height, width } = picture;
  const [pixelStep, channelStep] = stepsOf(picture);
  const made = bytes.slice();
  const row = width * pixelStep;
  const around = [-row, 0, row].flatMap((down) => [-pixelStep, 0, pixelStep].map((right) => down + right));
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const at = y * row + x * pixelStep + channel * channelStep;
        const sum = around.reduce((total, offset) => total + bytes[at + offset]!, 4 * bytes[at]!);
        made[at] = Math.floor(sum / 13 + 0.5);
      }
    }
  }
  return made;
}

/** Each channel by a table of its own, which follows from how often it has each value. */
function byHistogram(
  picture: Picture,
  tableOf: (counts: readonly number[]) => ((value: number) => number) | null,
): void {
  const { bytes } = picture;
  const [pixelStep, channelStep] = stepsOf(picture);
  for (let channel = 0; channel < 3; channel++) {
    const start = channel * channelStep;
    const counts = new Array<number>(256).fill(0);
    for (let i = 0, at = start; i < bytes.length / 3; i++, at += pixelStep) counts[bytes[at]!]!++;
    const change = tableOf(counts);
    if (!change) continue;
    const table = counts.map((_, value) => Math.min(255, Math.max(0, Math.trunc(change(value)))));
    for (let i = 0, at = start; i < bytes.length / 3; i++, at += pixelStep) bytes[at] = table[bytes[at]!]!;
  }
}

function stretchContrast(counts: readonly number[]): ((value: number) => number) | null {
  const [low, high] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
  if (high <= low) return null;
  const scale = 255 / (high - low);
  return (value) => value * scale + -low * scale;
}

function equalize(counts: readonly number[]): ((value: number) => number) | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const last = counts.findLast((count) => count > 0) ?? 0;
  const step = Math.floor((total - last) / 255);
  if (step === 0) return null;
  let below = Math.floor(step / 2);
  const table = counts.map((count) => {
    const value = Math.floor(below / step);
    below += count;
    return value;
  });
  return (value) => table[value]!;
}

function eachByte({ bytes }: Picture, change: (value: number) => number): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = change(bytes[i]!);
}

/** By torchvision's names. `magnitude` is what RandAugment's table has for it, with its sign; some take none. */
export const pictureOperations = {
  Identity: () => {},
  ShearX: (picture, magnitude) => transform(picture, [1, magnitude, 0, 0, 1, 0]),
  ShearY: (picture, magnitude) => transform(picture, [1, 0, 0, magnitude, 1, 0]),
  TranslateX: (picture, magnitude) => transform(picture, [1, 0, -Math.trunc(magnitude), 0, 1, 0]),
  TranslateY: (picture, magnitude) => transform(picture, [1, 0, 0, 0, 1, -Math.trunc(magnitude)]),
  Rotate: rotate,
  Brightness: (picture, magnitude) => blend(picture, new Uint8Array(picture.bytes.length), 1 + magnitude),
  Color: (picture, magnitude) => blend(picture, grayOf(picture), 1 + magnitude),
  Contrast: (picture, magnitude) => blend(picture, meanGray(picture), 1 + magnitude),
  Sharpness: (picture, magnitude) => blend(picture, smooth(picture), 1 + magnitude),
  Posterize: (picture, bits) => eachByte(picture, (value) => value & ~(2 ** (8 - bits) - 1)),
  Solarize: (picture, threshold) => eachByte(picture, (value) => (value < threshold ? value : 255 - value)),
  AutoContrast: (picture) => byHistogram(picture, stretchContrast),
  Equalize: (picture) => byHistogram(picture, equalize),
} satisfies Record<string, (picture: Picture, magnitude: number) => void>;
