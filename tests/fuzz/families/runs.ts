/** Files that a run or another tool has written: logs, states, results, weights. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWeights, readRunConfig, readRunData } from '../../../src/config/index.ts';
import { createModel } from '../../../src/models/index.ts';
import { readReproduced, shippedRecord } from '../../../src/recipes/index.ts';
import {
  cachedResult,
  parseState,
  RunFolder,
  readDataRecord,
  readMetrics,
  readResult,
  recordedPictures,
} from '../../../src/runs/index.ts';
import { truncateMetrics } from '../../../src/runs/metrics-log.ts';
import { loadTensors, scope } from '../../../src/torch/index.ts';
import { findCheckpoint, loadModel } from '../../../src/train/index.ts';
import { type Family, family } from '../family.ts';
import { chance, mutateBytes, mutateText, pick } from '../mutate.ts';

/** A file of the format: the header's length in 8 bytes, the header, the elements. */
function safetensorsBytes(header: string, data: Uint8Array): Uint8Array {
  const head = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Uint8Array.from(Buffer.concat([length, head, data]));
}

const weightsHeader = JSON.stringify({
  __metadata__: { format: 'pt' },
  a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  'b.weight': { dtype: 'BF16', shape: [4], data_offsets: [24, 32] },
  c: { dtype: 'I64', shape: [], data_offsets: [32, 40] },
  d: { dtype: 'BOOL', shape: [0, 5], data_offsets: [40, 40] },
});

export const safetensors: Family = family<Uint8Array>({
  name: 'safetensors',
  description: 'weights',
  async open(folder) {
    const data = Uint8Array.from({ length: 40 }, (_, i) => i);
    const path = join(folder, 'x.safetensors');
    const words = [
      '"F32"',
      '"F16"',
      '"BOOL"',
      '"F8_E4M3"',
      '"shape":[',
      '[]',
      '"a"',
      '"data_offsets"',
      '18446744073709551616',
    ];
    return {
      make: (random) => {
        if (chance(random, 0.3)) return mutateBytes(random, safetensorsBytes(weightsHeader, data));
        const made = safetensorsBytes(mutateText(random, weightsHeader, words), data);
        return chance(random, 0.2) ? mutateBytes(random, made) : made;
      },
      run(bytes) {
        writeFileSync(path, bytes);
        return scope(() => void loadTensors(path));
      },
    };
  },
});

const metricsText = `{"format":1}
{"kind":"step","step":10,"epoch":1,"loss":2.3,"learningRate":0.1,"terms":{"x":1}}
{"kind":"epoch","step":20,"epoch":1,"trainLoss":null,"imagesPerSecond":120.5,"dataWait":0.1,"top1Error":0.5,"nonFinite":{"trainLoss":"NaN"}}
{"kind":"test","step":20,"epoch":1,"top1Error":0.25}
`;

const stateText = `${JSON.stringify({
  ...{ format: 1, step: 20, epoch: 2, stepInEpoch: 0, samples: 0, loss: 0, terms: {} },
  ...{ best: { epoch: 1, scores: { top1Error: 0.5, valLoss: 'NaN' } }, last: { epoch: 1, scores: { top1Error: 0.5 } } },
})}\n`;

const configText = `${JSON.stringify({
  ...{ format: 1, config: { data: 'shapes', model: 'resnet8', epochs: 1 } },
  ...{ environment: { node: 'v20' }, classes: ['a', 'b'], normalization: { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } },
})}\n`;

const part = { images: 1, state: 'ab', fingerprint: 'cd' };
const dataText = `${JSON.stringify({
  ...{ format: 1, folder: '/photos', contents: true, parts: { train: part, test: part } },
  inBothParts: { count: 1, examples: [['train/a/1.jpg', 'val/a/1.jpg']] },
})}\n`;
const picturesText = `["train","a/1.jpg",100,1700000000000.5,"a","00ff"]\n["test","s.tar: b/1.jpg",7,0,"b"]\n`;

const resultText = JSON.stringify({ madeFrom: { of: 'x', protocol: 1 }, result: { top1: 0.5 } });

export const logs: Family = family<{ file: string; text: string | Uint8Array }>({
  name: 'logs',
  description: "a run's log, configuration and lock, kept results, the record of what was reproduced",
  async open(folder) {
    const record = JSON.stringify(JSON.parse(readFileSync(shippedRecord, 'utf8')).slice(0, 1));
    const whole: Record<string, string> = {
      'metrics.jsonl': metricsText,
      'config.json': configText,
      'run.lock': '12345\nhost\n0\n',
      'report/accuracy-step-00000020.json': resultText,
      'reproduced.json': record,
      'data.json': dataText,
      'data-pictures.jsonl': picturesText,
      'state.json': stateText,
    };
    return {
      make: (random) => {
        const file = pick(random, Object.keys(whole));
        const words = [
          '"kind"',
          '"epoch"',
          '"format":1',
          '{"format":1}\n',
          '\n\n',
          '"nonFinite":{}',
          '"scores"',
          '"config"',
        ];
        const text = mutateText(random, whole[file]!, words);
        return { file, text: chance(random, 0.1) ? mutateBytes(random, Buffer.from(text)) : text };
      },
      async run({ file, text }) {
        const run = join(folder, 'run');
        rmSync(run, { recursive: true, force: true });
        mkdirSync(join(run, 'report'), { recursive: true });
        for (const [name, contents] of Object.entries(whole)) {
          if (name !== 'run.lock' || file === name) writeFileSync(join(run, name), name === file ? text : contents);
        }
        if (file === 'state.json') return parseState(readFileSync(join(run, file), 'utf8'));
        if (file === 'reproduced.json') return readReproduced(join(run, file));
        const opened = RunFolder.open(run);
        readRunConfig(opened);
        readRunData(opened);
        readDataRecord(opened);
        for await (const _ of recordedPictures(opened));
        readMetrics(join(run, 'metrics.jsonl'));
        truncateMetrics(join(run, 'metrics.jsonl'), { step: 10, epochsClosed: 0, isFinished: true });
        const kept = join(run, 'report', 'accuracy-step-00000020.json');
        readResult(kept);
        cachedResult(kept, { of: 'x', protocol: 1 });
        if (file === 'run.lock') RunFolder.open(run, { write: true }).close();
        return undefined;
      },
    };
  },
});

export const checkpoints: Family = family<{ file: string; bytes: Uint8Array }>({
  name: 'checkpoints',
  description: "a run's checkpoint, and weights to start from",
  async open(folder) {
    const model = createModel('resnet8', { classes: 2 });
    const run = join(folder, 'run');
    const place = join(run, 'checkpoints', 'step-00000020');
    const { saveTensors } = await import('../../../src/torch/index.ts');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(run, 'config.json'), configText);
    const weights = join(place, 'model.safetensors');
    saveTensors(weights, model.stateDict());
    const whole = new Uint8Array(readFileSync(weights));
    const headerLength = Number(Buffer.from(whole).readBigUInt64LE());
    const header = Buffer.from(whole).toString('utf8', 8, 8 + headerLength);
    return {
      make: (random) => {
        const file = pick(random, ['model.safetensors', 'model.safetensors', 'state.json', 'weights']);
        if (file === 'state.json') return { file, bytes: Uint8Array.from(Buffer.from(mutateText(random, stateText))) };
        const changed = mutateText(random, header, ['conv1.weight', 'fc.weight', 'fc.bias', '"F16"', '"I8"']);
        const isHeader = chance(random, 0.6);
        return {
          file,
          bytes: isHeader ? safetensorsBytes(changed, whole.subarray(8 + headerLength)) : mutateBytes(random, whole),
        };
      },
      run({ file, bytes }) {
        writeFileSync(weights, whole);
        writeFileSync(join(place, 'state.json'), stateText);
        const other = join(folder, 'weights.safetensors');
        writeFileSync(file === 'weights' ? other : join(place, file), bytes);
        return scope(() => {
          if (file === 'weights') return void loadWeights(model, other, { head: 'new' } as object);
          const opened = RunFolder.open(run);
          const checkpoint = findCheckpoint(opened);
          if (checkpoint === undefined) return undefined;
          loadModel(checkpoint, model, opened.checkpoints.list());
          return undefined;
        });
      },
    };
  },
});
