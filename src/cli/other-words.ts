/** Flags of other programs (timm, ultralytics, fastai, Keras), and what they are called here. */
const here: Readonly<Record<string, string>> = {
  lr: '--set optimizer.learningRate=RATE (--find-lr proposes one)',
  'learning-rate': '--set optimizer.learningRate=RATE (--find-lr proposes one)',
  lr0: '--set optimizer.learningRate=RATE',
  wd: '--set optimizer.weightDecay=VALUE',
  'weight-decay': '--set optimizer.weightDecay=VALUE',
  momentum: '--set optimizer.momentum=VALUE',
  opt: '--optimizer',
  sched: '--schedule',
  'warmup-epochs': '--schedule cosine:warmupEpochs=N',
  batch: '--batch-size',
  bs: '--batch-size',
  'num-workers': '--workers',
  arch: '--model',
  network: '--model',
  pretrained: '--weights hf:timm/resnet18.a1_in1k',
  smoothing: '--label-smoothing',
  cutmix: '--mix cutmix',
  mixup: '--mix mixup',
  'img-size': '--data FOLDER:size=PIXELS',
  imgsz: '--data FOLDER:size=PIXELS',
  size: '--data FOLDER:size=PIXELS',
  amp: '--precision bf16',
  fp16: '--precision bf16',
  patience: '--early-stop',
  ema: '--average-decay',
  'clip-grad': '--clip-norm',
  output: '--run',
  name: '--run',
  project: '--run',
  resume: 'the command: patchwork resume RUN',
  device: 'no choice, the processor computes, on as many threads as --threads says',
  gpu: 'no choice, the processor computes, on as many threads as --threads says',
};

/** What is meant by a flag that there is not, as it is called here; undefined where nobody knows. */
export function calledHere(flag: string): string | undefined {
  const name = flag.replace(/^--?/, '').replace(/=.*$/s, '').replaceAll('_', '-').toLowerCase();
  return Object.hasOwn(here, name) ? here[name] : undefined;
}
