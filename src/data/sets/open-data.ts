/** Data sets as a person names them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DefinitionList, nearestWord, oneOfYourOwn } from '../../options/index.ts';
import type { DataParts } from '../dataset.ts';
import type { PictureFit } from '../picture-view.ts';
import { birds } from './birds.ts';
import { cifar } from './cifar.ts';
import { cub } from './cub.ts';
import { parseDataText, recognize } from './data-text.ts';
import type { DataSetDefinition } from './definition.ts';
import { imageFolder } from './image-folder.ts';
import { tellOpened } from './opened-data.ts';
import { shapes } from './shapes.ts';
import { tinyImageNet } from './tiny-imagenet.ts';
import { webDataset } from './web-dataset.ts';

/**
 * Every data set. A program adds its own by `dataSets.add(defineDataSet({...}))`; of those that recognize a path, the one
 * that was added last opens it.
 */
export const dataSets: DefinitionList<DataSetDefinition> = new DefinitionList('data set', [
  shapes,
  birds,
  imageFolder,
  tinyImageNet,
  cub,
  cifar,
  webDataset,
]);

/** Options of all data sets; each takes its own. `docs/data.md` has them with their defaults. */
export interface OpenDataOptions {
  /** Height and width of the images in pixels. */
  size?: number | undefined;
  /** What of a picture is shown. */
  fit?: 'crop' | 'stretch' | undefined;
  /** The share of a picture that evaluation shows, above 0 up to 1. */
  cropShare?: number | undefined;
  /** Between 0 and 1: of each class, to measure on where there is nothing else for it. */
  testShare?: number | undefined;
  /** Between 0 and 1: of each class's training images, to choose epochs by. */
  validationShare?: number | undefined;
  /** Chooses these shares, and the pictures of `shapes` and `birds`. */
  seed?: number | undefined;
  /** Go on where more than a tenth of the pictures is passed over. */
  allowSkipped?: boolean | undefined;
  /** Of data sets that a program has added. */
  [option: string]: unknown;
}

/**
 * Opens a data set by what a person would type: a name or path, and options behind a colon, as in
 * `photos:size=64,fit=stretch,testShare=0.2`. What is there is recognized by its files; `docs/data.md` says how. Images of
 * shapes, birds and CIFAR are then in shared memory; pictures are decoded when a batch needs them.
 *
 * @param options what is typed wins over them
 * @returns what to train on and what to measure on in the end; what to choose epochs by where the data has it or
 * `validationShare` was given
 * @throws where there is no such thing, an option is none of the data set's, or the data is damaged; the message names the
 * file and the way out
 */
export async function openData(text: string, options: OpenDataOptions = {}): Promise<DataParts> {
  const { path, options: typed } = parseDataText(text);
  const definition = recognize(dataSets, path);
  if (definition === undefined) throw notRecognized(path);
  const { allowSkipped, ...others } = options;
  const skipping = allowSkipped && Object.hasOwn(definition.options, 'allowSkipped') && { allowSkipped };
  const parts = await definition.open(path, { ...others, ...skipping, ...typed });
  tellOpened(path, parts);
  return parts;
}

/** Images that a network was trained on. */
export interface TrainedOn {
  /** As {@link openData} took it. */
  data: string;
  /** How they were shown, where it was recorded. */
  images?: { height?: number | undefined; fit?: PictureFit | undefined; cropShare?: number | undefined } | undefined;
}

/**
 * Opens other data as a network was shown what it was trained on: at its size, and with its fit.
 *
 * @param text as {@link openData} takes it (default: what it was trained on)
 * @throws where the text wishes for another size or fit, or the data has another; and as {@link openData}
 */
export async function openDataLike(
  text: string | undefined,
  trained: TrainedOn,
  options: Pick<OpenDataOptions, 'allowSkipped'> = {},
): Promise<DataParts> {
  if (text === undefined) return openData(trained.data, options);
  const { path, options: typed } = parseDataText(text);
  const known = recognize(dataSets, path)?.options ?? {};
  const wanted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(shownAs(trained))) {
    if (value === undefined || !Object.hasOwn(known, name)) continue;
    if (typed[name] !== undefined && typed[name] !== value) {
      throw new Error(
        `${text}: expected ${name}=${value}, as the network was trained, got ${name}=${typed[name]}; leave ${name} out`,
      );
    }
    wanted[name] = value;
  }
  const parts = await openData(text, { ...options, ...wanted });
  const { size } = shownAs(trained);
  const { height, width } = parts.test;
  if (size === undefined || (height === size && width === size)) return parts;
  throw new Error(
    `${text}: expected images of ${size} x ${size} pixels, as the network was trained on, got ${height} x ${width}; ` +
      'give data of that size',
  );
}

/** The options by which the training's images were shown: as recorded, as typed, or else by default. */
function shownAs({ data, images }: TrainedOn): { size?: unknown; fit?: unknown; cropShare?: unknown } {
  if (images?.height !== undefined) return { size: images.height, fit: images.fit, cropShare: images.cropShare };
  const { path, options } = parseDataText(data);
  const known = recognize(dataSets, path)?.options;
  const { size = known?.size?.default, fit = known?.fit?.default, cropShare } = options;
  return { size, fit, cropShare };
}

/** What {@link openData} takes, independent of the working folder: paths become absolute. For records. */
export function dataLocation(text: string): string {
  return dataSets.find(parseDataText(text).path)?.isNamed ? text : resolve(text);
}

function notRecognized(path: string): Error {
  const named = [...dataSets].filter(({ isNamed }) => isNamed).map(({ name }) => name);
  const others = [...dataSets].filter(({ isNamed }) => !isNamed).map(({ description }) => description);
  const expected = `expected ${named.map((name) => `'${name}'`).join(', ')}, ${others.join(', ')}, or ${oneOfYourOwn}`;
  if (existsSync(path)) return new Error(`${path}: ${expected}; got another file`);
  const near = path.includes('/') ? undefined : nearestWord(path, named);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return new Error(`data: ${expected}; got '${path}', which does not exist${hint}`);
}
