import { describe, expect, it } from 'vitest';
import { stream } from '../random/index.ts';
import { empty } from '../torch/index.ts';
import { StepContext } from './step-context.ts';

const drawsOf = (step: StepContext) => [
  step.random.uniform(),
  ...Array.from(empty([3]).uniform_({ generator: step.generator }).data(), Number),
];

describe('what a step draws', () => {
  it("depends on the step's own stream alone, not on what earlier steps drew", () => {
    const [fresh, used] = [new StepContext(1), new StepContext(2)];
    drawsOf(used);
    for (const step of [fresh, used]) step.begin(stream(7, 'step', 3), 0.25);
    expect(used.progress).toBe(0.25);
    expect(drawsOf(used)).toEqual(drawsOf(fresh));
    used.begin(stream(7, 'step', 4), 0.25);
    expect(drawsOf(used)).not.toEqual(drawsOf(fresh));
  });

  it('follows from the seed before the first step', () => {
    expect(drawsOf(new StepContext(1))).toEqual(drawsOf(new StepContext(1)));
    expect(drawsOf(new StepContext(1))).not.toEqual(drawsOf(new StepContext(2)));
  });
});
