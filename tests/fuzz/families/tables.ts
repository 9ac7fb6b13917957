/** Annotations of pictures: XML, and lists of every layout that is read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageBoxes, openData, readWsolMetadata, withBoxes } from '../../../src/data/index.ts';
import { pictureBytes, writeFile, writePictures } from '../../support/pictures.ts';
import { type Family, family } from '../family.ts';
import { chance, mutateBytes, mutateText, pick } from '../mutate.ts';

const voc = `<?xml version="1.0"?>
<annotation>
  <folder>a</folder><filename>0.jpg</filename>
  <size><width>40</width><height>30</height><depth>3</depth></size>
  <object><name>a</name><difficult>0</difficult>
    <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>20</xmax><ymax>25</ymax></bndbox></object>
  <object><name>b</name><bndbox><xmin>3</xmin><ymin>2</ymin><xmax>9</xmax><ymax>7</ymax></bndbox></object>
</annotation>
`;

export const vocXml: Family = family<string | Uint8Array>({
  name: 'xml',
  description: "PASCAL VOC's XML of boxes",
  async open(folder) {
    const data = join(folder, 'pictures');
    await writePictures(data, ['a/0.jpg', 'a/1.jpg', 'b/2.jpg', 'b/3.jpg']);
    const boxes = join(folder, 'boxes');
    mkdirSync(boxes);
    const { train } = await openData(`${data}:testShare=0.5`);
    const words = ['<object>', '</object>', '<bndbox>', '&lt;', '&#x10ffff;', '<!DOCTYPE a [<!ENTITY b "b">]>', '<![CDATA[', 'xmin', '&b;', '<!--']; // biome-ignore format: a list
    return {
      make: (random) => {
        const text = chance(random, 0.95) ? mutateText(random, voc, words) : voc;
        return chance(random, 0.1) ? mutateBytes(random, Buffer.from(text)) : text;
      },
      async run(text) {
        for (let n = 0; n < 4; n++) writeFileSync(join(boxes, `${n}.xml`), text);
        const set = await withBoxes(train, boxes);
        return imageBoxes(set, 0);
      },
    };
  },
});

/** A folder of lists, of which one or two are damaged. */
type Lists = [name: string, contents: string | Uint8Array][];

function damaged(random: Parameters<typeof mutateText>[0], whole: Lists, words: readonly string[]): Lists {
  const lists = structuredClone(whole);
  for (let count = pick(random, [1, 1, 2]); count > 0; count--) {
    const list = pick(random, lists);
    if (typeof list[1] === 'string') list[1] = mutateText(random, list[1], words);
    if (chance(random, 0.05)) list[1] = mutateBytes(random, Buffer.from(list[1]));
  }
  return lists;
}

export const wsolTables: Family = family<Lists>({
  name: 'wsol',
  description: "wsolevaluation's metadata",
  async open(folder) {
    const whole: Lists = [
      ['image_ids.txt', 'a/0.jpg\na/1.jpg\nb/2.jpg\n'],
      ['image_sizes.txt', 'a/0.jpg,40,30\na/1.jpg,40,30\nb/2.jpg,40,30\n'],
      ['localization.txt', 'a/0.jpg,1,2,20,25\na/0.jpg,5,5,9,9\na/1.jpg,0,0,40,30\nb/2.jpg,3,3,4,4\n'],
      ['class_labels.txt', 'a/0.jpg,0\na/1.jpg,0\nb/2.jpg,1\n'],
    ];
    return {
      make: (random) => damaged(random, whole, ['a/0.jpg', ',', ',,', '\n\n', '1,2,3']),
      run(lists) {
        for (const [name, contents] of lists) writeFile(join(folder, name), contents);
        return readWsolMetadata(folder);
      },
    };
  },
});

export const annotationTables: Family = family<{ kind: string; lists: Lists }>({
  name: 'tables',
  description: "the lists of CUB-200-2011 and Tiny ImageNet, and names of a shard's classes",
  async open(folder) {
    const picture = await pictureBytes(1, 'jpeg', 20, 16);
    for (const name of ['a/1.jpg', 'a/2.jpg', 'b/3.jpg', 'b/4.jpg'])
      writeFile(join(folder, 'cub/images', name), picture);
    for (const name of [
      'val/images/v0.JPEG',
      'val/images/v1.JPEG',
      'train/n1/images/n1_0.JPEG',
      'train/n2/images/n2_0.JPEG',
    ])
      writeFile(join(folder, 'tiny', name), picture);
    const cub: Lists = [
      ['images.txt', '1 a/1.jpg\n2 a/2.jpg\n3 b/3.jpg\n4 b/4.jpg\n'],
      ['classes.txt', '1 a\n2 b\n'],
      ['image_class_labels.txt', '1 1\n2 1\n3 2\n4 2\n'],
      ['train_test_split.txt', '1 1\n2 0\n3 1\n4 0\n'],
      ['bounding_boxes.txt', '1 1.0 2.0 10.0 9.0\n2 1 2 3 4\n3 0 0 20 16\n4 5.5 5.5 1 1\n'],
    ];
    const tiny: Lists = [
      ['wnids.txt', 'n1\nn2\n'],
      ['words.txt', 'n1\tcat, puss\nn2\tdog\nn3\tx\n'],
      ['val/val_annotations.txt', 'v0.JPEG\tn1\t0\t0\t10\t10\nv1.JPEG\tn2\t3\t3\t9\t9\n'],
      ['train/n1/n1_boxes.txt', 'n1_0.JPEG\t0\t0\t10\t10\n'],
      ['train/n2/n2_boxes.txt', 'n2_0.JPEG\t1\t1\t2\t2\n'],
    ];
    const wholes: Record<string, Lists> = { cub, tiny };
    return {
      make: (random) => {
        const kind = pick(random, Object.keys(wholes));
        return { kind, lists: damaged(random, wholes[kind]!, ['\t', ' ', '1 1', 'n1', 'a/1.jpg', '../x.jpg']) };
      },
      async run({ kind, lists }) {
        for (const [name, contents] of lists) writeFile(join(folder, kind, name), contents);
        const { train, test } = await openData(join(folder, kind));
        return [await imageBoxes(train as never, 0), await imageBoxes(test as never, 0)];
      },
    };
  },
});
