import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classActivationMaps } from '../../src/evaluate/localization/class-maps.ts';
import { gradCam } from '../../src/evaluate/localization/grad-cam.ts';
import { createModel, type ImageModel } from '../../src/models/index.ts';
import { grad, noGrad, scope, type Tensor, tensor } from '../../src/torch/index.ts';
import { relativeDifference, type Summary, setWeights, summaryDifference } from '../support/golden-tensors.ts';
import { numbers } from '../support/numbers.ts';

interface Golden {
  /** Of the last map. */
  shape: number[];
  logits: Summary;
  cam: number[];
  gradCam: Record<string, { gradient: Summary; map: number[] }>;
}

const golden = JSON.parse(readFileSync(new URL('./class-maps.golden.json', import.meta.url), 'utf8')) as {
  networks: Record<string, Golden>;
};

// class-maps.py has the same.
const shapes: Record<string, number[]> = { resnet20: [2, 3, 32, 32], 'vgg16-bn-gap': [2, 3, 48, 32] };
const classes = Int32Array.of(3, 70);
const tolerance = 1e-5;

describe.each(Object.entries(shapes))('%s has what PyTorch has from the same weights, to 1e-5:', (name, shape) => {
  const { shape: lastShape, logits, cam, gradCam: ofStages } = golden.networks[name]!;
  let model: ImageModel;
  let images: Tensor;

  beforeAll(() => {
    model = createModel(name, { classes: 100 })!;
    setWeights(model);
    model.eval();
    const size = shape.reduce((product, side) => product * side);
    images = tensor(
      Float32Array.from(numbers(size, 1000), (value) => value * 4),
      { shape },
    );
  });
  afterAll(() => model.dispose());

  const expectMaps = (maps: Tensor, values: number[], mapShape: readonly number[]) => {
    expect(maps.shape).toEqual(mapShape);
    expect(relativeDifference(maps, tensor(values, { shape: mapShape, dtype: 'float64' }))).toBeLessThan(tolerance);
  };

  it('logits in evaluation', () => {
    scope(() =>
      expect(
        summaryDifference(
          noGrad(() => model.forward(images)),
          logits,
        ),
      ).toBeLessThan(tolerance),
    );
  });

  it('class activation maps', () => {
    scope(() => expectMaps(classActivationMaps(model, images, classes), cam, lastShape));
  });

  it.each(Object.entries(ofStages))('the gradient at stage %s and its Grad-CAM', (stage, { gradient, map }) => {
    scope(() => {
      const found = gradientAt(Number(stage));
      const [batch, , height, width] = found.shape;
      expect(summaryDifference(found, gradient)).toBeLessThan(tolerance);
      expectMaps(gradCam(model, images, classes, { stage: Number(stage) }), map, [batch!, height!, width!]);
    });
  });

  it('Grad-CAM of the last stage where none is named', () => {
    const last = Math.max(...Object.keys(ofStages).map(Number));
    scope(() => {
      const [first, second] = [gradCam(model, images, classes), gradCam(model, images, classes, { stage: last })];
      expect(first.data()).toEqual(second.data());
    });
  });

  const gradientAt = (wanted: number): Tensor => {
    let kept: Tensor | undefined;
    const outputs = model.forward(images, (map, stage) => {
      if (stage === wanted) kept = map;
      return map;
    });
    const index = tensor(classes, { dtype: 'int64', shape: [classes.length, 1] });
    return grad([outputs.gather(1, index).sum()], [kept!])[0];
  };
});
