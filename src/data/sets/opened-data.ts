/** What is told of data when it is opened: how much there is of it, and what was passed over. */
import { channel } from 'node:diagnostics_channel';
import { relative } from 'node:path';
import { printable } from '../../options/index.ts';
import type { DataParts, PassedOver } from '../dataset.ts';
import { passedOverText } from './passed-over.ts';

/** What subscribers of `patchwork:data` get. */
export interface OpenedData {
  /** One line for people: classes, images of each part, what was passed over by reason. */
  line: string;
}

/** Whoever opens data need not know who wants to hear of it: the command line prints a line, a program may do what it likes. */
const opened = channel('patchwork:data');

const purposes = { train: 'train on', validation: 'choose by', test: 'test on' };

type Counted = Partial<Pick<DataParts, 'train' | 'validation'>> & Pick<DataParts, 'test'>;

/** Tells of data that was opened. @param where the path or name */
export function tellOpened(where: string, parts: Counted & { passedOver?: readonly PassedOver[] }): void {
  if (opened.hasSubscribers) opened.publish({ line: countsLine(where, parts) } satisfies OpenedData);
}

/** As in `photos: 2 classes, images: 160 to train on, 40 to test on; passed over: a BMP (6, as dog/x.bmp)`. */
export function countsLine(
  where: string,
  { train, validation, test, passedOver = [] }: Parameters<typeof tellOpened>[1],
): string {
  const count = (number: number) => number.toLocaleString('en-US');
  const counts = [train, validation, test].flatMap((set) =>
    set === undefined ? [] : [`${count(set.length)} to ${purposes[set.part]}`],
  );
  const near = relative('', where);
  const name = printable(near === '' || near.startsWith('..') ? where : near);
  const classes = train === undefined ? '' : `${count(train.classes.length)} classes, `;
  const line = `${name}: ${classes}images: ${counts.join(', ')}`;
  return passedOver.length === 0 ? line : `${line}; passed over: ${passedOverText(passedOver)}`;
}
