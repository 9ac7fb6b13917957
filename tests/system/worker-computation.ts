import { parentPort, workerData } from 'node:worker_threads';
import { memory, scope, tensor, zeros } from '../../src/torch/index.ts';

// Leaves tensors, an open graph and all that LibTorch keeps for a thread behind, for the teardown to deal with.
zeros([1000, 1000]);
const leaf = tensor([1, 2, 3], { requiresGrad: true });
leaf.square().sum().backward();
const product = scope(() =>
  zeros([64, 64])
    .add(1)
    .mm(zeros([64, 64]).add(2))
    .sum()
    .item(),
);
parentPort!.postMessage({ gradient: Array.from(leaf.grad!.data(), Number), product, tensors: memory().tensors });
while (workerData.endless) scope(() => zeros([64, 64]).add(1).square().sum().item());
