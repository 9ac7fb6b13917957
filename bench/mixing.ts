import { type Mixer, parseMix, sampleMix } from '../src/mix/index.ts';
import { stream } from '../src/random/index.ts';
import { mixImages, mixMap } from '../src/tasks/index.ts';
import { Generator, randn, scope } from '../src/torch/index.ts';
import { mixingTexts } from './mixing-methods.ts';

/** A batch of 64x3xSIDExSIDE, contiguous, and a function that draws a plan for it and applies that: `method@side`. */
export function mixing(what: string): () => void {
  const [method = '', text = ''] = what.split('@');
  const side = Number(text);
  const [mixer] = parseMix(mixingTexts[method]!) as [Mixer];
  const images = randn([64, 3, side, side], new Generator(1));
  const grid = { height: side, width: side };
  const shape = { batch: 64, ...grid, stages: [grid, grid] };
  let draws = 0;
  return () =>
    scope(() => {
      const plans = sampleMix([mixer], shape, stream(0, 'mix', 0, draws++));
      mixImages(images, plans);
      // A hidden map becomes a new one: gradients must flow through what was.
      for (const plan of plans) if (plan.stage > 0) mixMap(images, plan);
    });
}
