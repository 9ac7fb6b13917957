/** Where PyTorch documents each operator: generated docstrings point there. */

const site = 'https://pytorch.org/docs/stable/generated';

/** Pages of `torch.nn.functional`, whose names the operators share. */
const functional = new Set([
  ...['relu', 'relu_', 'leaky_relu', 'leaky_relu_', 'elu', 'gelu', 'silu', 'hardtanh', 'hardtanh_', 'softplus'],
  ...['hardswish', 'hardsigmoid'],
  ...['softmax', 'log_softmax', 'linear', 'conv1d', 'conv2d', 'conv_transpose2d', 'batch_norm', 'layer_norm'],
  ...['group_norm', 'instance_norm', 'max_pool2d', 'avg_pool2d', 'adaptive_avg_pool2d', 'adaptive_max_pool2d', 'pad'],
  ...['embedding', 'nll_loss', 'mse_loss', 'l1_loss', 'smooth_l1_loss', 'binary_cross_entropy_with_logits', 'kl_div'],
  'one_hot',
]);

/** Pages of `torch.Tensor`; those of operators that work in place are there too. */
const methods = new Set([
  ...['masked_fill', 'view', 'expand', 'expand_as', 'repeat', 'contiguous', 'detach', 'to', 'type_as'],
]);

/** Operators that Python shows under another name. */
const renamed: Readonly<Record<string, string>> = {
  split_with_sizes: 'torch.split',
  silu_: 'torch.nn.functional.silu',
  max_pool2d_with_indices: 'torch.nn.functional.max_pool2d',
  upsample_bilinear2d: 'torch.nn.functional.interpolate',
  upsample_nearest2d: 'torch.nn.functional.interpolate',
  upsample_bicubic2d: 'torch.nn.functional.interpolate',
  _upsample_bicubic2d_aa: 'torch.nn.functional.interpolate',
  grid_sampler: 'torch.nn.functional.grid_sample',
  lstm: 'torch.nn.LSTM',
  im2col: 'torch.nn.Unfold',
  col2im: 'torch.nn.Fold',
  cross_entropy_loss: 'torch.nn.functional.cross_entropy',
};

/** Operators that Python has no name for. */
const unnamed: Readonly<Record<string, string>> = {
  index: 'As `x[rows, columns]` in Python: indexed by tensors, one for each dimension; `null` takes all of one.',
  slice: 'As `x[start:end:step]` in Python, of one dimension.',
  train_batch_norm:
    "Batch normalization in training, the addon's own (`native/src/batch-norm.cc`): as `batchNorm` with `training`.",
};

function pythonName(name: string): string {
  if (renamed[name] !== undefined) return renamed[name];
  if (functional.has(name)) return `torch.nn.functional.${name}`;
  return methods.has(name) || name.endsWith('_') ? `torch.Tensor.${name}` : `torch.${name}`;
}

/**
 * What an operator does, as far as a sentence can say: it links to its page.
 *
 * @param name LibTorch's, without its namespace
 */
export function describeOperator(name: string): string {
  if (unnamed[name] !== undefined) return unnamed[name];
  const each = name.startsWith('_foreach_');
  const python = pythonName(name.replace('_foreach_', ''));
  const sentences = [`${each ? 'For each tensor of a list, as' : 'As'} [\`${python}\`](${site}/${python}.html).`];
  if (name.endsWith('_')) sentences.push(`Works in place${each ? '' : ' and returns its first argument'}.`);
  return sentences.join(' ');
}
