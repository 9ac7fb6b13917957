export type { Captions } from './captions.ts';
export { drawScene, type Scene, type SceneObject, type SceneOptions } from './draw-scene.ts';
export { type Kind, kinds } from './kinds.ts';
