/** A layout of data: how it is recognized, what can be chosen about it, and how it is opened. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import {
  type Definition,
  type DefinitionList,
  integer,
  number,
  type OptionSpecs,
  type OptionsOf,
  option,
  type ResolvedOptions,
  resolveOptions,
} from '../../options/index.ts';
import type { DataParts, LabeledImages } from '../dataset.ts';
import { stratifiedSplit } from '../stratified-split.ts';

/** A thing that is opened by what a person types: a name, or a path that it recognizes. */
export interface Recognized {
  readonly name: string;
  /** As a person would type it. */
  readonly example: string;
  /** Whether its name alone stands for it, as nothing of it is on a disk (default: a path does). */
  readonly isNamed?: boolean;
  /**
   * Whether a path is one that it opens.
   *
   * @param names what is in the folder; undefined where the path is none, or is not there
   */
  matches(path: string, names: readonly string[] | undefined): boolean;
}

/** A data set with a class for each image. `make(options, path)` opens it too, as definitions have it. */
export interface DataSetDefinition<One extends LabeledImages = LabeledImages>
  extends Recognized,
    Definition<Promise<DataParts<One>>, [path: string]> {
  /**
   * Opens what is at a path that it {@link matches}.
   *
   * @param options checked, and filled up with defaults
   * @throws where an option is unknown or has another value than it may have, or the data is damaged
   */
  open(path: string, options?: Readonly<Record<string, unknown>>): Promise<DataParts<One>>;
}

/** What can be chosen about every data set. */
const commonOptions = {
  validationShare: option(number({ above: 0, below: 1 }), {
    description:
      'the share of each class of the training images to choose by, apart from what is trained on and measured',
    otherwise: 'none is taken away',
  }),
  seed: option(integer({ min: 0 }), { default: 0, description: 'chooses the shares that are set aside' }),
};

type CommonOptions = typeof commonOptions;

/**
 * Declares a data set. Beside its own options it has `validationShare` and `seed`.
 *
 * @param given its `open` gets options that are checked and have their defaults
 */
export function defineDataSet<const Specs extends OptionSpecs, One extends LabeledImages>(
  given: Recognized & {
    description: string;
    options: Specs;
    open(path: string, options: ResolvedOptions<Specs & CommonOptions>): Promise<DataParts<One>>;
  },
): Omit<DataSetDefinition<One>, 'open'> & {
  open(path: string, options?: OptionsOf<Specs & CommonOptions>): Promise<DataParts<One>>;
} {
  const specs = { ...given.options, ...commonOptions, ...given.options };
  const open = async (path: string, options: Readonly<Record<string, unknown>> = {}): Promise<DataParts<One>> => {
    const chosen = resolveOptions(path, specs, options) as ResolvedOptions<Specs & CommonOptions>;
    const parts = await given.open(path, chosen);
    const { validationShare, seed } = chosen as ResolvedOptions<CommonOptions>;
    return validationShare === undefined ? parts : withValidation(path, parts, validationShare, seed);
  };
  return { ...given, options: specs, open, make: (options, path) => open(path, options) };
}

function withValidation<One extends LabeledImages>(
  where: string,
  parts: DataParts<One>,
  share: number,
  seed: number,
): DataParts<One> {
  if (parts.validation !== undefined) {
    throw new Error(
      `${where}: expected no validationShare, since there are ${parts.validation.length} validation images; leave it out`,
    );
  }
  const { rest, aside } = stratifiedSplit(where, parts.train, { share, seed, key: 'validation' });
  return { ...parts, train: rest, validation: { ...aside, part: 'validation' } };
}

/**
 * The definition for what a person typed: by its name where that is enough, else the one added last that recognizes the
 * path, so that a program's own come before the ones that are there.
 */
export function recognize<One extends Recognized & Definition>(
  list: DefinitionList<One>,
  path: string,
): One | undefined {
  const named = list.find(path);
  if (named?.isNamed) return named;
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const names = isFolder ? readdirSync(path) : undefined;
  return [...list].findLast((definition) => definition.matches(path, names));
}
