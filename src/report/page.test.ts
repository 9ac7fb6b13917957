import { expect, it } from 'vitest';
import { html } from '../charts/index.ts';
import { page } from './page.ts';

const style = page('', '', html``, []);

/** The colors that are set in light, and in dark where they differ. */
function colorsOf(scheme: 'light' | 'dark'): Record<string, string> {
  const dark = [...style.matchAll(/@media screen and \(prefers-color-scheme: dark\) \{ :root \{([^}]*)\}/g)];
  const set = (text: string) =>
    Object.fromEntries([...text.matchAll(/--(\w+): (#\w+);/g)].map(([, key, hex]) => [key, hex]));
  const light = style.replaceAll(/@media screen and[^}]*\}[^}]*\}/g, '');
  return { ...set(light), ...(scheme === 'dark' && set(dark.map(([, text]) => text).join(' '))) };
}

/** WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the relative luminances. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const six = hex.length === 4 ? hex.replaceAll(/[0-9a-f]/g, '$&$&') : hex;
    const [r, g, b] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(six.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

it.each(['light', 'dark'] as const)('%s: lines have a contrast of 3:1 to the page, texts of 4.5:1', (scheme) => {
  expect(contrast('#000000', '#fff')).toBeCloseTo(21, 10);
  const { page: ground, soft, text, quiet, ...others } = colorsOf(scheme);
  for (const line of ['blue', 'vermillion', 'green', 'purple', 'orange']) {
    expect([line, contrast(others[line]!, ground!)]).toEqual([line, expect.toSatisfy((ratio: number) => ratio >= 3)]);
  }
  for (const words of [text!, quiet!]) {
    expect(contrast(words, ground!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(words, soft!)).toBeGreaterThanOrEqual(4.5);
  }
  expect(ground).toBe(scheme === 'light' ? '#fff' : '#15171c');
});
