import { checkPlanFits, entryOf, type How, type MixPlan } from './plan.ts';

export type PixelArray = Uint8Array | Float32Array | Float64Array;

/** A batch of images in one typed array: [N, C, H, W] in layout 'NCHW', [N, H, W, C] in layout 'NHWC'. */
export interface ImageBatch<Pixels extends PixelArray = PixelArray> {
  data: Pixels;
  shape: readonly [number, number, number, number];
  layout: 'NCHW' | 'NHWC';
}

/**
 * Mixes a batch as its plan says, into a new array; the input is left as it was.
 *
 * @throws where the plan does not fit the batch, or mixes a hidden map instead of the image
 */
export function applyPlan<Pixels extends PixelArray>(images: ImageBatch<Pixels>, plan: MixPlan): ImageBatch<Pixels> {
  const view = pixelView(images);
  checkPlanFits(plan, view);
  if (plan.stage !== 0) {
    throw new Error(`mix plan: expected stage 0, the image, got stage ${plan.stage}; only a network can apply it`);
  }
  if (!Object.hasOwn(apply, plan.how)) {
    throw new Error(`mix plan: expected how to be one of ${Object.keys(apply).join(', ')}, got '${plan.how}'`);
  }
  const data = images.data.slice() as Pixels;
  apply[plan.how](data, images.data, view, plan);
  return { ...images, data };
}

/** How the partner enters the picture: writes into `out`, a copy of `source`. A new variant is one more entry. */
const apply: Record<How, (out: PixelArray, source: PixelArray, view: PixelView, plan: MixPlan) => void> = {
  paste,
};

/** Both layouts as one, [batch, planes, height, width, values]: what stands together at a pixel is `values` long. */
interface PixelView {
  batch: number;
  planes: number;
  height: number;
  width: number;
  values: number;
}

function pixelView({ data, shape, layout }: ImageBatch): PixelView {
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

/** Copies each sample's box from the same place in its partner (CutMix, Eq. 1). */
function paste(out: PixelArray, source: PixelArray, view: PixelView, plan: MixPlan): void {
  const { batch, planes, height, width, values } = view;
  const imageSize = planes * height * width * values;
  for (let n = 0; n < batch; n++) {
    const { x1, y1, x2, y2 } = entryOf(plan.boxes, n);
    const toPartner = (plan.permutation[n]! - n) * imageSize;
    for (let plane = 0; plane < planes; plane++) {
      for (let y = y1; y < y2; y++) {
        const row = ((n * planes + plane) * height + y) * width;
        for (let i = (row + x1) * values; i < (row + x2) * values; i++) out[i] = source[i + toPartner]!;
      }
    }
  }
}
