/** Encoded pictures, through the decoder. */
import sharp from 'sharp';
import { centerCrop, decodeImage, pictureSize, sampleTrainingCrop } from '../../../src/data/index.ts';
import { type RandomStream, stream } from '../../../src/random/index.ts';
import { type Family, family, type Target } from '../family.ts';
import { chance, edges, mutateBytes, pick } from '../mutate.ts';

const side = 32;

/** Every way of coding that is read, small: header bytes are then a large part. */
async function wholePictures(): Promise<Uint8Array[]> {
  const random = stream(1, 'fuzz pictures');
  const noise = (width: number, height: number, channels: 1 | 3 | 4) =>
    sharp(
      Uint8Array.from({ length: width * height * channels }, () => random.integer(256)),
      {
        raw: { width, height, channels },
      },
    );
  const color = noise(40, 30, 3);
  const made = [
    color.clone().jpeg({ quality: 60 }),
    color.clone().jpeg({ quality: 95, progressive: true, chromaSubsampling: '4:4:4' }),
    noise(24, 17, 1).toColorspace('b-w').jpeg(),
    color.clone().toColorspace('cmyk').jpeg(),
    color.clone().withMetadata({ orientation: 6 }).jpeg(),
    noise(300, 200, 3).jpeg({ quality: 20 }),
    color.clone().png(),
    color.clone().png({ palette: true }),
    color.clone().png({ progressive: true }),
    color.clone().toColorspace('rgb16').png(),
    noise(16, 16, 4).png(),
    noise(16, 16, 1).toColorspace('b-w').png(),
    color.clone().webp({ quality: 50 }),
    noise(16, 16, 4).webp({ lossless: true }),
    color.clone().gif(),
    color.clone().tiff(),
  ];
  return Promise.all(made.map(async (picture) => new Uint8Array(await picture.toBuffer())));
}

async function decode(bytes: Uint8Array): Promise<number> {
  const size = await pictureSize(bytes);
  const target = new Uint8Array(3 * side * side);
  await decodeImage(bytes, (picture) => centerCrop(picture, { size: side }), target);
  const random = stream(1, 'crop');
  const color = { brightness: 0.4, contrast: 0.4, saturation: 0.4 };
  await decodeImage(bytes, (picture) => sampleTrainingCrop(picture, random, { size: side, color: { jitter: color } } as object), target); // biome-ignore format: one call
  return size.width * size.height;
}

const open = async (): Promise<Target<Uint8Array>> => {
  const whole = await wholePictures();
  return {
    make: (random) => {
      const [one, other] = [pick(random, whole), pick(random, whole)];
      // The head of one picture on the body of another.
      const cut = random.integer(Math.min(one.length, other.length));
      const joined = Uint8Array.from([...one.subarray(0, cut), ...other.subarray(cut)]);
      return mutateBytes(random, chance(random, 0.1) ? joined : one);
    },
    run: decode,
  };
};

export const pictures: Family = family({
  name: 'pictures',
  description: 'JPEG, PNG and WebP pictures, JPEGs by the addon',
  open,
});

export const picturesBySharp: Family = family({
  name: 'pictures-sharp',
  description: 'the same without the addon',
  env: { PATCHWORK_JPEG: 'off' },
  open,
});

/** One EXIF segment with a first directory that may be anything. */
function exifSegment(random: RandomStream): Uint8Array {
  const little = chance(random, 0.5);
  const entries = pick(random, [0, 1, 2, 5, 200]);
  const bytes = new Uint8Array(6 + 8 + 2 + 12 * entries + random.integer(20));
  bytes.set(Buffer.from('Exif\0\0'));
  const view = new DataView(bytes.buffer, 6);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, chance(random, 0.8) ? 8 : pick(random, edges), little);
  view.setUint16(8, chance(random, 0.8) ? entries : random.integer(65536), little);
  for (let n = 0; n < entries; n++) {
    const at = 10 + 12 * n;
    view.setUint16(at, chance(random, 0.5) ? 0x0112 : random.integer(65536), little);
    view.setUint16(at + 2, pick(random, [3, 4, 2, 0, 65535]), little);
    view.setUint32(at + 4, pick(random, [1, 0, 2 ** 32 - 1]), little);
    view.setUint16(at + 8, random.integer(12), little);
  }
  return chance(random, 0.5) ? bytes : mutateBytes(random, bytes);
}

export const exif: Family = family({
  name: 'exif',
  description: 'EXIF segments of every make in a whole JPEG',
  async open() {
    const [whole] = await wholePictures();
    return {
      make: (random) => {
        const segments = Array.from({ length: pick(random, [1, 1, 1, 3]) }, () => {
          const segment = exifSegment(random);
          const length = segment.length + 2;
          return [0xff, pick(random, [0xe1, 0xe1, 0xe1, 0xe0, 0xed, 0xfe]), length >> 8, length & 255, ...segment];
        });
        return Uint8Array.from([...whole!.subarray(0, 2), ...segments.flat(), ...whole!.subarray(2)]);
      },
      run: decode,
    };
  },
});
