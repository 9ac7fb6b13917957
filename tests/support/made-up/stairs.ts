import { schedules } from 'patchwork/optim';
import { define, integer, option } from 'patchwork/options';

schedules.add(
  define({
    name: 'stairs',
    description: 'steps of equal height down to 0',
    options: { count: option(integer({ min: 1 }), { default: 4, description: 'how many steps there are' }) },
    make:
      ({ count }, rate: number, epochs: number) =>
      (epoch: number) =>
        (rate * (count - Math.floor((epoch / epochs) * count))) / count,
  }),
);
