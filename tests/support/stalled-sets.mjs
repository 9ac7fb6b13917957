/**
 * For `--import`: data that does not come, as on a disk that does not answer. `stalled` reads a pipe that nobody writes to
 * after three batches of four images; `stalled-open` keeps the main thread from the start. Each makes a file `waiting` in the
 * folder that STALLED_FOLDER names when it has come to that.
 */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const { dataSets, dataset, defineDataSet } = await import(new URL('../../dist/data/index.js', import.meta.url).href);

const inFolder = (name) => join(process.env.STALLED_FOLDER, name);
const classes = ['dark', 'bright'];
const labels = Array.from({ length: 16 }, (_, index) => index % 2);
const named = { description: 'images that never come', options: {}, isNamed: true, matches: () => false };

dataSets.add(
  defineDataSet({
    ...named,
    name: 'stalled',
    example: 'stalled',
    async open() {
      let drawn = 0;
      const draw = async (index) => {
        if (++drawn > 12) {
          const read = readFile(inFolder('pipe'));
          writeFileSync(inFolder('waiting'), '');
          await read;
        }
        return new Uint8Array(3 * 16 * 16).fill(labels[index] * 200);
      };
      const partOf = (part) => dataset({ name: 'stalled', part, height: 16, draw, length: 16, classes, labels });
      return { train: partOf('train'), test: partOf('test') };
    },
  }),
);

dataSets.add(
  defineDataSet({
    ...named,
    name: 'stalled-open',
    example: 'stalled-open',
    async open() {
      writeFileSync(inFolder('waiting'), '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  }),
);
