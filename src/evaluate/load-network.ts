/** A trained network in use: any pictures in, classes out. */
import { evaluationBatchSize } from '../config/index.ts';
import { type PictureBatch, type PictureStream, pictureStream } from '../data/index.ts';
import type { Size } from '../geometry/index.ts';
import { downloadWeights, isHubName } from '../hub/index.ts';
import { checkOption, choice, integer } from '../options/index.ts';
import { inPrecision, preparedImages } from '../tasks/index.ts';
import { inferenceMode, scope, setThreads } from '../torch/index.ts';
import { eventLoopTurn } from '../train/index.ts';
import { type ExplainPictureOptions, type Explanation, explainPicture } from './explain.ts';
import { freeNetwork, type NetworkInUse, type OpenNetworkAloneOptions, openNetwork } from './network-in-use.ts';
import { type PictureInput, type PictureInputs, pictureSources } from './picture-input.ts';
import { type ClassProbability, mostProbable } from './top-classes.ts';

export interface LoadNetworkOptions extends OpenNetworkAloneOptions {
  /** The engine's threads. Default: the physical cores. */
  threads?: number | undefined;
  /** Threads that decode pictures; 0 decodes in the main thread. Default: as in training. */
  workers?: number | undefined;
}

export interface ClassifyPicturesOptions {
  /** How many classes are told of each picture, the most probable first; all where there are fewer. Default 5. */
  topK?: number | undefined;
  /** Pictures that the network sees at once. Default: as in evaluation. */
  batchSize?: number | undefined;
  /** What one that cannot be read or decoded does: `tell` gives an `error` in its place, `fail` throws. Default `tell`. */
  onBadPicture?: 'tell' | 'fail' | undefined;
}

/** What the network says of one picture, or why it says nothing. */
export type ClassifiedPicture = (
  | { top: ClassProbability[]; error?: undefined }
  | { error: string; top?: undefined }
) & {
  /** Where the picture was given by its path. */
  path?: string;
};

/** A trained network that is asked of pictures. */
export interface LoadedNetwork {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Of the images that the network sees; pictures of any size are shown to it as in evaluation. */
  readonly size: Size;
  /**
   * Classifies pictures as evaluation does, in the last digits aside ({@link LoadNetworkOptions.foldBatchNorm}): one result for each, in their order. They are read as they are needed, and
   * decoded by threads while the network computes; what is in memory at any time does not grow with their number.
   *
   * @throws where an option is out of range; in the loop with `fail`, naming the first picture that is none
   */
  classify(inputs: PictureInputs, options?: ClassifyPicturesOptions): AsyncGenerator<ClassifiedPicture, void, void>;
  /** Says what a picture is and where the network sees it. @throws as {@link explainPicture} */
  explain(picture: PictureInput, options?: ExplainPictureOptions): Promise<Explanation>;
  /** Frees the network and ends its threads. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Loads a trained network, to be asked of any pictures. The data that it was trained on is not needed: classes,
 * normalization and size are in the run's `config.json`, the weights in its checkpoint. Of weights without a run all that is
 * in the `config.json` beside them, as timm writes it, or in their header.
 *
 * @param run a run folder; a `.safetensors` file, an index of several, or a folder of the hub's layout; `hf:OWNER/NAME`,
 *   which is downloaded where it is not in the hub's cache
 * @throws where there is no run, checkpoint or such weights, what they say of themselves is not enough, they are of another
 *   network, or it does not take images in color
 */
export async function loadNetwork(
  run: string,
  { threads, workers, ...options }: LoadNetworkOptions = {},
): Promise<LoadedNetwork> {
  if (threads !== undefined) setThreads(threads);
  const network = openNetwork(isHubName(run) ? (await downloadWeights(run)).folder : run, options);
  const { images, config } = network;
  const { classes, height, width } = images;
  let stream: PictureStream;
  try {
    stream = pictureStream(images, { workers: workers ?? config.workers, limitPixels: config.limitPixels });
  } catch (error) {
    freeNetwork(network);
    throw error;
  }
  let isOpen = true;
  const checkOpen = () => {
    if (!isOpen) throw new Error(`${run}: expected a network in memory, got one that was disposed; load it again`);
  };
  const dispose = async () => {
    if (!isOpen) return;
    isOpen = false;
    freeNetwork(network);
    await stream.close();
  };
  return {
    classes,
    size: { height, width },
    async *classify(inputs, { topK = 5, batchSize = evaluationBatchSize(config), onBadPicture = 'tell' } = {}) {
      checkOption('classify', 'topK', integer({ min: 1 }), topK);
      checkOption('classify', 'onBadPicture', choice(['tell', 'fail']), onBadPicture);
      checkOpen();
      for await (const batch of stream.batches(pictureSources(inputs), batchSize)) {
        checkOpen();
        yield* classifiedBatch(network, batch, { topK, onBadPicture });
        await eventLoopTurn();
      }
    },
    async explain(picture, options) {
      checkOpen();
      return explainPicture(network, picture, options);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function* classifiedBatch(
  network: NetworkInUse,
  batch: PictureBatch,
  { topK, onBadPicture }: { topK: number; onBadPicture: 'tell' | 'fail' },
): Generator<ClassifiedPicture, void, void> {
  const found = batch.indices.length === 0 ? [] : topOfEach(network, batch, topK);
  const reasons = new Map(batch.bad.map(({ index, reason }) => [index, reason]));
  let good = 0;
  for (const [place, { path, contents }] of batch.sources.entries()) {
    const error = reasons.get(batch.start + place);
    if (error !== undefined && onBadPicture === 'fail') throw new Error(`${path}: ${error}`);
    const named = contents === undefined ? { path } : {};
    yield error === undefined ? { ...named, top: found[good++]! } : { ...named, error };
  }
}

/** As validation computes it. */
function topOfEach({ images, normalization, runtime, task }: NetworkInUse, batch: PictureBatch, topK: number) {
  return scope(() =>
    inferenceMode(() => {
      const input = preparedImages(batch, normalization, runtime);
      const given = { images: input, labels: new Int32Array(), targets: input };
      return mostProbable(
        inPrecision(runtime, () => task.predict(given)),
        images.classes,
        topK,
      );
    }),
  );
}
