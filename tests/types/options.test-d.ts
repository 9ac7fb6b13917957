/** Names and values of options are checked where they are typed. */
import { type ConfigError, parseConfig, type TrainConfig, type TrainConfigInput } from '../../src/config/index.ts';
import { cutmix, type Mixer, mixup } from '../../src/mix/index.ts';
import { dropBlock, StepContext } from '../../src/nn/index.ts';
import {
  boolean,
  choice,
  type Definition,
  define,
  integer,
  number,
  type OptionsOf,
  option,
  type ResolvedOptions,
  type resolveOptions,
} from '../../src/options/index.ts';
import { type Equal, given, same } from './expect.ts';

cutmix();
cutmix({ alpha: 0.5, box: 'center-gaussian', granularity: 'sample', probability: undefined });
// @ts-expect-error the name
cutmix({ alhpa: 0.5 });
// @ts-expect-error the kind of value
cutmix({ alpha: '0.5' });
// @ts-expect-error one of other words
cutmix({ box: 'centre' });
// @ts-expect-error of another method
mixup({ box: 'uniform' });
dropBlock({ keep: 0.9, groups: [2, 3] }, new StepContext());
// @ts-expect-error one of other words
dropBlock({ groups: 'last-three' }, new StepContext());

const specs = {
  size: option(integer({ min: 1 }), { default: 32, description: 'of a picture' }),
  share: option(number(), { description: 'of the pictures', otherwise: 'all' }),
  mirrored: option(boolean, { default: false, description: 'or not' }),
  shown: option(choice(['whole', 'part']), { default: 'whole', description: 'of a picture' }),
};
type Given = OptionsOf<typeof specs>;
type Resolved = ResolvedOptions<typeof specs>;
same<Equal<Given['size'], number | undefined>>();
same<Equal<Given['shown'], 'whole' | 'part' | undefined>>();
same<Equal<Resolved['size'], number>>();
same<Equal<Resolved['share'], number | undefined>>();
same<Equal<Resolved['mirrored'], boolean>>();
same<Equal<Resolved['shown'], 'whole' | 'part'>>();
same<Equal<ReturnType<typeof resolveOptions<typeof specs>>, Resolved>>();
// @ts-expect-error a default of another kind
option(integer(), { default: 'thirty', description: 'of a picture' });
// @ts-expect-error a default that is none of the words
option(choice(['whole', 'part']), { default: 'half', description: 'of a picture' });

const counted = define({
  name: 'counted',
  description: 'what is made has the type that is said, its options their own',
  options: specs,
  ...{ protocol: 3 },
  make(options, from: number, names?: readonly string[]) {
    same<Equal<typeof options, Resolved>>();
    return { sum: from + options.size, names };
  },
});
given<number>(counted.protocol);
const made = counted.make({ size: 3 }, 4);
same<Equal<typeof made.sum, number>>();
// @ts-expect-error what it is made from is needed
counted.make({ size: 3 });
// @ts-expect-error of another type
counted.make({ size: 3 }, 'four');
const method: Definition<Mixer, []> = define({
  name: 'none',
  description: 'a mixer',
  options: {},
  make: () => cutmix(),
});
// @ts-expect-error makes no mixer
given<Definition<Mixer, []>>(define({ name: 'none', description: 'no mixer', options: {}, make: () => 3 }));
same<Equal<ReturnType<typeof method.make>, Mixer>>();

const config = parseConfig({ epochs: 3 });
same<Equal<typeof config, TrainConfig>>();
same<Equal<TrainConfig['epochs'], number | undefined>>();
same<Equal<TrainConfig['precision'], 'auto' | 'fp32' | 'bf16'>>();
same<Equal<TrainConfig['mix'], string | readonly string[]>>();
same<Equal<TrainConfig['augment']['flip'], boolean>>();
same<Equal<TrainConfig['optimizer']['name'], string>>();
// Keys without a value are left out, so that a configuration reads back as itself.
same<Equal<TrainConfig['clipNorm'], number | undefined>>();
given<TrainConfigInput>({
  precision: 'bf16',
  augment: { padding: 2 },
  optimizer: 'sgd:momentum=0.5',
  mix: ['cutmix'],
});
// @ts-expect-error the name
given<TrainConfigInput>({ epoch: 3 });
// @ts-expect-error one of other words
given<TrainConfigInput>({ precision: 'fp16' });
// @ts-expect-error within a section
given<TrainConfigInput>({ augment: { paddings: 2 } });
declare const error: ConfigError;
same<Equal<typeof error.problems, readonly string[]>>();
