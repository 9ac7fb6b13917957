/** Images that are measured and were trained on as well: they flatter every network. */
import { dataFolder, dataLocation, imageAt, imageName } from '../../data/index.ts';
import { contentsOf } from '../../data/record/index.ts';
import { RunFolder, recordedPictures } from '../../runs/index.ts';
import type { TrainedNetwork } from '../network.ts';

/** An image of the test part that the training part has too, byte for byte. */
export interface Duplicate {
  /** Its number in the test part. */
  index: number;
  /** Its name in the test part, and in the training part: the path under the data's folder, or the number. */
  test: string;
  train: string;
  /** Whether the two are of different classes, so that one of the labels is wrong. */
  isOtherClass: boolean;
}

type Measured = Pick<TrainedNetwork, 'run' | 'config' | 'data' | 'parts' | 'images'>;

/**
 * Finds them by what the run recorded of its pictures (`data-pictures.jsonl`), or by the pixels of images in memory.
 *
 * @returns undefined where they were not looked for: in other data than the run's own, whose known pictures are left out
 *   anyway, in drawn images, and where there is so much data that its contents were not read
 */
export async function trainingDuplicates(network: Measured): Promise<Duplicate[] | undefined> {
  const { data, config, images, parts } = network;
  if (dataLocation(data) !== config.data) return undefined;
  if ('pictures' in images) return ofPictures(network);
  return 'images' in images && 'images' in parts.train ? ofPixels(images, parts.train) : undefined;
}

async function ofPictures({ run, data, images }: Measured): Promise<Duplicate[] | undefined> {
  const nameOf = imageName(dataFolder(data), images);
  const places = new Map(Array.from(images.labels, (_, index) => [nameOf(index), index]));
  const trained = new Map<string, { path: string; target: string }>();
  const found: Duplicate[] = [];
  let isKnown = false;
  // The training part stands before the test part.
  for await (const { part, path, target, contents } of recordedPictures(RunFolder.open(run))) {
    if (contents === undefined) continue;
    isKnown = true;
    if (part === 'train' || part === 'earlier') {
      if (!trained.has(contents)) trained.set(contents, { path, target });
    }
    const [twin, index] = [trained.get(contents), places.get(path)];
    if (part !== 'test' || twin === undefined || index === undefined) continue;
    found.push({ index, test: path, train: twin.path, isOtherClass: twin.target !== target });
  }
  return isKnown ? found : undefined;
}

type InMemory = Extract<Measured['images'], { images: Uint8Array }>;

function ofPixels(test: InMemory, train: InMemory): Duplicate[] {
  const trained = new Map<string, number>();
  for (let index = train.length - 1; index >= 0; index--) trained.set(contentsOf(imageAt(train, index))!, index);
  return Array.from(test.labels).flatMap((label, index) => {
    const twin = trained.get(contentsOf(imageAt(test, index))!);
    if (twin === undefined) return [];
    return [{ index, test: String(index), train: String(twin), isOtherClass: train.labels[twin] !== label }];
  });
}
