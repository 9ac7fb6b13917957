/** A second of real work for `doctor`, in a process of its own: load LibTorch, train a few steps, see the loss fall. */
import { cifarResNet } from '../models/index.ts';
import { crossEntropy } from '../nn/index.ts';
import { SGD } from '../optim/index.ts';
import { readBuildInfo } from '../torch/addon.ts';
import { cudaDevices, Generator, hasFastBfloat16, randn, scope, tensor, threads, version } from '../torch/index.ts';

const started = performance.now();
const model = cifarResNet(8, { classes: 4 });
const optimizer = new SGD(model.namedParameters(), { momentum: 0.9 });
const images = randn([16, 3, 32, 32], new Generator(0));
const labels = tensor(
  Int32Array.from({ length: 16 }, (_, n) => n % 4),
  { dtype: 'int64' },
);

function step(): number {
  return scope(() => {
    const loss = crossEntropy(model.forward(images), labels);
    loss.backward();
    optimizer.step(0.05);
    return loss.item();
  });
}

const first = step();
let last = first;
for (let n = 0; n < 10; n++) last = step();
if (!(last < first)) throw new Error(`training does not learn here: the loss went from ${first} to ${last}`);

const info = readBuildInfo();
process.stdout.write(
  JSON.stringify({
    version: version(),
    root: info?.libtorch ?? '?',
    how: info?.how ?? '?',
    addon: info?.addon ?? '?',
    threads: threads(),
    cuda: cudaDevices(),
    bfloat16: hasFastBfloat16(),
    seconds: (performance.now() - started) / 1000,
  }),
);
