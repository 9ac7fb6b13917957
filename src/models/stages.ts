import type { ImageModel } from './image-model.ts';

/**
 * The stage that each parameter of a network belongs to, by name, from 1: the stem and what stands before the first stage is
 * 1, what follows the last stage belongs to it ({@link ImageModel.stageStarts}). The head, which is the classifier and what
 * the network adds to a published one, has the last number.
 */
export function stagesOf(model: ImageModel): { stages: ReadonlyMap<string, number>; head: number } {
  const { stageStarts = [], addedParts = [] } = model;
  const head = stageStarts.length + 2;
  const starts = new Set(stageStarts);
  const heads = ['fc', ...addedParts];
  let stage = 1;
  const byPath = new Map<string, number>();
  for (const path of model.modules().keys()) {
    if (starts.has(path)) stage++;
    byPath.set(path, heads.includes(path.split('.')[0]!) ? head : stage);
  }
  const stageOf = (parameter: string) => byPath.get(parameter.slice(0, Math.max(parameter.lastIndexOf('.'), 0)))!;
  return { stages: new Map([...model.namedParameters().keys()].map((name) => [name, stageOf(name)])), head };
}
