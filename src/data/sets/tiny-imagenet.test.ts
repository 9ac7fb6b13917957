import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFile } from '../../../tests/support/pictures.ts';
import type { DataParts, EncodedPictures, LabeledImages } from '../dataset.ts';
import { type OpenDataOptions, openData } from './open-data.ts';

type PictureSet = LabeledImages<EncodedPictures>;

const root = mkdtempSync(join(tmpdir(), 'patchwork-tiny-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

const published: Record<string, string> = {
  'wnids.txt': 'n02\nn01\n',
  'val/val_annotations.txt':
    'val_0.JPEG\tn01\t0\t32\t44\t62\nval_1.JPEG\tn02\t52\t55\t52\t59\nval_2.JPEG\tn02\t0\t0\t63\t63\n',
  'val/images/val_0.JPEG': '',
  'val/images/val_1.JPEG': '',
  'val/images/val_2.JPEG': '',
};

const training: Record<string, string> = {
  'train/n01/n01_boxes.txt': 'n01_0.JPEG\t1\t2\t3\t4\n',
  'train/n01/images/n01_0.JPEG': '',
  'train/n02/n02_boxes.txt': 'n02_5.JPEG\t0\t10\t63\t58\n',
  'train/n02/images/n02_5.JPEG': '',
};

function folderOf(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) writeFile(join(root, name, path), text);
  return join(root, name);
}

async function open(folder: string, options: OpenDataOptions = {}): Promise<DataParts<PictureSet>> {
  return (await openData(folder, options)) as DataParts<PictureSet>;
}

/** Each picture's file, class and boxes. */
async function listed({ pictures, labels, classes, boxes }: PictureSet) {
  const all = await boxes!();
  return pictures.map(({ path }, i) => [path.slice(path.lastIndexOf('/') + 1), classes[labels[i]!], all.boxes[i]]);
}

describe('Tiny ImageNet as it is published', () => {
  it('gives both parts at 64 pixels, and boxes that end behind their last pixel', async () => {
    const { train, test } = await open(folderOf('whole', { ...published, ...training }));
    expect([train.height, train.classes]).toEqual([64, ['n02', 'n01']]);
    expect(await listed(train)).toEqual([
      ['n02_5.JPEG', 'n02', [[0, 10, 64, 59]]],
      ['n01_0.JPEG', 'n01', [[1, 2, 4, 5]]],
    ]);
    expect(await listed(test)).toEqual([
      ['val_1.JPEG', 'n02', [[52, 55, 53, 60]]],
      ['val_2.JPEG', 'n02', [[0, 0, 64, 64]]],
      ['val_0.JPEG', 'n01', [[0, 32, 45, 63]]],
    ]);
    expect((await open(`${folderOf('whole', {})}:size=32`)).train.height).toBe(32);
  });

  it('calls the classes by their first words, two with the same by their ids too', async () => {
    const words = 'n01\tcrane, lifting device\nn02\towl, bird of night\nn03\tcrane\n';
    const files = { ...published, ...training, 'words.txt': words };
    expect((await open(folderOf('words', files))).train.classes).toEqual(['owl', 'crane']);
    const same = folderOf('same', { ...files, 'words.txt': words.replace('owl', 'crane') });
    expect((await open(same)).train.classes).toEqual(['crane (n02)', 'crane (n01)']);
  });

  it('without training pictures, splits those of val by seed, and each keeps its box', async () => {
    const { train, test } = await open(folderOf('val', published), { seed: 3 });
    const all = [...(await listed(train)), ...(await listed(test))].sort(([a], [b]) =>
      String(a) < String(b) ? -1 : 1,
    );
    expect(all.map(([name]) => name)).toEqual(['val_0.JPEG', 'val_1.JPEG', 'val_2.JPEG']);
    expect(all.map(([, , boxes]) => boxes)).toEqual([[[0, 32, 45, 63]], [[52, 55, 53, 60]], [[0, 0, 64, 64]]]);
    expect(test.length).toBe(1);
  });

  it('whose pictures were sorted into folders of classes is read, with the list or without', async () => {
    const { 'val/val_annotations.txt': list, ...others } = published;
    const sorted: Record<string, string> = {
      'wnids.txt': others['wnids.txt']!,
      'words.txt': 'n01\tcrane\nn02\towl\n',
      ...training,
    };
    for (const [i, wnid] of ['n01', 'n02', 'n02'].entries()) sorted[`val/${wnid}/val_${i}.JPEG`] = '';
    const { train, test } = await open(folderOf('sorted', sorted));
    expect([train.classes, train.height, train.length, [...test.labels]]).toEqual([['owl', 'crane'], 64, 2, [0, 0, 1]]);
    expect((await listed(train))[0]).toEqual(['n02_5.JPEG', 'owl', [[0, 10, 64, 59]]]);
    const whole = await open(folderOf('sorted-list', { ...sorted, 'val/val_annotations.txt': list! }));
    expect(await listed(whole.test)).toContainEqual(['val_1.JPEG', 'owl', [[52, 55, 53, 60]]]);
  });

  it('has pictures that no list names counted', async () => {
    const more = { 'val/images/val_9.JPEG': '', 'test/images/test_0.JPEG': '' };
    await expect(open(folderOf('unlisted', { ...published, ...training, ...more }))).rejects.toThrow(
      /a picture that no list names \(1, as val.images.val_9\.JPEG\)/,
    );
    const { passedOver } = await open(join(root, 'unlisted'), { allowSkipped: true });
    expect(passedOver).toContainEqual({
      ...{ reason: 'a picture without a label', isLoss: false, count: 1 },
      paths: [join('test', 'images', 'test_0.JPEG')],
    });
  });

  it.each([
    ['n01\t0', 'n09\t0', /annotations\.txt:1: expected a class of wnids.txt, got 'n09', which is none; correct or/],
    ['val_1.JPEG', 'val_9.JPEG', /annotations\.txt:2: expected a picture at .*val_9\.JPEG, got none/],
    ['val_1.JPEG', 'val_0.JPEG', /annotations\.txt:2: expected every picture once, got val_0\.JPEG again, first at/],
    [
      '\t52\t55\t52',
      '\t52\t55\t51',
      /annotations\.txt:2: expected a box of positive width .* \(52, 55\) and \(52, 60\)/,
    ],
    ['\t62\n', '\t62\t1\n', /annotations\.txt:1: expected 'picture\twnid\tx1\ty1\tx2\ty2', got/],
  ])('where %s should stand, %s is an error that names the line', async (before, after, message) => {
    const file = 'val/val_annotations.txt';
    const files = { ...published, [file]: published[file]!.replace(before, after) };
    await expect(open(folderOf(`bad-${after.replaceAll(/\s/g, '_')}`, files))).rejects.toThrow(message);
  });
});

const real = process.env.PATCHWORK_DATA && join(process.env.PATCHWORK_DATA, 'tiny-imagenet-200');

it.skipIf(!real)('the 10,000 boxes in PATCHWORK_DATA (skipped without it) are inside of 64 x 64 pixels', async () => {
  const { train, test } = await open(real!);
  expect([train.length + test.length, train.classes.length]).toEqual([10_000, 200]);
  const boxes = [train, test].map(async (set) => (await set.boxes!()).boxes.flat());
  const all = (await Promise.all(boxes)).flat();
  expect(all.length).toBe(10_000);
  expect(all.every(([x1, y1, x2, y2]) => x1 >= 0 && y1 >= 0 && x1 < x2 && y1 < y2 && x2 <= 64 && y2 <= 64)).toBe(true);
});
