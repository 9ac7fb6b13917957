/** What `npm run bench` measures of mixing, by the names of mixing.py. This file loads nothing. */
export const mixingTexts: Readonly<Record<string, string>> = {
  cutmix: 'cutmix:probability=1',
  'cutmix-samples': 'cutmix:probability=1,granularity=sample',
  mixup: 'mixup',
  'mixup-samples': 'mixup:granularity=sample',
  cutout: 'cutout',
  'manifold-mixup': 'manifold-mixup:stages=1',
  'feature-cutmix': 'feature-cutmix:probability=1,stages=1',
};

export const mixingMethods: readonly string[] = Object.keys(mixingTexts);

/** Sides of the pictures in pixels. */
export const mixingSides: readonly number[] = [32, 224];
