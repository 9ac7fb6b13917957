import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DrawnMethod } from '../charts/mix-methods.ts';
import type { LabeledPictures } from '../charts/mixed-pictures.ts';
import { readRegularFile, systemReason } from '../files/index.ts';
import type { Mixer } from '../mix/index.ts';
import { integer, option, splitMethods } from '../options/index.ts';
import { addSpecFlags, specValues } from './flags.ts';
import { addExamples, definitionsText, paragraphsText } from './help-texts.ts';
import { print } from './terminal.ts';

interface MixFlags {
  method: string;
  out: string;
  seed?: number;
  size?: number;
  classes?: string;
  json?: boolean;
}

/** Square pictures as planes of red, green and blue, and what they show. */
interface NamedPictures {
  images: Uint8Array;
  names: string[];
}

/** In bytes: a file of more is no picture that anyone mixes. */
const largestPicture = 500_000_000;

const formats: Record<string, 'png' | 'jpeg' | 'webp'> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
};

const specs = {
  seed: option(integer({ min: 0 }), { default: 0, description: 'every random draw follows from it' }),
  size: option(integer({ min: 16, max: 1024 }), {
    default: 224,
    description: 'the side of the square cut from the middle of each picture',
  }),
};

export async function setUp(command: Command): Promise<void> {
  addExamples(
    command,
    `  patchwork mix cat.jpg dog.jpg
  patchwork mix cat.jpg dog.jpg --method cutmix,cutmix:label=one-hot,cutmix:granularity=sample --seed 3
  patchwork mix cat.jpg dog.jpg bird.png --classes cat,dog,bird --method cutmix:alpha=0.5,box=center-gaussian,mixup`,
  );
  const { mixingMethods } = await import('../mix/index.ts');
  command
    .argument('[pictures...]', 'JPEG, PNG, WebP or TIFF; each is mixed with the next one (default: two drawn ones)')
    .option('--method <list>', 'methods, see below, joined by commas', 'cutmix,mixup,cutout')
    .option('--out <file>', 'the picture to write: .png, .jpg or .webp', 'mix.png');
  addSpecFlags(command, specs)
    .option('--classes <list>', "the pictures' labels, joined by commas (default: their file names)")
    .option('--json', 'print the plans as JSON on standard output')
    .addHelpText('after', `\n${definitionsText('Methods, with their options', mixingMethods)}\n`)
    .addHelpText(
      'after',
      paragraphsText(`Below each mixture stand the labels that the network is taught with, and lambda, the share of the own pixels.
Needs no LibTorch.`),
    )
    .action(mixPictures);
}

async function mixPictures(paths: string[], { method, out, classes, json, ...flags }: MixFlags): Promise<void> {
  const { parseMix } = await import('../mix/index.ts');
  const { drawMethod, drawMethods } = await import('../charts/mix-methods.ts');
  const { size, seed } = specValues(specs, { ...flags });
  const format = formatOf(out, paths);
  const mixers = splitMethods(method).map((text): [string, Mixer] => {
    const [mixer] = parseMix(text);
    if (!mixer) throw new Error(`mix: expected --method to name methods that mix, got ${text}`);
    return [text, mixer];
  });
  const { images, names } = await (paths.length === 0 ? drawnPictures(seed, size) : readPictures(paths, size));
  const labels = classNames(classes, names);
  const shape = { batch: labels.length, height: size, width: size };
  const drawn = mixers.map(([text, mixer]) => drawMethod(text, mixer, shape, seed));
  const { imageNetNormalization } = await import('../data/index.ts');
  const bytes = 3 * size * size;
  const all: LabeledPictures = {
    pictures: labels.map((_, n) => ({ data: images.subarray(n * bytes, (n + 1) * bytes), height: size, width: size })),
    labels: [...labels.keys()],
    classes: labels,
    mean: imageNetNormalization.mean,
  };
  await writePicture(out, format, await drawMethods(all, drawn));
  print(json ? `${JSON.stringify({ out, classes: labels, methods: drawn })}\n` : summary(drawn, out));
}

/** The format of the picture to write, which must not take the place of one that is read. */
function formatOf(out: string, paths: readonly string[]): 'png' | 'jpeg' | 'webp' {
  const format = formats[extname(out).toLowerCase()];
  if (!format) throw new Error(`mix: expected --out to end in ${Object.keys(formats).join(', ')}, got ${out}`);
  if (paths.some((path) => resolve(path) === resolve(out))) {
    throw new Error(`mix: expected --out to be a new picture, got ${out}, one of those to mix`);
  }
  return format;
}

async function readPictures(paths: readonly string[], size: number): Promise<NamedPictures> {
  const { centerCrop, decodeImage, toPlanes } = await import('../data/index.ts');
  const images = new Uint8Array(paths.length * 3 * size * size);
  for (const [n, path] of paths.entries()) {
    const bytes = readRegularFile(path, { expected: 'a picture', atMost: largestPicture });
    const pixels = new Uint8Array(3 * size * size);
    await decodeImage(bytes, (picture) => centerCrop(picture, { size, shorterSide: size }), pixels).catch(
      (error: Error) => {
        throw new Error(`${path}: ${error.message}`);
      },
    );
    images.set(toPlanes(pixels, 3), n * pixels.length);
  }
  return { images, names: paths.map((path) => basename(path, extname(path))) };
}

/** A disc and a cross of the data set `shapes`. */
async function drawnPictures(seed: number, size: number): Promise<NamedPictures> {
  const { drawScene, kinds } = await import('../data/index.ts');
  const scenes = [1, 14].map((index) => drawScene(seed, 'train', index, { size }));
  return {
    images: Buffer.concat(scenes.map(({ image }) => image)),
    names: scenes.map(({ label }) => kinds[label]!.name),
  };
}

function classNames(classes: string | undefined, names: string[]): string[] {
  if (classes === undefined) return names;
  const given = classes.split(',');
  if (given.length === names.length) return given;
  throw new Error(`mix: expected --classes to have ${names.length} names, one for each picture, got ${given.length}`);
}

async function writePicture(out: string, format: 'png' | 'jpeg' | 'webp', png: Uint8Array): Promise<void> {
  const { default: sharp } = await import('sharp');
  const bytes = format === 'png' ? png : await sharp(png).toFormat(format).toBuffer();
  await writeFile(out, bytes).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${out}: expected a place to write to, got ${systemReason(error)}; choose another --out`);
  });
}

/** A line for each method: what it drew, as shares of the own pixels. */
function summary(drawn: readonly DrawnMethod[], out: string): string {
  const width = Math.max(...drawn.map(({ text }) => text.length));
  const lines = drawn.map(({ text, plan: { lambda }, alsoHidden }) => {
    const shares = lambda.map((share) => share.toFixed(2)).join(', ');
    const note = alsoHidden
      ? '   at stage 0, the image; at its other stages it mixes hidden maps, which are no pictures'
      : '';
    return `${text.padEnd(width)}   lambda ${shares}${note}`;
  });
  return `${lines.join('\n')}\n${out}\n`;
}
