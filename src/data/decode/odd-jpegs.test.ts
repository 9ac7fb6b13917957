import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { arithmeticJpeg, insertedBefore, segment } from '../../../tests/support/jpegs.ts';
import { hasJpegAddon } from './jpeg-addon.ts';
import { openJpeg } from './open-jpeg.ts';
import { openJpegWithSharp } from './open-with-sharp.ts';
import { type OpenPicture, whole } from './picture-plan.ts';

const drawn = sharp({ create: { width: 48, height: 32, channels: 3, background: '#c84' } }).composite([
  { input: { create: { width: 20, height: 9, channels: 3, background: '#06f' } }, left: 7, top: 11 },
]);
const flattened = sharp(await drawn.png().toBuffer());
const rgb = await flattened.clone().jpeg().toBuffer();
const progressive = await flattened.clone().jpeg({ progressive: true }).toBuffer();
const cmyk = await flattened.clone().toColorspace('cmyk').jpeg().toBuffer();

/** As they are opened where the addon is, and where it is not. */
const ways: [string, (bytes: Buffer) => Promise<OpenPicture>][] = [
  ['without the addon', openJpegWithSharp],
  ...(hasJpegAddon
    ? [['with the addon', async (bytes: Buffer) => openJpeg(bytes) ?? openJpegWithSharp(bytes)] as (typeof ways)[0]]
    : []),
];

async function read(picture: OpenPicture): Promise<{ pixels: Uint8Array; warning: string | undefined }> {
  const { size } = picture;
  const pixels = new Uint8Array(3 * size.width * size.height);
  const warning = await picture.show({ box: whole(size), resized: size, window: whole(size), flip: false }, pixels);
  return { pixels, warning };
}

/** With a version of JFIF, which sharp writes as 1.01 at the start of the file. */
function withJfifVersion(bytes: Buffer, major: number, minor: number): Buffer {
  const jfif = Buffer.from(segment(0xe0, ...Buffer.from('JFIF\0'), major, minor, 0, 0, 1, 0, 1, 0, 0));
  const tables = bytes.indexOf(Buffer.of(0xff, 0xdb));
  return Buffer.concat([bytes.subarray(0, 2), jfif, bytes.subarray(tables)]);
}

function withAdobe(bytes: Buffer, transform: number): Buffer {
  const adobe = Buffer.from(segment(0xee, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform));
  const tables = bytes.indexOf(Buffer.of(0xff, 0xdb));
  return Buffer.concat([bytes.subarray(0, 2), adobe, bytes.subarray(tables)]);
}

const extra = (count: number, marker: string) =>
  `Corrupt JPEG data: ${count} extraneous bytes before marker 0x${marker}`;

/** What djpeg says of each, word by word, and reads. */
const odd: [string, Buffer, string, Buffer][] = [
  ['extra bytes before its tables', insertedBefore(rgb, 0xdb, [1, 2]), extra(2, 'db'), rgb],
  ['extra bytes before its frame', insertedBefore(rgb, 0xc0, [0, 0, 7]), extra(3, 'c0'), rgb],
  ['extra bytes before its scan', insertedBefore(rgb, 0xda, [9]), extra(1, 'da'), rgb],
  ['a zero after many 0xff', insertedBefore(rgb, 0xdb, [0xff, 0xff, 0, 5, 0xff, 0xff]), extra(3, 'db'), rgb],
  ['extra bytes in a progressive one', insertedBefore(progressive, 0xc2, [1]), extra(1, 'c2'), progressive],
  ['extra bytes in CMYK', insertedBefore(cmyk, 0xdb, [1, 2]), extra(2, 'db'), cmyk],
  ['extra bytes in arithmetic codes', insertedBefore(arithmeticJpeg, 0xdb, [1, 2]), extra(2, 'db'), arithmeticJpeg],
  ['JFIF 0.00', withJfifVersion(rgb, 0, 0), 'Warning: unknown JFIF revision number 0.00', rgb],
  ['JFIF 3.07', withJfifVersion(rgb, 3, 7), 'Warning: unknown JFIF revision number 3.07', rgb],
  ['an unknown color transform', withAdobe(rgb, 7), 'Unknown Adobe color transform code 7', withAdobe(rgb, 1)],
  [
    'an unknown color transform of CMYK',
    withAdobe(cmyk, 9),
    'Unknown Adobe color transform code 9',
    withAdobe(cmyk, 2),
  ],
  [
    'two oddities at once',
    insertedBefore(withJfifVersion(rgb, 0, 0), 0xdb, [1, 2]),
    'Warning: unknown JFIF revision number 0.00 (and 1 more)',
    rgb,
  ],
];

describe.each(ways)('%s', (_, openPicture) => {
  it.each(odd)('a JPEG with %s is read, with a warning', async (_, bytes, warning, plain) => {
    const found = await read(await openPicture(bytes));
    expect(found.warning).toBe(warning);
    const { pixels, warning: none } = await read(await openPicture(plain));
    expect(none).toBeUndefined();
    expect(Buffer.from(found.pixels).equals(pixels)).toBe(true);
  });

  it('what is unknown behind the pixels does no harm', async () => {
    const end = rgb.lastIndexOf(Buffer.of(0xff, 0xd9));
    const bytes = Buffer.concat([rgb.subarray(0, end), Buffer.of(0xff, 0x92), rgb.subarray(end)]);
    const { pixels } = await read(await openPicture(rgb));
    expect(Buffer.from((await read(await openPicture(bytes))).pixels).equals(pixels)).toBe(true);
  });

  it.each<[string, Buffer]>([
    ['one that is cut off too', insertedBefore(rgb, 0xdb, [1, 2]).subarray(0, -60)],
    [
      'one without its tables',
      Buffer.from(rgb).fill(0, rgb.indexOf(Buffer.of(0xff, 0xdb)), rgb.indexOf(Buffer.of(0xff, 0xc0))),
    ],
    ['one that ends before its pixels', insertedBefore(rgb, 0xdb, [1]).subarray(0, 200)],
    ['one without its end', rgb.subarray(0, -2)],
    ['nothing but a start', Buffer.of(0xff, 0xd8, 0xff)],
    ['CMYK that is cut off', insertedBefore(cmyk, 0xdb, [1, 2]).subarray(0, -60)],
  ])('is not for damage: %s', async (_, bytes) => {
    await expect((async () => read(await openPicture(bytes)))()).rejects.toThrow();
  });
});

describe('orientation: the entry of the first EXIF segment, as sharp has it', () => {
  interface Entry {
    type?: number;
    count?: number;
    value?: number;
    magic?: number;
    bigEndian?: boolean;
  }

  /** An EXIF segment whose only entry is the orientation. */
  function exif({ type = 3, count = 1, value = 6, magic = 42, bigEndian = false }: Entry): Buffer {
    const tiff = Buffer.alloc(26);
    const put = (number: number, at: number, bytes: 2 | 4) =>
      bigEndian ? tiff.writeUIntBE(number, at, bytes) : tiff.writeUIntLE(number, at, bytes);
    tiff.write(bigEndian ? 'MM' : 'II', 0, 'latin1');
    put(magic, 2, 2);
    put(8, 4, 4);
    put(1, 8, 2);
    put(0x0112, 10, 2);
    put(type, 12, 2);
    put(count, 14, 4);
    put(value, 18, type === 4 ? 4 : 2);
    return Buffer.from(segment(0xe1, ...Buffer.from('Exif\0\0'), ...tiff));
  }

  const exifs: [string, Buffer[]][] = [
    ['little-endian', [exif({})]],
    ['big-endian', [exif({ bigEndian: true })]],
    ['a long', [exif({ type: 4 })]],
    ['a long, big-endian', [exif({ type: 4, bigEndian: true })]],
    ['not a number', [exif({ type: 2 })]],
    ['none of it', [exif({ count: 0 })]],
    ['elsewhere', [exif({ count: 0x2001 })]],
    ['out of range', [exif({ value: 9 })]],
    ['no TIFF', [exif({ magic: 0 })]],
    ['the first of two', [exif({ value: 6 }), exif({ value: 1 })]],
    ['the first of two, upright', [exif({ value: 1 }), exif({ value: 8 })]],
    ['behind other metadata', [Buffer.from(segment(0xe1, ...Buffer.from('http://ns.adobe.com/xap/1.0/\0'))), exif({})]],
    ['cut off', [exif({}).fill(0, 24)]],
  ];

  it.skipIf(!hasJpegAddon).each(exifs)('%s', async (_, segments) => {
    const bytes = Buffer.concat([rgb.subarray(0, 2), ...segments, rgb.subarray(2)]);
    const { orientation, size } = openJpeg(bytes)!;
    const { orientation: expected = 1, autoOrient } = await sharp(bytes).metadata();
    expect({ orientation, size }).toEqual({ orientation: expected, size: autoOrient });
  });
});
