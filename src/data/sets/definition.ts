/** A layout of data: what can be chosen about it, and how it is opened. */
import {
  boolean,
  type Definition,
  integer,
  number,
  type OptionSpecs,
  type OptionsOf,
  option,
  type ResolvedOptions,
  resolveOptions,
} from '../../options/index.ts';
import type { DataParts, LabeledImages } from '../dataset.ts';
import { hashSplit } from '../hash-split.ts';
import type { Recognized } from './data-text.ts';
import { checkLost } from './passed-over.ts';

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
    description: 'the share of each class of the training images that epochs are chosen by instead of trained on',
    otherwise: 'none',
  }),
  seed: option(integer({ min: 0 }), { default: 0, description: 'chooses the shares that are set aside' }),
  allowSkipped: option(boolean, {
    default: false,
    description: 'go on where more than a tenth of the pictures cannot be used, see below',
  }),
};

type CommonOptions = typeof commonOptions;

/**
 * Declares a data set. Beside its own options it has `validationShare`, `seed` and `allowSkipped`.
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
    const { validationShare, seed, allowSkipped } = chosen as ResolvedOptions<CommonOptions>;
    const { train, validation, test, passedOver = [] } = parts;
    if (!allowSkipped) checkLost(path, train.length + (validation?.length ?? 0) + test.length, passedOver);
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
  const { rest, aside } = hashSplit(where, parts.train, { share, seed, key: 'validation' });
  return { ...parts, train: rest, validation: { ...aside, part: 'validation' } };
}
