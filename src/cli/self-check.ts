/** The process that `doctor` starts, since a LibTorch that does not fit may crash the process that loads it. */
import { cifarResNet } from '../models/index.ts';
import { crossEntropy } from '../nn/index.ts';
import { SGD } from '../optim/index.ts';
import { readBuildInfo } from '../torch/addon.ts';
import { cudaDevices, Generator, hasFastBfloat16, randn, scope, tensor, threads, version } from '../torch/index.ts';

/** What `doctor` finds out about LibTorch. */
export interface EngineReport {
  version: string;
  root: string;
  how: string;
  addon: string;
  threads: number;
  cuda: number;
  bfloat16: boolean;
  /** Seconds the self-check took. */
  seconds: number;
}

/** A second of real work: trains a small network for a few steps. Returns the first and the last loss. */
function trainBriefly(): { first: number; last: number } {
  const model = cifarResNet(8, { classes: 4 });
  const optimizer = new SGD(model.namedParameters(), { momentum: 0.9 });
  const images = randn([16, 3, 32, 32], new Generator(0));
  const classes = Int32Array.from({ length: 16 }, (_, n) => n % 4);
  const labels = tensor(classes, { dtype: 'int64' });
  const step = () =>
    scope(() => {
      const loss = crossEntropy(model.forward(images), labels);
      loss.backward();
      optimizer.step(0.05);
      return loss.item();
    });
  const losses = Array.from({ length: 11 }, step);
  return { first: losses[0]!, last: losses.at(-1)! };
}

/** @throws where training does not lower the loss */
function checkEngine(): EngineReport {
  const started = performance.now();
  const { first, last } = trainBriefly();
  if (!(last < first)) throw new Error(`training does not learn here: the loss went from ${first} to ${last}`);
  const info = readBuildInfo();
  return {
    version: version(),
    root: info?.libtorch ?? '?',
    how: info?.how ?? '?',
    addon: info?.addon ?? '?',
    threads: threads(),
    cuda: cudaDevices(),
    bfloat16: hasFastBfloat16(),
    seconds: (performance.now() - started) / 1000,
  };
}

// LibTorch is loaded when it is first used, which is in here.
try {
  process.stdout.write(JSON.stringify(checkEngine()));
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
