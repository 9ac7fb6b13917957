import { basename, extname } from 'node:path';
import { type WeightFiles, weightFilesOf } from '../hub/index.ts';
import { type ImageModel, underOwnNames } from '../models/index.ts';
import { loadTensors, ShapeError, scope, type Tensor } from '../torch/index.ts';

export interface LoadWeightsOptions {
  /**
   * `skip` leaves the classifier as it is, whatever the file has for it; `auto` does so where the file has none, or one of
   * another number of classes. Default `auto`.
   */
  head?: 'auto' | 'load' | 'skip';
  /** What messages and the summary call the weights. Default: the path of their file. */
  title?: string | undefined;
}

/** What {@link loadWeights} did. Names are those of state dicts. */
export interface WeightsSummary {
  file: string;
  loaded: string[];
  /** What the file has and the network did not take. */
  leftOut: string[];
  /** What of the network keeps the values it had. */
  kept: string[];
  /** Whether the classifier was loaded, and of how many classes it is in the file, where it has one, and in the network. */
  classifier: { isLoaded: boolean; theirs: number | undefined; own: number };
}

/** What DataParallel, torch.compile, Lightning and others put before the names of a network inside theirs. */
const prefixes = ['module.', '_orig_mod.', 'model.', 'net.', 'backbone.'];

/** What torchvision and timm call classifiers. */
const classifiers = ['fc', 'classifier', 'head', 'pre_logits'];

const partOf = (name: string) => name.split('.')[0]!;

/**
 * Loads a safetensors file, or the parts of one that an index names, or either in a folder ({@link weightFilesOf}), under the names of torchvision, timm or the official PyramidNet ({@link underOwnNames}), or a
 * checkpoint's `model.safetensors`. Prefixes that PyTorch's DataParallel (`module.`) and other tools leave are taken off, and
 * counters of batches (`num_batches_tracked`) may be missing. Everything else must match; where the classifier is left out,
 * all but that and, in VGG-GAP, the convolution that it adds to VGG-16.
 *
 * @throws where the file is damaged or does not fit, saying what is missing, unexpected, of another shape or of integers
 *   where the network has floating values; where a value that it would take is NaN or infinite, or a variance below 0.
 *   Nothing has been changed then
 */
export function loadWeights(
  model: ImageModel,
  path: string,
  { head: asked = 'auto', title: file = path }: LoadWeightsOptions = {},
): WeightsSummary {
  checkFormat(path);
  return scope(() => {
    const given = underOwnNames(model, withoutPrefixes(tensorsOf(path, weightFilesOf(path))));
    const taken = new Map(given);
    const kept = new Map<string, Tensor>();
    const own = model.stateDict();
    const theirs = given.get('fc.weight')?.shape[0];
    const classes = model.fc.outFeatures;
    const head = asked === 'auto' ? (theirs === classes ? 'load' : 'skip') : asked;
    const isClassifier = (name: string) =>
      partOf(name) === 'fc' || (!own.has(name) && classifiers.includes(partOf(name)));
    const isHead = (name: string) => head === 'skip' && isClassifier(name);
    for (const name of given.keys()) if (isHead(name)) taken.delete(name);
    for (const [name, tensor] of own) {
      const mayLack = head === 'skip' && model.addedParts?.includes(partOf(name));
      const isCounter = name.endsWith('num_batches_tracked');
      if (isHead(name) || (!given.has(name) && (mayLack || isCounter))) kept.set(name, tensor);
    }
    for (const [name, tensor] of taken) checkValues(file, name, tensor);
    try {
      model.loadStateDict(new Map([...taken, ...kept]));
    } catch (error) {
      throw explain(error, model, given, file, head);
    }
    const leftOut = [...given.keys()].filter((name) => !taken.has(name));
    const classifier = { isLoaded: head === 'load', theirs, own: classes };
    return { file, loaded: [...taken.keys()], leftOut, kept: [...kept.keys()], classifier };
  });
}

/** One line of what was loaded, for people. */
export function describeWeights({ file, loaded, leftOut, kept, classifier }: WeightsSummary): string {
  const list = (title: string, names: string[]) => (names.length === 0 ? '' : `; ${title}: ${names.join(', ')}`);
  const initial = kept.filter((name) => !name.endsWith('num_batches_tracked'));
  const tensors = `loaded ${loaded.length} tensors${list('left out', leftOut)}${list('not from the file', initial)}`;
  return `${file}: ${tensors}; ${classifierWords(classifier)}`;
}

function classifierWords({ isLoaded, theirs, own }: WeightsSummary['classifier']): string {
  if (isLoaded) return `the classifier is theirs, of ${own} classes; to begin it anew, --weights-head skip`;
  const reason = theirs === undefined || theirs === own ? '' : `: theirs is of ${theirs} classes, and here are ${own}`;
  return `the classifier starts anew${reason}`;
}

/**
 * Refuses what only PyTorch reads, with the three lines of Python that convert it.
 *
 * @throws by the end of the file's name, before it is looked at
 */
export function checkFormat(file: string): void {
  const extension = extname(file);
  if (!['.pth', '.pt', '.bin', '.tar', '.ckpt'].includes(extension)) return;
  const to = `${file.slice(0, -extension.length)}.safetensors`;
  throw new Error(
    `${file}: expected a safetensors file, got ${extension}, which only PyTorch reads; convert it with Python, where ` +
      `pip install torch safetensors has been done, and give ${basename(to)} instead:

import torch; from safetensors.torch import save_file
state = torch.load(${JSON.stringify(file)}, map_location="cpu", weights_only=True)
save_file({k: v.clone().contiguous() for k, v in state.get("state_dict", state.get("model", state)).items()}, ${JSON.stringify(to)})
`,
  );
}

/** The tensors of all parts. */
function tensorsOf(path: string, { files, places }: WeightFiles): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const file of files) {
    for (const [name, tensor] of loadTensors(file)) {
      const place = places?.get(name) ?? file;
      if (place === file) tensors.set(name, tensor);
      else throw new Error(`${path}: expected '${name}' in ${basename(place)} alone, got it in ${basename(file)} too`);
    }
  }
  for (const [name, file] of places ?? []) {
    if (tensors.has(name)) continue;
    throw new Error(
      `${path}: expected '${name}' in ${basename(file)}, got no such tensor; the parts are of other weights`,
    );
  }
  return tensors;
}

function withoutPrefixes(tensors: Map<string, Tensor>): Map<string, Tensor> {
  const names = [...tensors.keys()];
  const prefix = prefixes.find((candidate) => {
    const [inside, outside] = [true, false].map((has) => names.filter((name) => name.startsWith(candidate) === has));
    // A classifier of one's own may stand beside a network.
    const isClassifier = (name: string) => classifiers.includes(partOf(name)) && !tensors.has(candidate + name);
    return inside!.length > 0 && outside!.every(isClassifier);
  });
  if (prefix === undefined) return tensors;
  const without = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return withoutPrefixes(new Map([...tensors].map(([name, tensor]) => [without(name), tensor])));
}

/** One such value makes every loss NaN, which looks like a learning rate that is too high. */
function checkValues(file: string, name: string, tensor: Tensor): void {
  if (!tensor.dtype.includes('float') || tensor.size === 0) return;
  const refuse = (expected: string, wrong: Tensor) => {
    const count = wrong.sum().item();
    if (count === 0) return;
    const got = `${count} of ${tensor.size} that are not`;
    throw new Error(`${file}: tensor '${name}': expected ${expected}, got ${got}; use another file or checkpoint`);
  };
  refuse('finite values', tensor.isfinite().logicalNot());
  if (name.endsWith('running_var')) refuse('variances from 0 on', tensor.lt(0));
}

function explain(
  error: unknown,
  model: ImageModel,
  given: ReadonlyMap<string, Tensor>,
  file: string,
  head: 'load' | 'skip',
): unknown {
  if (!(error instanceof ShapeError)) return error;
  const mine = model.fc.weight.shape.join();
  const otherHead = head === 'load' && given.get('fc.weight')?.shape.join() !== mine;
  const wayOut = otherHead ? "\nto load all but the classifier, leave it out: --weights-head skip (head: 'skip')" : '';
  return new ShapeError(`${file}: ${error.message}${wayOut}`, { cause: error });
}
