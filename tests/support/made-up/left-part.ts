import { type Mixer, type MixPlan, mixingMethods } from 'patchwork/mix';
import { define, methodText, number, option } from 'patchwork/options';

/** Pastes the left part of a partner: CutMix with a box that is always at the same place. */
const leftPart = define({
  name: 'left-part',
  description: 'the left part of each image is its partner’s',
  options: {
    share: option(number({ above: 0, below: 1 }), { default: 0.5, description: 'of the width that is pasted' }),
  },
  make: ({ share }): Mixer => ({
    method: 'left-part',
    text: methodText('left-part', { share }),
    mixesLabels: true,
    stages: [0],
    sample({ batch, height, width }, random): MixPlan {
      const right = Math.round(width * share);
      const lambda = [1 - right / width];
      return {
        ...{ method: 'left-part', how: 'paste', stage: 0, height, width },
        permutation: [...random.permutation(batch)],
        ...{ boxes: [[0, 0, right, height]], lambda, labelWeight: lambda },
      };
    },
  }),
});

mixingMethods.add(leftPart);
