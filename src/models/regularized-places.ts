import { type Module, type Regularizer, type ResidualGate, Sequential } from '../nn/index.ts';

/** What a network under construction asks for a layer at each of its places, and what in the end knows who got none. */
export class RegularizedPlaces {
  readonly #regularizers: readonly Regularizer[];
  readonly #placed = new Set<Regularizer>();

  constructor(regularizers: readonly Regularizer[] = []) {
    this.#regularizers = regularizers;
  }

  /** For the residual branch of block `index`, 1 .. `count`. @throws where two regularizers want it */
  residual(index: number, count: number): ResidualGate | null {
    const gates = this.#place((regularizer) => regularizer.onResidual?.(index, count));
    if (gates.length > 1) {
      const names = gates.map(({ name }) => name).join(' and ');
      throw new Error(`regularize: expected one method on residual branches, got ${names}; leave one out`);
    }
    return gates[0]?.layer ?? null;
  }

  /** For maps of stage `stage`, 1 .. `stages`, after a convolution and its normalization. */
  map(stage: number, stages: number): Module | null {
    return inTurn(this.#place((regularizer) => regularizer.onMap?.(stage, stages)));
  }

  /** For the features that the classifier reads. */
  features(): Module | null {
    return inTurn(this.#place((regularizer) => regularizer.onFeatures?.()));
  }

  /** To be called when the network is whole. @throws where a regularizer found no place in it */
  check(network: string): void {
    const lost = this.#regularizers.find((regularizer) => !this.#placed.has(regularizer));
    if (!lost) return;
    const missing = lost.onResidual ? 'no residual branches' : 'no place';
    throw new Error(`${lost.name}: ${network} has ${missing} for it; choose another network or leave it out`);
  }

  #place<Layer extends Module>(layerOf: (regularizer: Regularizer) => Layer | null | undefined): Placed<Layer>[] {
    return this.#regularizers.flatMap((regularizer) => {
      const layer = layerOf(regularizer);
      if (!layer) return [];
      this.#placed.add(regularizer);
      return [{ name: regularizer.name, layer }];
    });
  }
}

interface Placed<Layer> {
  name: string;
  layer: Layer;
}

function inTurn(placed: Placed<Module>[]): Module | null {
  if (placed.length <= 1) return placed[0]?.layer ?? null;
  return new Sequential(...placed.map(({ layer }) => layer));
}
