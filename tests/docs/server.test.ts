// The server of examples/, started as its first lines say, and asked over HTTP.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePictures } from '../support/pictures.ts';
import { smallConfig, temporaryFolder } from '../support/small-training.ts';

const { resolve } = createRequire(import.meta.url);
const isInstalled = ['hono', '@hono/node-server'].every((name) => {
  try {
    return existsSync(resolve(name));
  } catch {
    return false;
  }
});

describe.skipIf(!isInstalled)(`examples/server.ts${isInstalled ? '' : ': hono is not installed'}`, () => {
  const folder = temporaryFolder(afterAll);
  let server: ChildProcess;
  let address: string;
  let picture: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    const { train } = await import('../../src/config/index.ts');
    const run = join(folder, 'run');
    await train(smallConfig({ epochs: 1, mix: 'none' }), { run });
    await writePictures(folder, ['cat.jpg']);
    picture = new Uint8Array(readFileSync(join(folder, 'cat.jpg')));
    const script = fileURLToPath(new URL('../../examples/server.ts', import.meta.url));
    server = spawn(process.execPath, ['--import', 'tsx', script, run, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: server.stdout! })) {
      address = line.replace('listening on ', '');
      break;
    }
  }, 120_000);
  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill();
    expect((await ended)[0]).toBe(0);
  });

  const post = (
    path: string,
    body: string | FormData | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) => fetch(`${address}${path}`, { method: 'POST', body, headers });
  const told = async (response: Response) => [response.status, ((await response.json()) as { error: string }).error];

  it('answers a picture with its classes, and with a heat map', async () => {
    const response = await post('/classes', picture);
    expect(response.status).toBe(200);
    const { top } = (await response.json()) as { top: { name: string; probability: number }[] };
    expect(top).toHaveLength(5);
    expect(top[0]!.probability).toBeGreaterThanOrEqual(top[1]!.probability);
    const map = await post('/heat-map', picture);
    expect(map.headers.get('content-type')).toBe('image/png');
    expect(await sharp(await map.arrayBuffer()).metadata()).toMatchObject({ format: 'png', width: 8 + 3 * (224 + 8) });
  });

  it('takes the file of a form, and looks for another class', async () => {
    const form = new FormData();
    form.append('picture', new Blob([picture]), 'cat.jpg');
    const { classes } = (await (await fetch(address)).json()) as { classes: string[] };
    const response = await post(`/classes?class=${classes[3]}`, form);
    const { boxes } = (await response.json()) as { boxes: { name: string }[] };
    expect(boxes.map(({ name }) => name)).toEqual([classes[3]]);
  });

  it('answers what is no picture, no class, too much or nothing with a sentence', async () => {
    expect(await told(await post('/classes', 'no picture'))).toEqual([422, expect.stringMatching(/^expected a JPEG/)]);
    expect(await told(await post('/heat-map?class=none', picture))).toEqual([400, expect.stringMatching(/got 'none'/)]);
    expect(await told(await post('/classes', ''))).toEqual([400, expect.stringMatching(/^expected a picture .* got nothing$/)]); // biome-ignore format: a line
    expect((await told(await post('/classes', new FormData())))[0]).toBe(400);
    const torn = await post('/classes', picture, { 'content-type': 'multipart/form-data' });
    expect(await told(torn)).toEqual([400, 'expected a form with a file in it, got one that cannot be read']);
    expect((await told(await post('/classes', new Uint8Array(21 * 2 ** 20))))[0]).toBe(413);
    expect(await told(await post('/other', picture))).toEqual([404, 'expected POST /classes or /heat-map, got POST /other']); // biome-ignore format: a line
    const cut = picture.slice(0, 200);
    expect((await told(await post('/classes', cut)))[0]).toBe(422);
  });
});
