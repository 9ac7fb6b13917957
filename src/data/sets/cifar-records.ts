import type { DataParts, LabeledImages, PixelsInMemory } from '../dataset.ts';
import { allocateImages } from '../own-dataset.ts';
import { type CifarLabel, type CifarLayout, cifarNormalization } from './cifar-layout.ts';
import type { DataFiles } from './data-files.ts';

const channels = 3;
const side = 32;
const pixelBytes = channels * side * side;

/**
 * Decodes the files of a CIFAR data set in its binary layout. A file may hold fewer records than published.
 *
 * @param where the folder or archive, for error messages
 * @param coarse CIFAR-100: take its 20 superclasses instead of its 100 classes
 * @throws where a file is missing, is not a whole number of records, or holds a label out of range
 */
export function decodeCifar(
  layout: CifarLayout,
  files: DataFiles,
  where: string,
  coarse = false,
): DataParts<LabeledImages<PixelsInMemory>> {
  if (coarse && layout.labels.length === 1) {
    throw new Error(`${where}: expected CIFAR-100 for the coarse labels, got ${layout.name}; leave out 'coarse'`);
  }
  const label = coarse ? 0 : layout.labels.length - 1;
  const classes = classNames(layout.labels[label]!, files, where);
  const decode = (part: 'train' | 'test') => decodePart(layout, part, files, where, label, classes);
  return { train: decode('train'), test: decode('test') };
}

/** One part of the data, whose labels are the `label`-th byte of each record. @throws as {@link decodeCifar} */
export function decodePart(
  layout: CifarLayout,
  part: 'train' | 'test',
  files: DataFiles,
  where: string,
  label: number,
  classes: string[],
): LabeledImages<PixelsInMemory> {
  const recordBytes = layout.labels.length + pixelBytes;
  const records = layout[part].map((file) => recordsOf(file, files, where, recordBytes));
  const length = records.reduce((sum, { bytes }) => sum + bytes.length / recordBytes, 0);
  const header = { name: layout.name, part, classes, channels, height: side, width: side, length };
  const set = allocateImages({ ...header, normalization: cifarNormalization });
  let i = 0;
  for (const { path, bytes } of records) {
    for (let start = 0; start < bytes.length; start += recordBytes, i++) {
      checkLabels(layout, bytes.subarray(start), path, start / recordBytes);
      set.labels[i] = bytes[start + label]!;
      set.images.set(bytes.subarray(start + layout.labels.length, start + recordBytes), i * pixelBytes);
    }
  }
  return set;
}

function recordsOf(
  file: string,
  files: DataFiles,
  where: string,
  recordBytes: number,
): { path: string; bytes: Buffer } {
  const path = `${where}/${file}`;
  const bytes = files.get(file);
  if (bytes === undefined) throw new Error(`${path}: expected this file, got none; download the data set again`);
  if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
    throw new Error(
      `${path}: expected one or more whole records of ${recordBytes} bytes, got ${bytes.length} bytes; ` +
        'the file is cut off or of another layout, download it again',
    );
  }
  return { path, bytes };
}

function checkLabels(layout: CifarLayout, record: Uint8Array, path: string, index: number): void {
  layout.labels.forEach(({ classes }, i) => {
    if (record[i]! < classes) return;
    throw new Error(
      `${path}: expected labels in 0..${classes - 1}, got ${record[i]} in record ${index}; ` +
        'the file is damaged or of another layout, download it again',
    );
  });
}

/** The names in the label file; `class-0` and so on where there is none. */
function classNames({ classes, namesFile }: CifarLabel, files: DataFiles, where: string): string[] {
  const text = files.get(namesFile)?.toString('utf8');
  if (text === undefined) return Array.from({ length: classes }, (_, i) => `class-${i}`);
  const names = text.split('\n').map((line) => line.trim());
  const listed = names.filter((name) => name !== '');
  if (listed.length !== classes) {
    throw new Error(`${where}/${namesFile}: expected ${classes} names, one a line, got ${listed.length}`);
  }
  return listed;
}
