export type { Captions } from './captions.ts';
export {
  drawScene,
  fillScenes,
  type Scene,
  type SceneObject,
  type SceneOptions,
  type SceneRange,
} from './draw-scene.ts';
export { type Kind, kinds } from './kinds.ts';
