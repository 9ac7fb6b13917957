import { type Module, type Regularizer, type ResidualGate, Sequential } from '../nn/index.ts';

/** What a network under construction asks for a layer at each of its places, and what in the end knows who got none. */
export class RegularizedPlaces {
  readonly #regularizers: readonly Regularizer[];
  readonly #placed = new Set<Regularizer>();

  constructor(regularizers: readonly Regularizer[] = []) {
    this.#regularizers = regularizers;
  }

  /** For the residual branch of block `index`, 1 .. `count`. @throws where two regularisers want it */
  residual(index: number, count: number): ResidualGate | null {
    const gates = this.#layers((regularizer) => regularizer.onResidual?.(index, count));
    if (gates.length > 1) {
      const names = [...this.#placed].map(({ name }) => name).join(' and ');
      throw new Error(`regularize: expected one method on residual branches, got ${names}; leave one out`);
    }
    return gates[0] ?? null;
  }

  /** For maps of stage `stage`, 1 .. `stages`, after a convolution and its normalisation. */
  map(stage: number, stages: number): Module | null {
    return inTurn(this.#layers((regularizer) => regularizer.onMap?.(stage, stages)));
  }

  /** For the features that the classifier reads. */
  features(): Module | null {
    return inTurn(this.#layers((regularizer) => regularizer.onFeatures?.()));
  }

  /** To be called when the network is whole. @throws where a regulariser found no place in it */
  check(network: string): void {
    const lost = this.#regularizers.find((regularizer) => !this.#placed.has(regularizer));
    if (!lost) return;
    const missing = lost.onResidual ? 'no residual branches' : 'no place';
    throw new Error(`${lost.name}: ${network} has ${missing} for it; choose another network or leave it out`);
  }

  #layers<Layer>(layerOf: (regularizer: Regularizer) => Layer | null | undefined): Layer[] {
    return this.#regularizers.flatMap((regularizer) => {
      const layer = layerOf(regularizer);
      if (!layer) return [];
      this.#placed.add(regularizer);
      return [layer];
    });
  }
}

function inTurn(layers: Module[]): Module | null {
  if (layers.length <= 1) return layers[0] ?? null;
  return new Sequential(...layers);
}
