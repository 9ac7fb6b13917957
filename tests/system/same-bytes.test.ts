import { join } from 'node:path';
import { expect, it } from 'vitest';
import { train } from '../../src/config/index.ts';
import { checkpointDigests } from '../support/checkpoint-digests.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

it.each(['fp32', 'bf16'] as const)(
  'two runs with one seed end with the same bytes in %s, whatever the number of decoding threads',
  async (precision) => {
    const folder = temporaryFolder();
    const finish = async (name: string, changes: Parameters<typeof smallConfig>[0]) => {
      const run = join(folder, name);
      await train(smallConfig({ precision, threads: 2, ...changes }), { run });
      return checkpointDigests(run);
    };
    const first = await finish('first', {});
    expect(Object.keys(first)).toEqual(
      expect.arrayContaining(['model.safetensors', 'optimizer.safetensors', 'state.json']),
    );
    for (const workers of [0, 1, 2]) expect(await finish(`workers-${workers}`, { workers })).toEqual(first);
    expect(await finish('another seed', { seed: 1 })).not.toEqual(first);
  },
);
