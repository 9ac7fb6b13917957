/** No table mixes runs on two states of their data. */
import { openRunData, readRunConfig, type TrainConfig } from '../config/index.ts';
import { type DataParts, type LabeledImages, openData } from '../data/index.ts';
import { RunFolder } from '../runs/index.ts';

/** Opens data, each once: the runs of an experiment have the same, which may take seconds to open. */
export function openingOnce(): (
  config: Pick<TrainConfig, 'data' | 'allowSkipped'>,
) => Promise<DataParts<LabeledImages>> {
  const open = new Map<string, Promise<DataParts<LabeledImages>>>();
  return ({ data, allowSkipped }) => {
    const source = open.get(data) ?? openData(data, { allowSkipped });
    open.set(data, source);
    return source;
  };
}

/** @throws where a run's data is not now what it was when the run was made */
export async function checkSameData(path: string, source: DataParts<LabeledImages>): Promise<void> {
  const run = RunFolder.open(path);
  const { isRecorded, notes } = await openRunData(run, readRunConfig(run), { source });
  if (isRecorded) return;
  throw new Error(
    `${notes.join('\n')}\n${path}: expected a run on the data as it is now, since a table never mixes two states of it; ` +
      'put the data back, train all anew in another folder (--out DIR), or remove this run to train it again',
  );
}
