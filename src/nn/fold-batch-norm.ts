/**
 * Batch normalization of inference, done by the convolutions around it (Jacob et al. 2018, Quantization and Training of
 * Neural Networks, section 3.2): with running statistics it is `scale * map + shift`, and a convolution is linear.
 */
import { noGrad, scope, type Tensor } from '../torch/index.ts';
import { BatchNorm2d } from './batch-norm2d.ts';
import { Conv2d } from './conv2d.ts';
import type { AnyModule, Module } from './module.ts';

/** Logits of the probe may move by this much of the largest one: many times what rounding does. */
const tolerance = 1e-3;

/**
 * Folds each batch normalization into the convolution before it or, where that has no padding, behind it. Which ones
 * follow each other is seen in one pass over a probe, so that networks need say nothing of it. What cannot be folded
 * exactly stays: a normalization behind a sum, or before a convolution that pads with zeros.
 *
 * Where the probe's output is another afterwards (a map between the two is read elsewhere too), all is put back.
 *
 * For inference alone, and for good: the layers' parameters are changed, and convolutions get a bias.
 *
 * @param model in evaluation's behavior
 * @param probe a batch that it takes; values that are not all alike
 * @returns how many were folded
 */
export function foldBatchNorm(model: Module, probe: Tensor): number {
  return noGrad(() =>
    scope(() => {
      const { folds, output: before } = foldsOf(model, probe);
      const kept = folds.flatMap(({ convolution }) =>
        [convolution.weight, convolution.withBias()].map((tensor) => ({ tensor, values: tensor.clone() })),
      );
      for (const one of folds) fold(one);
      const moved = model.forward(probe).sub(before).abs().max().item();
      if (moved <= tolerance * before.abs().max().item()) return folds.length;
      for (const { tensor, values } of kept) tensor.copy_(values);
      for (const { normalization } of folds) normalization.isFolded = false;
      return 0;
    }),
  );
}

interface Fold {
  convolution: Conv2d;
  normalization: BatchNorm2d;
  /** Whether the convolution comes after the normalization. */
  isBehind: boolean;
}

function fold({ convolution, normalization, isBehind }: Fold): void {
  const { weight, inChannels, outChannels } = convolution;
  const { groups } = convolution.options;
  const { scale, shift } = normalization.affine();
  const bias = convolution.withBias();
  if (isBehind) {
    const perInput = (values: Tensor) =>
      values
        .reshape([groups, 1, inChannels / groups])
        .expand([groups, outChannels / groups, inChannels / groups])
        .reshape([outChannels, inChannels / groups, 1, 1]);
    bias.copy_(weight.mul(perInput(shift)).sum([1, 2, 3]).add(bias));
    weight.copy_(weight.mul(perInput(scale)));
  } else {
    weight.copy_(weight.mul(scale.reshape([-1, 1, 1, 1])));
    bias.copy_(bias.mul(scale).add(shift));
  }
  normalization.isFolded = true;
}

/** What follows what, and what the network makes of the probe. */
function foldsOf(model: Module, probe: Tensor): { folds: Fold[]; output: Tensor } {
  const madeBy = new Map<Tensor, AnyModule>();
  const inputs = new Map<AnyModule, Tensor[]>();
  const layers = [...new Set(model.modules().values())].filter(
    (layer) => layer instanceof Conv2d || layer instanceof BatchNorm2d,
  );
  for (const layer of layers) {
    const forward = layer.forward.bind(layer);
    layer.forward = (input) => {
      const output = forward(input);
      inputs.set(layer, [...(inputs.get(layer) ?? []), input]);
      madeBy.set(output, layer);
      return output;
    };
  }
  let output: Tensor;
  try {
    output = model.forward(probe);
  } finally {
    // Back to the class's own.
    for (const layer of layers) Reflect.deleteProperty(layer, 'forward');
  }
  /** The layer before one that was called once: of one with several inputs there is no one thing to fold. */
  const before = (layer: AnyModule) => {
    const [input, ...more] = inputs.get(layer) ?? [];
    const maker = input && more.length === 0 ? madeBy.get(input) : undefined;
    return maker && inputs.get(maker)?.length === 1 ? maker : undefined;
  };
  const folded = new Set<AnyModule>();
  const folds: Fold[] = [];
  for (const normalization of layers) {
    if (!(normalization instanceof BatchNorm2d)) continue;
    const convolution = before(normalization);
    if (!(convolution instanceof Conv2d)) continue;
    folded.add(normalization);
    folds.push({ convolution, normalization, isBehind: false });
  }
  for (const convolution of layers) {
    if (!(convolution instanceof Conv2d) || convolution.options.padding > 0) continue;
    const normalization = before(convolution);
    if (!(normalization instanceof BatchNorm2d) || folded.has(normalization)) continue;
    folds.push({ convolution, normalization, isBehind: true });
  }
  return { folds, output };
}
