/** Out-of-distribution sets as a person names them. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DefinitionList, nearestWord, oneOfYourOwn } from '../../options/index.ts';
import { parseDataText, recognize } from '../sets/data-text.ts';
import { dataLocation, dataSets } from '../sets/open-data.ts';
import { tellOpened } from '../sets/opened-data.ts';
import {
  defineOodSet,
  type NetworkImages,
  type OodImages,
  type OodSetDefinition,
  type OpenOodOptions,
} from './definition.ts';
import { fitted, idxFile, recordFile } from './image-files.ts';
import { gaussianNoise, uniformNoise } from './noise.ts';
import { pictureFolder } from './picture-folder.ts';

/** The test images of data that can be learned, at the network's size where the data leaves the choice. */
const learnable = defineOodSet({
  name: 'data',
  description: 'what can be learned from, as CIFAR, WebDataset shards or shapes: its test images',
  example: 'cifar-100-binary',
  options: 'given on',
  matches: (path) => recognize(dataSets, path) !== undefined,
  async open(typed, path, like, options) {
    const definition = recognize(dataSets, path)!;
    const has = (name: string) => Object.hasOwn(definition.options, name);
    const shown = {
      ...(has('size') && { size: like.height }),
      ...(has('fit') && like.fit !== undefined && { fit: like.fit }),
      ...(has('cropShare') && like.cropShare !== undefined && { cropShare: like.cropShare }),
      ...(has('allowSkipped') && options.allowSkipped && { allowSkipped: true }),
    };
    const { test, passedOver } = await definition.open(path, { ...shown, ...typed });
    return { ...fitted(test, like, options), ...(passedOver && { passedOver }) };
  },
});

/** Every kind of out-of-distribution set; of those that recognize a path, the one that was added last opens it. */
export const oodSets: DefinitionList<OodSetDefinition> = new DefinitionList('out-of-distribution set', [
  uniformNoise,
  gaussianNoise,
  learnable,
  idxFile,
  recordFile,
  pictureFolder,
]);

/**
 * Opens images of nothing that a network learned, by what a person would type: a name or path, and options behind a colon,
 * as in `uniform:images=10000,seed=0` or `photos:fit=window`. All have label 0 of one class. Images in memory of another
 * size than the network's are resized, bilinearly.
 *
 * @param like the images that the network takes
 * @throws where there is no such thing, an option is none of the set's, or it is damaged; the message names the file and the
 * way out
 */
export async function openOodSet(text: string, like: NetworkImages, options: OpenOodOptions = {}): Promise<OodImages> {
  const { path, options: typed } = parseDataText(text);
  const definition = recognize(oodSets, path);
  if (definition === undefined) throw notRecognized(path);
  const set = await definition.make(typed, path, like, options);
  tellOpened(path, { test: set, ...(set.passedOver && { passedOver: set.passedOver }) });
  return set;
}

/** What {@link openOodSet} takes, independent of the working folder: paths become absolute. For records. */
export function oodLocation(text: string): string {
  return oodSets.find(parseDataText(text).path)?.isNamed ? text : dataLocation(text);
}

/**
 * What stands for the files of a set, so that a change of them is seen: their names, sizes and times of change, as a digest.
 *
 * @param text as {@link openOodSet} takes it
 * @returns an empty text for what is drawn
 */
export function oodContents(text: string): string {
  const { path } = parseDataText(text);
  if (oodSets.find(path)?.isNamed || !existsSync(path)) return '';
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
    : [path];
  const states = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    return [relative(path, file), size, mtimeMs];
  });
  return createHash('sha256').update(JSON.stringify(states)).digest('hex');
}

function notRecognized(path: string): Error {
  const named = [...oodSets].filter(({ isNamed }) => isNamed).map(({ name }) => name);
  const others = [...oodSets].filter(({ isNamed }) => !isNamed).map(({ description }) => description);
  const expected = `expected ${[...named, ...others].join(', ')}, or ${oneOfYourOwn}`;
  if (existsSync(path)) return new Error(`${path}: ${expected}; got another file`);
  const near = path.includes(sep) ? undefined : nearestWord(path, [...named, ...dataSets.names]);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return new Error(`out-of-distribution set: ${expected}; got '${path}', which does not exist${hint}`);
}
