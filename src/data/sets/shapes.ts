import { integer, option } from '../../options/index.ts';
import { openShapes } from '../shapes/open-shapes.ts';
import { defineDataSet } from './definition.ts';

/** The embedded data set, drawn from a seed into memory: see `openShapes`. */
export const shapes = defineDataSet({
  name: 'shapes',
  description: 'scenes that are drawn: 16 classes of a shape with a texture, the box of each, its captions',
  example: 'shapes:size=32,train=4000,test=1000,seed=0',
  isNamed: true,
  options: {
    size: option(integer({ min: 16 }), { default: 32, description: 'height and width in pixels' }),
    train: option(integer({ min: 1 }), { default: 4000, description: 'how many training images' }),
    test: option(integer({ min: 1 }), { default: 1000, description: 'how many test images' }),
    seed: option(integer({ min: 0 }), {
      default: 0,
      description: 'chooses the scenes, and the shares that are set aside',
    }),
  },
  matches: (path) => path === 'shapes',
  open: (_path, options) => openShapes(options),
});
