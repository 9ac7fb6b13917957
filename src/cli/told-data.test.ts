import { channel } from 'node:diagnostics_channel';
import { expect, it, vi } from 'vitest';
import { tellDownloads, tellOpenedData } from './told-data.ts';

it('data that is opened again and again is told once, in place of a line of progress', () => {
  const written: string[] = [];
  tellOpenedData({ isTTY: true, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  for (const line of ['photos: 2 classes', 'photos: 2 classes', 'noise: images']) {
    channel('patchwork:data').publish({ line });
  }
  expect(written).toEqual(['\r\x1b[Kphotos: 2 classes\n', '\r\x1b[Knoise: images\n']);
});

it('a download shows how far it has come, and stays as one line', async () => {
  const written: string[] = [];
  const stream = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  let time = 0;
  tellDownloads({ stream, now: () => time, plainSeconds: 1 });
  // 1 MB in 1.5 s: 45.8 MB take 68.7 s, and 44.8 MB 67.2 s.
  for (const done of [0, 1e6, 2e6, 46_807_446]) {
    channel('patchwork:download').publish({ name: 'hf:timm/net: model.safetensors', done, of: 46_807_446 });
    await vi.dynamicImportSettled();
    time += 1500;
  }
  expect(written).toEqual([
    'downloading hf:timm/net: model.safetensors  2 %  1:09 left\n',
    'downloading hf:timm/net: model.safetensors  4 %  1:08 left\n',
    'downloaded hf:timm/net: model.safetensors: 46.8 MB\n',
  ]);
});
