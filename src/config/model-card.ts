/** What a network's weights say of it, in a `config.json` beside them or in the header of their file. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Normalization, ShownImages } from '../data/index.ts';
import { FileError, readRegularFile } from '../files/index.ts';
import { hasWeights, weightFilesOf } from '../hub/index.ts';
import { networkOfArchitecture } from '../models/index.ts';
import { readMetadata } from '../torch/index.ts';

/** What timm writes beside the weights of a network. */
const cardSchema = z.object({
  architecture: z.string().optional(),
  num_classes: z.int().positive().optional(),
  label_names: z.array(z.string()).optional(),
  input_size: z.tuple([z.number(), z.number(), z.number()]).optional(),
  mean: z.array(z.number().min(0).max(1)).optional(),
  std: z.array(z.number().positive().max(1)).optional(),
  interpolation: z.string().optional(),
  crop_pct: z.number().positive().max(1).optional(),
});

/** What a `config.json` says of a network: its architecture by timm's name, and how its pictures were made. */
export type ModelCard = z.infer<typeof cardSchema>;

const expectedCard = "the config.json of a network, as timm writes it, with keys such as 'architecture'";

/** Of a folder, and of an index in it; a file alone has nothing beside it. */
export function folderOf(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  return path.endsWith('.index.json') ? dirname(path) : undefined;
}

export function readCard(path: string): ModelCard | undefined {
  if (!existsSync(path)) return undefined;
  return parseCard(path, readRegularFile(path, { expected: expectedCard, atMost: 10_000_000 }).toString('utf8'));
}

function parseCard(path: string, text: string): ModelCard {
  try {
    const { pretrained_cfg: inner = {}, ...outer } = z
      .looseObject({ pretrained_cfg: z.looseObject({}).optional() })
      .parse(JSON.parse(text));
    const { num_classes, label_names } = outer;
    // Older versions of timm have no inner mapping.
    return cardSchema.parse({
      ...{ ...outer, ...inner },
      num_classes: num_classes ?? inner.num_classes,
      label_names: label_names ?? inner.label_names,
    });
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    throw new FileError(path, expectedCard, issue ? `${issue.path.join('.')}: ${issue.message}` : 'no JSON');
  }
}

/** Whether a path is of weights, or of a folder that is to have some, and not of a run. */
export function isOfWeights(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return status !== undefined;
  if (hasWeights(path)) return true;
  try {
    return readCard(join(path, 'config.json'))?.architecture !== undefined;
  } catch {
    return false; // whoever opens a run says what is wrong with its config.json
  }
}

/** All that is needed to use a network, besides the values of its weights. */
export interface NetworkDescription {
  /** As {@link createModel} takes it. */
  model: string;
  images: ShownImages & { classes: string[] };
  normalization: Normalization;
}

/**
 * What weights say of their network: a folder of the hub's layout, its index, or a safetensors file, which has a
 * `config.json` beside it or the same text under `config` in its header. Classes without names are called by their numbers.
 *
 * @throws naming all that it does not say
 */
export function describedNetwork(path: string): NetworkDescription {
  const { files } = weightFilesOf(path);
  const beside = join(folderOf(path) ?? dirname(path), 'config.json');
  const { config: inHeader } = files.length === 1 ? readMetadata(files[0]!) : {};
  // A file says more surely of itself what it is than one that happens to lie beside it.
  const card = inHeader === undefined ? readCard(beside) : parseCard(path, inHeader);
  if (card === undefined) throw new Error(`${path}: expected ${beside}, as timm writes it, got none; ${wayOut(path)}`);
  const { architecture, num_classes, label_names, input_size, mean, std, crop_pct: cropShare } = card;
  const needed = { architecture, num_classes: num_classes ?? label_names?.length, input_size, mean, std };
  const lacking = Object.entries(needed).flatMap(([key, value]) => (value === undefined ? [key] : []));
  const source = inHeader === undefined ? beside : `${path}: config in its header`;
  if (lacking.length > 0) {
    throw new Error(
      `${source}: expected architecture, num_classes, input_size, mean and std, got no ${lacking.join(', ')}`,
    );
  }
  const [channels, height, width] = input_size!;
  const wrong =
    height !== width
      ? `input_size of a square, got ${height} x ${width}`
      : label_names !== undefined && label_names.length !== needed.num_classes
        ? `${needed.num_classes} label_names, one for each of num_classes, got ${label_names.length}`
        : mean!.length !== channels || std!.length !== channels
          ? `mean and std of ${channels} channels, got ${mean!.length} and ${std!.length}`
          : undefined;
  if (wrong !== undefined) throw new Error(`${source}: expected ${wrong}`);
  return {
    model: networkOfArchitecture(architecture!) ?? architecture!,
    images: {
      ...{ channels, height, width, cropShare },
      classes: label_names ?? Array.from({ length: needed.num_classes! }, (_, label) => String(label)),
    },
    normalization: { mean: mean!, std: std! },
  };
}

function wayOut(path: string): string {
  const checkpoint = dirname(path);
  if (!existsSync(join(checkpoint, 'state.json'))) return 'write one with the keys of docs/using.md';
  return `it is of a checkpoint: give the run folder ${dirname(dirname(checkpoint))}, and the checkpoint ${basename(checkpoint)}`;
}
