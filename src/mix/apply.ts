import { quoted } from '../options/index.ts';
import { checkImagePlanFits, entryOf, type How, type MixPlan, type MixPlans, planList } from './plan.ts';

export type PixelArray = Uint8Array | Float32Array | Float64Array;

/** A batch of images in one typed array: [N, C, H, W] in layout 'NCHW', [N, H, W, C] in layout 'NHWC'. */
export interface ImageBatch<Pixels extends PixelArray = PixelArray> {
  data: Pixels;
  shape: readonly [number, number, number, number];
  layout: 'NCHW' | 'NHWC';
}

export interface ApplyOptions {
  /**
   * What erased pixels become: one value, or one for each channel. Default 0, the mean color of normalized images; for
   * bytes pass the mean color itself.
   */
  fill?: number | readonly number[];
}

/**
 * Mixes a batch as its plans say, one after the other, into a new array; the input is left as it was. Blended bytes are
 * rounded to the nearest.
 *
 * @throws where a plan does not fit the batch, or mixes a hidden map instead of the image; where `fill` does not fit
 */
export function applyPlan<Pixels extends PixelArray>(
  images: ImageBatch<Pixels>,
  plans: MixPlans,
  { fill = 0 }: ApplyOptions = {},
): ImageBatch<Pixels> {
  const view = pixelView(images);
  const color = fillColor(images, fill);
  let source = images.data;
  let out = copyOf(source);
  planList(plans).forEach((plan, i) => {
    checkImagePlanFits(plan, view);
    if (i > 0) {
      source = out;
      out = copyOf(source);
    }
    apply[plan.how](out, source, view, plan, color);
  });
  return { ...images, data: out };
}

/** A Buffer is a Uint8Array too, but its own `slice` shares the memory. */
function copyOf<Pixels extends PixelArray>(pixels: Pixels): Pixels {
  return (pixels instanceof Uint8Array ? Uint8Array.prototype.slice.call(pixels) : pixels.slice()) as Pixels;
}

type Apply = (out: PixelArray, source: PixelArray, view: PixelView, plan: MixPlan, color: readonly number[]) => void;

/** What happens inside the boxes: writes into `out`, a copy of `source`. A new variant is one more entry. */
const apply: Record<How, Apply> = { paste, blend, erase };

/** Both layouts as one, [batch, planes, height, width, values]: what stands together at a pixel is `values` long. */
interface PixelView {
  batch: number;
  planes: number;
  height: number;
  width: number;
  values: number;
}

function pixelView({ data, shape, layout }: ImageBatch): PixelView {
  const isShape = shape.length === 4 && shape.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (!isShape) throw new Error(`images: expected a shape of four sides from 0 on, got [${shape.join(', ')}]`);
  const size = shape.reduce((product, side) => product * side, 1);
  if (data.length !== size) {
    throw new Error(`images: expected ${size} values for shape [${shape.join(', ')}], got ${data.length}`);
  }
  if (layout === 'NCHW') {
    const [batch, planes, height, width] = shape;
    return { batch, planes, height, width, values: 1 };
  }
  const [batch, height, width, values] = shape;
  return { batch, planes: 1, height, width, values };
}

/** Calls `visit` for every run of neighboring values inside the boxes: of sample `n`, from `start` to before `end`. */
function forEachRun(
  { batch, planes, height, width, values }: PixelView,
  plan: MixPlan,
  visit: (n: number, start: number, end: number, plane: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    const [x1, y1, x2, y2] = entryOf(plan.boxes, n);
    for (let plane = 0; plane < planes; plane++) {
      for (let y = y1; y < y2; y++) {
        const row = ((n * planes + plane) * height + y) * width;
        visit(n, (row + x1) * values, (row + x2) * values, plane);
      }
    }
  }
}

/** How far away in the array the partner of sample `n` is. */
function distanceToPartner({ planes, height, width, values }: PixelView, { permutation }: MixPlan, n: number): number {
  return (permutation[n]! - n) * planes * height * width * values;
}

/** Copies each sample's box from the same place in its partner (CutMix, Eq. 1). */
function paste(out: PixelArray, source: PixelArray, view: PixelView, plan: MixPlan): void {
  forEachRun(view, plan, (n, start, end) => {
    const distance = distanceToPartner(view, plan, n);
    for (let i = start; i < end; i++) out[i] = source[i + distance]!;
  });
}

/** lambda of each sample and the rest of its partner (MixUp). */
function blend(out: PixelArray, source: PixelArray, view: PixelView, plan: MixPlan): void {
  const isBytes = out instanceof Uint8Array;
  forEachRun(view, plan, (n, start, end) => {
    const distance = distanceToPartner(view, plan, n);
    const lambda = entryOf(plan.lambda, n);
    for (let i = start; i < end; i++) {
      const value = lambda * source[i]! + (1 - lambda) * source[i + distance]!;
      out[i] = isBytes ? Math.round(value) : value;
    }
  });
}

/** Each sample's box in one color (Cutout). */
function erase(out: PixelArray, _: PixelArray, view: PixelView, plan: MixPlan, color: readonly number[]): void {
  forEachRun(view, plan, (_, start, end, plane) => {
    // A run holds one channel (NCHW), or all of them in turn (NHWC).
    for (let i = start; i < end; i++) out[i] = color[plane + (i % view.values)]!;
  });
}

/** The fill as one value for each channel, whole for bytes. */
function fillColor({ data, shape, layout }: ImageBatch, fill: number | readonly number[]): number[] {
  const channels = layout === 'NCHW' ? shape[1] : shape[3];
  const color = typeof fill === 'number' ? new Array<number>(channels).fill(fill) : [...fill];
  const none = color.find((value) => !Number.isFinite(value));
  if (none !== undefined) throw new Error(`fill: expected finite numbers, got ${quoted(none)}`);
  if (color.length !== channels) {
    throw new Error(`fill: expected one value, or one for each of ${channels} channels, got ${color.length}`);
  }
  if (!(data instanceof Uint8Array)) return color;
  const wrong = color.find((value) => !(value >= 0 && value <= 255));
  if (wrong !== undefined) throw new Error(`fill: expected values in 0..255 for bytes, got ${wrong}`);
  return color.map(Math.round);
}
