import { channel } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { tellOpenedData } from './told-data.ts';

it('data that is opened again and again is told once, in place of a line of progress', () => {
  const written: string[] = [];
  tellOpenedData({ isTTY: true, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  for (const line of ['photos: 2 classes', 'photos: 2 classes', 'noise: images']) {
    channel('patchwork:data').publish({ line });
  }
  expect(written).toEqual(['\r\x1b[Kphotos: 2 classes\n', '\r\x1b[Knoise: images\n']);
});
