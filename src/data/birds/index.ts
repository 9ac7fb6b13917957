export { type Bird, type BirdOptions, drawBird } from './draw-bird.ts';
export { type BirdPart, birdParts, type Species, species } from './species.ts';
