/** Parts of a network that do not learn for a while. */
import { BatchNorm2d } from '../nn/index.ts';
import type { ImageModel } from './image-model.ts';
import { stagesOf } from './stages.ts';

/**
 * What does not learn: all but the head (`backbone`), so many stages from the input, counted as {@link stagesOf} does, or
 * each batch normalization.
 */
export type Freeze = 'backbone' | 'batch-norm' | number;

/** Parts that can be frozen and learn again, as often as one likes. */
export interface Freezing {
  /** How many learned values it takes. */
  readonly parameterCount: number;
  /** Freezes the parts (`true`), or has them learn again. */
  set(frozen: boolean): void;
}

/**
 * The parts of a network that are to be frozen; they learn until {@link Freezing.set} is called. What is frozen gets no
 * gradients, of layers before which nothing learns autograd keeps nothing, and batch normalizations whose parameters are
 * frozen normalize by the statistics that they have, and keep them. Parameters that were frozen already stay so.
 *
 * @throws where the network has fewer stages, or no batch normalization
 */
export function freezing(model: ImageModel, what: Freeze): Freezing {
  const { stages, head } = stagesOf(model);
  const normalizations = [...model.modules().values()].filter((part) => part instanceof BatchNorm2d);
  checkStages(model, what, head - 1);
  const ofNormalizations = new Set(normalizations.flatMap(({ weight, bias }) => [weight, bias]));
  if (what === 'batch-norm' && ofNormalizations.size === 0) {
    throw new Error(
      'freeze: expected a network with batch normalization for batch-norm, got one without; freeze stages or backbone',
    );
  }
  const last = what === 'backbone' ? head - 1 : what;
  const frozen = [...model.namedParameters()].flatMap(([name, parameter]) => {
    const isMeant = last === 'batch-norm' ? ofNormalizations.has(parameter) : stages.get(name)! <= last;
    return isMeant && parameter.requiresGrad ? [parameter] : [];
  });
  const still = normalizations.filter(({ weight }) => frozen.includes(weight));
  return {
    parameterCount: frozen.reduce((sum, { size }) => sum + size, 0),
    set(isFrozen) {
      for (const parameter of frozen) parameter.requiresGrad = !isFrozen;
      for (const normalization of still) normalization.keepsStatistics = isFrozen;
    },
  };
}

function checkStages({ stageStarts = [] }: ImageModel, what: Freeze, count: number): void {
  if (typeof what !== 'number' || (Number.isInteger(what) && what >= 1 && what <= count)) return;
  const later = stageStarts.length === 0 ? '' : `, which begin with the input and ${stageStarts.join(', ')}`;
  throw new RangeError(`freeze: expected 1 to ${count} stages, as many as this network has${later}; got ${what}`);
}
