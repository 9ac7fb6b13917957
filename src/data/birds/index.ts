export { type Bird, type BirdOptions, drawBird } from './draw-bird.ts';
export { type BirdPart, birdParts, birdSpecies, type Species } from './species.ts';
