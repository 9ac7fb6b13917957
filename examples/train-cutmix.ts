/** Train a small network with CutMix on drawn pictures, from a program. Run: npm run setup && npx tsx examples/train-cutmix.ts */
import { parseConfig, train } from 'patchwork/train';

const config = parseConfig({ data: 'shapes:train=640,test=160', model: 'resnet20', mix: 'cutmix', epochs: 2 });
const { run, last } = await train(config, {
  run: `runs/example-${Date.now()}`,
  listener: (event) => {
    if (event.type === 'epoch') console.log(`epoch ${event.epoch}: top-1 error ${event.scores.top1Error!.toFixed(3)}`);
  },
});
console.log(`${run}: ${JSON.stringify(last?.scores)}`);
