// The trainings of checkpoint-digests.mjs. All flags are the command line's; data folders are those that it makes.

const cifar = '--data cifar --model resnet8 --mix cutmix --epochs 2 --batch-size 32 --seed 1 --workers 1';
const photos =
  '--data photos:size=72 --model resnet8 --mix cutmix+mixup --epochs 3 --batch-size 4 --seed 2 --precision fp32 ' +
  '--workers 1 --set schedule.name=cosine';

/**
 * The flags of each training. Where there are `stops`, each is a signal and the step after which it is sent; `resume` then
 * goes on. `equals` names the training that must end with the same bytes.
 */
export const trainings = {
  'cifar-fp32': { flags: `${cifar} --precision fp32` },
  'cifar-bf16': { flags: `${cifar} --precision bf16` },
  'jpeg-folder': { flags: photos },
  'manifold-mixup-shakedrop': {
    flags:
      '--data cifar --model pyramidnet11-a12 --mix manifold-mixup --regularize shakedrop --epochs 2 --batch-size 32 ' +
      '--seed 3 --precision fp32 --limit-train 200 --workers 1',
  },
  dropblock: {
    flags:
      '--data shapes:train=256,test=64 --model resnet8 --mix cutout --regularize dropblock:keep=0.8,block=3 ' +
      '--regularize dropout --epochs 2 --batch-size 32 --seed 4 --precision fp32 --workers 1',
  },
  'adamw-warm-up': {
    flags:
      '--data cifar --model resnet8 --mix mixup --epochs 3 --batch-size 32 --seed 5 --precision fp32 --workers 0 ' +
      '--set optimizer.name=adamw --set optimizer.learningRate=0.002 --set optimizer.weightDecay=0.05 ' +
      '--set schedule.name=cosine --set schedule.warmupEpochs=1.5',
  },
  'web-dataset': {
    flags:
      '--data shards:size=48 --model resnet8 --mix cutmix:probability=0.5 --epochs 2 --batch-size 8 --seed 6 ' +
      '--precision fp32 --workers 2 --set optimizer.weightDecay=0.0005',
  },
  'stopped-and-resumed': {
    flags: photos,
    stops: [
      ['SIGINT', 10],
      ['SIGKILL', 30],
    ],
    equals: 'jpeg-folder',
  },
};
