/** Layers as plain loops over row-major arrays [N, C, H, W]: slow references that nobody can get wrong. */

export interface Map4 {
  shape: readonly [number, number, number, number];
  data: ArrayLike<number>;
}

function at({ shape: [, channels, height, width], data }: Map4, n: number, c: number, y: number, x: number): number {
  return y < 0 || y >= height || x < 0 || x >= width ? 0 : data[((n * channels + c) * height + y) * width + x]!;
}

/** Calls `cell` for each place of the result and collects what it gives. */
function fill(shape: Map4['shape'], cell: (n: number, c: number, y: number, x: number) => number): Map4 {
  const [batch, channels, height, width] = shape;
  const data: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.push(cell(n, c, y, x));
  return { shape, data };
}

interface Window {
  stride: number;
  padding: number;
}

/** Cross-correlation with weights [out, in / groups, k, k]. */
export function plainConv2d(
  input: Map4,
  weight: Map4,
  { stride, padding, dilation, groups }: Window & { dilation: number; groups: number },
): Map4 {
  const [batch, , height, width] = input.shape;
  const [out, within, kernel] = weight.shape;
  const side = (size: number) => Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  return fill([batch, out, side(height), side(width)], (n, o, y, x) => {
    const first = Math.floor(o / (out / groups)) * within;
    let sum = 0;
    for (let c = 0; c < within; c++)
      for (let ky = 0; ky < kernel; ky++)
        for (let kx = 0; kx < kernel; kx++) {
          const value = at(
            input,
            n,
            first + c,
            y * stride - padding + ky * dilation,
            x * stride - padding + kx * dilation,
          );
          sum += value * at(weight, o, c, ky, kx);
        }
    return sum;
  });
}

/** Each window's values inside the map, given to `reduce`; `area` counts the padding too, as far as it reaches. */
export function plainPool2d(
  input: Map4,
  kernel: number,
  { stride, padding, ceilMode }: Window & { ceilMode: boolean },
  reduce: (inside: number[], area: number) => number,
): Map4 {
  const [batch, channels, height, width] = input.shape;
  const side = (size: number) => {
    const steps = (size + 2 * padding - kernel) / stride;
    if (!ceilMode) return Math.floor(steps) + 1;
    const count = Math.ceil(steps) + 1;
    return (count - 1) * stride >= size + padding ? count - 1 : count; // no window lies wholly in the padding
  };
  return fill([batch, channels, side(height), side(width)], (n, c, y, x) => {
    const [top, left] = [y * stride - padding, x * stride - padding];
    const [bottom, right] = [Math.min(top + kernel, height + padding), Math.min(left + kernel, width + padding)];
    const inside: number[] = [];
    for (let row = Math.max(0, top); row < Math.min(bottom, height); row++)
      for (let column = Math.max(0, left); column < Math.min(right, width); column++)
        inside.push(at(input, n, c, row, column));
    return reduce(inside, (bottom - top) * (right - left));
  });
}

/** Mean and (biased) variance of each channel over N, H, W. */
export function channelStatistics({ shape, data }: Map4): { mean: number; variance: number; count: number }[] {
  const [batch, channels, height, width] = shape;
  const area = height * width;
  return Array.from({ length: channels }, (_, c) => {
    const values: number[] = [];
    for (let n = 0; n < batch; n++) for (let i = 0; i < area; i++) values.push(data[(n * channels + c) * area + i]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, variance, count: values.length };
  });
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias, channel by channel. */
export function plainNormalize(
  input: Map4,
  statistics: readonly { mean: number; variance: number }[],
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  epsilon: number,
): Map4 {
  return fill(input.shape, (n, c, y, x) => {
    const { mean, variance } = statistics[c]!;
    return ((at(input, n, c, y, x) - mean) / Math.sqrt(variance + epsilon)) * weight[c]! + bias[c]!;
  });
}
