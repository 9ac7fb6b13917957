import { describe, expect, it } from 'vitest';
import { centerCrop } from './center-crop.ts';

describe('centerCrop', () => {
  it('resizes to 256 and cuts out 224, with the sizes and corners of torchvision', () => {
    // Resize(256) of 500 x 375 gives int(256 * 500 / 375) = 341; CenterCrop(224) starts at round(58.5) = 58.
    expect(centerCrop({ width: 500, height: 375 })).toEqual({
      box: { left: 0, top: 0, width: 500, height: 375 },
      resized: { width: 341, height: 256 },
      window: { left: 58, top: 16, width: 224, height: 224 },
      flip: false,
    });
    expect(centerCrop({ width: 300, height: 401 }).resized).toEqual({ width: 256, height: 342 });
    // round(59.5) is 60: Python rounds a half to the even number.
    expect(centerCrop({ width: 256, height: 343 }).window.top).toBe(60);
  });

  it('takes other sizes in the same proportion, or the shorter side that is given', () => {
    expect(centerCrop({ width: 64, height: 64 }, { size: 112 }).resized).toEqual({ width: 128, height: 128 });
    expect(centerCrop({ width: 64, height: 48 }, { size: 32, shorterSide: 32 })).toMatchObject({
      resized: { width: 42, height: 32 },
      window: { left: 5, top: 0 },
    });
    expect(() => centerCrop({ width: 9, height: 9 }, { shorterSide: 200 })).toThrow('at least the size, 224, got 200');
  });
});
