import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writePictures } from '../../tests/support/pictures.ts';
import { temporaryFolder } from '../../tests/support/small-training.ts';
import { budgetDifferences } from './budget-differences.ts';
import { findRecipeData, openRecipeData } from './recipe-data.ts';
import { findTable } from './tables.ts';

const table9 = findTable('T9');

test("pictures are shown as the table has them shown, where no option says otherwise, and what is said counts as not the paper's", async () => {
  const folder = join(temporaryFolder(), 'CUB_200_2011');
  await writePictures(
    folder,
    ['a', 'b'].flatMap((name) => [1, 2].map((i) => `${name}/${i}.jpg`)),
  );
  const asPaper = await openRecipeData(table9, folder);
  expect(asPaper.text).toBe(`${folder}:size=224,fit=stretch`);
  expect(asPaper.source.test).toMatchObject({ height: 224, fit: 'stretch' });
  expect(budgetDifferences(table9, [], [], asPaper.source)).toEqual([]);

  const other = await openRecipeData(table9, `${folder}:size=96,fit=crop,testShare=0.5`);
  expect(other.text).toBe(`${folder}:size=96,fit=crop,testShare=0.5`);
  const seeded = await openRecipeData(table9, `${folder}:size=96,seed=1`);
  expect(seeded.text).toBe(`${folder}:fit=stretch,size=96,seed=1`);
  expect(budgetDifferences(table9, [], [], other.source)).toEqual([
    'pictures: 96 pixels, not 224',
    'pictures: fit=crop, not stretch',
  ]);
  expect((await openRecipeData(findTable('T3'), folder)).text).toBe(folder);
});

test('data without pictures is opened as it is', async () => {
  const { text, source } = await openRecipeData(table9, 'shapes:train=16,test=16,size=16');
  expect(text).toBe('shapes:train=16,test=16,size=16');
  expect(source.test.height).toBe(16);
});

test('data that is not named is looked for by its published name, and not being there is said with the way out', () => {
  const folder = temporaryFolder();
  const environment = { PATCHWORK_DATA: folder };
  expect(() => findRecipeData(table9, environment)).toThrow(
    `T9: expected its data, CUB-200-2011, by --data PATH, got none; neither is there ${join(folder, 'CUB_200_2011')} nor CUB_200_2011`,
  );
  mkdirSync(join(folder, 'CUB_200_2011'));
  expect(findRecipeData(table9, environment)).toBe(join(folder, 'CUB_200_2011'));
  expect(() => findRecipeData(findTable('T3'), environment)).toThrow(
    /^T3: expected its data, ImageNet, by --data PATH, got none$/,
  );
});
