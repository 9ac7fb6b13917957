import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { ExperimentResult } from '../../src/experiments/index.ts';
import { patchwork } from '../support/command-line.ts';
import { temporaryFolder } from '../support/small-training.ts';

it('the demo ends with numbers, heat maps of both networks, the other case, and what to type next', async () => {
  const cwd = temporaryFolder();
  const { code, output, errors } = await patchwork(['demo', '--epochs', '1'], { cwd });
  expect(code, errors).toBe(0);
  const folder = join(cwd, 'runs', 'demo-1-epochs');
  const { rows, remarks = [] } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as ExperimentResult;
  expect(rows.map(({ row }) => row)).toEqual(['baseline', 'cutmix']);
  for (const { top1 } of rows) expect(output).toContain((100 * top1.last.mean).toFixed(2));
  // Three rows of six pictures, 224 pixels each: what is shown, and what each network sees.
  const { width, height } = await sharp(join(folder, 'heat-maps.png')).metadata();
  expect([width, height]).toEqual([8 + 6 * 232, 8 + 3 * (224 + 8 + 26)]);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(remarks).toHaveLength(2);
  for (const remark of remarks) {
    expect(output).toContain(remark);
    expect(page).toContain(`<p>${remark}</p>`);
  }
  expect(output.match(/npx patchwork (\w+)/g)).toEqual(
    ['train', 'predict', 'explain'].map((command) => `npx patchwork ${command}`),
  );
  expect(existsSync(join(folder, 'results.csv'))).toBe(true);
});
