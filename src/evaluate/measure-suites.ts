/** Lets the test images go by once for all suites that are asked for. */
import { type BadImage, select } from '../data/index.ts';
import { stream } from '../random/index.ts';
import { tensor } from '../torch/index.ts';
import { type EvaluatedBatch, eachBatch, type TrainedNetwork } from './network.ts';
import type { Suite, SuiteDefinition } from './suite.ts';

/** A suite on its way: its name, what it is made from, and what it has found or why it failed. */
export interface Measurement {
  name: string;
  definition: SuiteDefinition;
  suite: Suite;
  path: string;
  madeFrom: object;
  failure?: string;
  found?: unknown;
}

export interface MeasureSuitesOptions {
  /** What is being measured, and how far it is. */
  onProgress: (what: string, done: number, of: number) => void;
  onWarned?: (images: readonly BadImage[]) => void;
  limit: number | undefined;
}

/** Lets every image go by once. A suite that throws sees no more of them. */
export async function measureSuites(
  network: TrainedNetwork,
  all: readonly Measurement[],
  { limit, onProgress, onWarned }: MeasureSuitesOptions,
): Promise<void> {
  if (all.length === 0) return;
  const { images, config } = network;
  const chosen = chosenImages(images.length, limit, config.seed);
  const isChosen = new Set(chosen);
  const everything = Int32Array.from({ length: images.length }, (_, index) => index);
  const needsAll = all.some(({ definition }) => definition.takesAll);
  const passed = needsAll ? everything : chosen;
  const what = all.map(({ name }) => name).join(', ');
  const each = async (body: (one: Measurement, takesAll: boolean) => void | Promise<void>) => {
    for (const one of all) {
      if (one.failure !== undefined) continue;
      try {
        await body(one, one.definition.takesAll ?? false);
      } catch (error) {
        one.failure = messageOf(error);
      }
    }
  };
  await each(({ suite }, takesAll) => suite.open?.(images, takesAll ? everything : chosen));
  const ofSet = (image: BadImage): BadImage => ({ ...image, index: passed[image.index]! });
  const bad = await eachBatch(
    network,
    needsAll || chosen.length === images.length ? images : select(images, chosen),
    (given) => {
      const batch = { ...given, indices: given.indices.map((place) => passed[place]!) };
      const some = chosen.length === images.length ? batch : rowsOf(batch, isChosen);
      for (const one of all) {
        const own = one.definition.takesAll ? batch : some;
        if (one.failure !== undefined || own === undefined) continue;
        try {
          one.suite.add(own);
        } catch (error) {
          one.failure = messageOf(error);
        }
      }
    },
    {
      before: (places) => {
        const indices = places.map((place) => passed[place]!);
        return each(({ suite }, takesAll) =>
          suite.before?.(takesAll ? indices : indices.filter((index) => isChosen.has(index))),
        );
      },
      onProgress: (done, of) => onProgress(what, done, of),
      onWarned: (found) => onWarned?.(found.map(ofSet)),
    },
  );
  const badImages = bad.map(ofSet);
  await each(async (one, takesAll) => {
    const own = takesAll ? badImages : badImages.filter(({ index }) => isChosen.has(index));
    one.found = await one.suite.result(own, (done, of) => onProgress(one.name, done, of));
  });
}

/** The images under a limit, in rising order: those of the first so many of a seeded shuffle. */
function chosenImages(length: number, limit = length, seed: number): Int32Array {
  if (limit >= length) return Int32Array.from({ length }, (_, index) => index);
  return Int32Array.from(stream(seed, 'subset').permutation(length).subarray(0, limit)).sort();
}

/** The rows of a batch that are among some images; undefined where none is. */
function rowsOf(batch: EvaluatedBatch, isChosen: ReadonlySet<number>): EvaluatedBatch | undefined {
  const rows = Int32Array.from(batch.indices.keys()).filter((row) => isChosen.has(batch.indices[row]!));
  if (rows.length === batch.indices.length) return batch;
  if (rows.length === 0) return undefined;
  const places = tensor(rows, { device: batch.pixels.device });
  const labels = rows.map((row) => batch.labels[row]!);
  const { input } = batch;
  return {
    pixels: batch.pixels.indexSelect(0, places),
    input: { images: input.images.indexSelect(0, places), labels, targets: input.targets.indexSelect(0, places) },
    logits: batch.logits.indexSelect(0, places),
    labels,
    indices: rows.map((row) => batch.indices[row]!),
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
