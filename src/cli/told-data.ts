import { subscribe } from 'node:diagnostics_channel';
import type { OpenedData } from '../data/index.ts';
import type { DownloadProgress } from '../hub/index.ts';
import type { ProgressDisplay, ProgressOptions } from './progress-display.ts';

/** Prints one line on standard error for data that a command opens: how much there is, and what was passed over. */
export function tellOpenedData(stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr): void {
  const told = new Set<string>();
  subscribe('patchwork:data', (message) => {
    const { line } = message as OpenedData;
    // Every training of a comparison opens the same data.
    if (told.has(line)) return;
    told.add(line);
    // Where a line of progress is shown, this takes its place.
    stream.write(`${stream.isTTY ? '\r\x1b[K' : ''}${line}\n`);
  });
}

/** Shows how far downloads have come, on standard error, and says when one is done. */
export function tellDownloads(options?: ProgressOptions): void {
  let display: Promise<ProgressDisplay> | undefined;
  subscribe('patchwork:download', (message) => {
    const { name, done, of } = message as DownloadProgress;
    // Not before there is a download: help loads none of it.
    display ??= import('./progress-display.ts').then((module) => new module.ProgressDisplay(options));
    void display.then((shown) => {
      if (done < of) shown.work(`downloading ${name}`, done, of);
      else shown.note(`downloaded ${name}: ${(of / 1e6).toFixed(1)} MB`);
    });
  });
}
