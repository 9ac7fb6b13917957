import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import type { Box, Size } from '../../geometry/index.ts';
import { limits } from '../limits.ts';
import { readText } from './annotation-table.ts';
import { groundTruthBox } from './ground-truth.ts';

/** An object of a picture, as PASCAL VOC's XML describes it. */
export interface VocObject {
  /** Its class. */
  name: string;
  /** In continuous pixels of the picture, ends exclusive. */
  box: Box;
  /** The file and line, for error messages. */
  where: string;
}

export interface VocAnnotation {
  /** Of the picture that the boxes were drawn on; undefined where the file does not say. */
  size: Size | undefined;
  objects: VocObject[];
}

/**
 * Reads an XML file of PASCAL VOC's layout, in which ImageNet's boxes come too: `annotation` > `object` > `name` and
 * `bndbox`, and `annotation` > `size` > `width` and `height`, which may be missing or 0. The corners are the numbers of
 * the first and last pixels inside, counted from 1 as VOC's devkit does; parts of objects are passed over. (ImageNet's files
 * count some boxes from 0, which is a pixel's difference.)
 *
 * @throws with file and line where it is no such XML, an object lacks its name or a corner, or a box is empty
 */
export function readVocAnnotation(path: string): VocAnnotation {
  const text = readText(path, limits.xml);
  const ends = Array.from(text.matchAll(/\n/g), ({ index }) => index);
  const whereOf = ({ start }: XmlElement) => `${path}:${1 + countBelow(ends, start)}`;
  const root = rootOf(path, text);
  if (root.name !== 'annotation') {
    throw new Error(`${whereOf(root)}: expected <annotation> around everything, got <${root.name}>`);
  }
  const objects = childrenOf(root, 'object').map((object): VocObject => {
    const where = whereOf(object);
    const box = onlyChild(object, 'bndbox', where);
    const corner = (name: string) => Number(onlyChild(box, name, whereOf(box)).text.trim() || Number.NaN);
    return {
      name: onlyChild(object, 'name', where).text.trim(),
      box: groundTruthBox(whereOf(box), [corner('xmin') - 1, corner('ymin') - 1, corner('xmax'), corner('ymax')]),
      where,
    };
  });
  return { size: sizeOf(root), objects };
}

/** How many of some ascending numbers are below one; files of many objects ask for many lines. */
function countBelow(numbers: readonly number[], one: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < one) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sizeOf(root: XmlElement): Size | undefined {
  const [size] = childrenOf(root, 'size');
  const side = (name: string) => Number(size && childrenOf(size, name)[0]?.text);
  const [width, height] = [side('width'), side('height')];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

function rootOf(path: string, text: string): XmlElement {
  try {
    return parseXml(text, { includeOffsets: true }).root!;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Error(`${path}: expected XML, got elements inside of too many others`, { cause: error });
    }
    if (!(error instanceof XmlError)) throw error;
    // The message goes on with the place and an excerpt.
    const [reason] = error.message.split(' (line ');
    throw new Error(`${path}:${error.line}:${error.column}: expected XML, got ${reason}`, { cause: error });
  }
}

function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child instanceof XmlElement).filter((child) => child.name === name);
}

function onlyChild(parent: XmlElement, name: string, where: string): XmlElement {
  const found = childrenOf(parent, name);
  if (found.length === 1) return found[0]!;
  throw new Error(`${where}: expected one <${name}> in <${parent.name}>, got ${found.length}; correct the file`);
}
