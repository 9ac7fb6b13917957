/** What is in the folders of a data set and in no part of it. */
import { printable } from '../../options/index.ts';
import type { PassedOver } from '../dataset.ts';

/** The largest share of all files that may be passed over without being asked for. */
const mostLost = 0.1;

/** Keeps what is passed over while a data set is read, by reason. */
export class PassedOverList {
  readonly #byReason = new Map<string, PassedOver & { paths: string[] }>();

  /** A picture or sample that is there and cannot be used. @param path in the data set */
  lose(reason: string, path: string): void {
    const entry = this.#entry(reason, true);
    entry.count++;
    entry.paths.push(path);
  }

  /** What belongs there and is none: of a million annotations, one example is kept. */
  ignore(reason: string, path: string): void {
    const entry = this.#entry(reason, false);
    if (entry.count++ === 0) entry.paths.push(path);
  }

  /** Those that are lost first. */
  list(): PassedOver[] {
    return [...this.#byReason.values()].sort((a, b) => Number(b.isLoss) - Number(a.isLoss) || b.count - a.count);
  }

  #entry(reason: string, isLoss: boolean): PassedOver & { paths: string[] } {
    const found = this.#byReason.get(`${reason} ${isLoss}`);
    if (found !== undefined) return found;
    const entry = { reason, isLoss, count: 0, paths: [] };
    this.#byReason.set(`${reason} ${isLoss}`, entry);
    return entry;
  }
}

/** As in `a BMP (6, as dog/x.bmp), a broken link (1, as cat/y.jpg)`. */
export function passedOverText(passedOver: readonly PassedOver[]): string {
  return passedOver
    .map(({ reason, count, paths }) => `${reason} (${count.toLocaleString('en-US')}, as ${printable(paths[0] ?? '')})`)
    .join(', ');
}

/** @throws where more is lost than may be without being asked for */
export function checkLost(where: string, images: number, passedOver: readonly PassedOver[]): void {
  const lost = passedOver.filter(({ isLoss }) => isLoss);
  const count = lost.reduce((sum, entry) => sum + entry.count, 0);
  if (count <= mostLost * (count + images)) return;
  const percent = Math.round((100 * count) / (count + images));
  throw new Error(
    `${where}: expected at most ${100 * mostLost} % of the pictures to be passed over, got ${count} of ` +
      `${count + images} (${percent} %): ${passedOverText(lost)}; mend or move them, or go on without them by ` +
      '--allow-skipped (allowSkipped: true)',
  );
}

/** All of it for a file, one a line: why, and which; of what is no loss one example. */
export function passedOverLines(passedOver: readonly PassedOver[]): string {
  const lines = passedOver.flatMap(({ reason, isLoss, count, paths }) =>
    isLoss
      ? paths.map((path) => `${reason}\t${printable(path)}`)
      : [`${reason}\t${count.toLocaleString('en-US')}, as ${printable(paths[0] ?? '')}`],
  );
  return lines.map((line) => `${line}\n`).join('');
}
