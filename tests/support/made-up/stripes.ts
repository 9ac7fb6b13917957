import { allocateImages, type DataParts, dataSets, defineDataSet, type Part } from 'patchwork/data';
import { integer, option } from 'patchwork/options';
import { stream } from 'patchwork/random';

const side = 16;
const classes = ['lying', 'standing'];

function draw(part: Part, length: number) {
  const normalization = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const set = allocateImages({
    name: 'stripes',
    part,
    length,
    channels: 3,
    height: side,
    width: side,
    normalization,
    classes,
  });
  for (let index = 0; index < length; index++) {
    const [random, label] = [stream(0, 'stripes', part, index), index % 2];
    const phase = random.integer(4);
    set.labels[index] = label;
    for (let place = 0; place < 3 * side * side; place++) {
      const at = label === 0 ? Math.floor(place / side) % side : place % side;
      set.images[index * 3 * side * side + place] = (at + phase) % 4 < 2 ? 200 : 50;
    }
  }
  return set;
}

dataSets.add(
  defineDataSet({
    name: 'stripes',
    description: 'stripes that lie or stand, drawn',
    example: 'stripes:count=32',
    isNamed: true,
    options: { count: option(integer({ min: 2 }), { default: 32, description: 'how many images a part has' }) },
    matches: (path) => path === 'stripes',
    open: async (_path, { count }): Promise<DataParts> => ({ train: draw('train', count), test: draw('test', count) }),
  }),
);
