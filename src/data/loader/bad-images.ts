import type { Dataset } from '../dataset.ts';

/** A picture that cannot be decoded, or one that was read with a warning. */
export interface BadImage {
  /** Its number in the set. */
  index: number;
  path: string;
  reason: string;
}

/** Pictures of a set, each listed once. */
export class ListedImages {
  readonly #indices = new Set<number>();
  readonly list: BadImage[] = [];

  /** Lists those that are new. */
  add(images: readonly BadImage[]): void {
    for (const image of images) {
      if (this.#indices.has(image.index)) continue;
      this.#indices.add(image.index);
      this.list.push(image);
    }
  }
}

/** The pictures of a set that cannot be decoded. */
export class BadImages extends ListedImages {
  readonly #skip: boolean;

  constructor(onBadImage: 'fail' | 'skip') {
    super();
    this.#skip = onBadImage === 'skip';
  }

  /** Lists those that are new. @throws naming the first, unless bad pictures are to be skipped */
  override add(bad: readonly BadImage[]): void {
    const [first] = bad;
    if (first !== undefined && !this.#skip) {
      throw new Error(
        `${first.path}: ${first.reason}; repair or remove it, or leave such pictures out with --on-bad-image skip ` +
          `(onBadImage: 'skip')`,
      );
    }
    super.add(bad);
  }

  /** @throws where an epoch had no image but bad ones: it would pass for one in which nothing was learned */
  checkEpoch({ name, part }: Pick<Dataset, 'name' | 'part'>, good: number): void {
    const [first] = this.list;
    if (good > 0 || first === undefined) return;
    throw new Error(
      `${name} ${part}: expected pictures, got ${this.list.length} that cannot be decoded, as ${first.path}: ${first.reason}`,
    );
  }
}
