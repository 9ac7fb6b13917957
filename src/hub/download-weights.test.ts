import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type HubServer, startHub } from '../../tests/support/hub-server.ts';
import { type DownloadWeightsOptions, downloadWeights } from './download-weights.ts';
import { hubSettings } from './hub-settings.ts';

const root = mkdtempSync(join(tmpdir(), 'patchwork-hub-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// Bytes of any kind: what is in them matters to nobody here. Larger than what a socket holds back.
const weights = Buffer.alloc(300_000).map((_, i) => (i * 7919) % 251);
const config = Buffer.from('{"architecture":"resnet18"}');
const index = Buffer.from(JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } }));

let hub: HubServer;
let cache: string;
let waits: number[];
beforeEach(async () => {
  cache = mkdtempSync(join(root, 'cache-'));
  waits = [];
  hub = await startHub({
    'timm/net': { files: { 'config.json': config, 'model.safetensors': weights, 'README.md': Buffer.from('#') } },
    'me/private': { files: { 'model.safetensors': weights }, token: 'hf_mine' },
    'me/gated': { files: { 'model.safetensors': weights }, gated: true },
    'me/old': { files: { 'pytorch_model.bin': weights } },
    'me/parts': {
      files: {
        'model.safetensors.index.json': index,
        'model-1.safetensors': weights,
        'model-2.safetensors': weights.subarray(5),
      },
    },
  });
});
afterEach(() => hub.close());

const variables = (more: Record<string, string> = {}) => ({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, ...more });

function get(text = 'hf:timm/net', more: Record<string, string> = {}, options: DownloadWeightsOptions = {}) {
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  return downloadWeights(text, { settings: hubSettings(variables(more)), wait, ...options });
}

const problemOf = (given: Promise<unknown>) =>
  given.then(
    () => expect.unreachable('expected an error'),
    (error: Error) => error.message,
  );
const store = (name = 'timm/net') => join(cache, `models--${name.replace('/', '--')}`);
const blobs = () => readdirSync(join(store(), 'blobs'));
const bytesIn = (folder: string) => readFileSync(join(folder, 'model.safetensors'));
const ofStore = () => hub.requests.filter((request) => request.startsWith('store'));

describe('downloadWeights', () => {
  it("gets weights and configuration, and nothing else, into the layout of the hub's cache", async () => {
    const { folder, pinned, notes } = await get();
    const commit = hub.commitOf('timm/net');
    expect({ folder, pinned, notes }).toEqual({
      folder: join(store(), 'snapshots', commit),
      pinned: `hf:timm/net@${commit}`,
      notes: [],
    });
    expect(bytesIn(folder).equals(weights)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors']);
    expect(readlinkSync(join(folder, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(readlinkSync(join(folder, 'model.safetensors'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(readFileSync(join(store(), 'refs', 'main'), 'utf8')).toBe(commit);
  });

  it('asks only where the branch stands where all is in the cache, and nothing for a commit', async () => {
    const { folder, pinned } = await get();
    hub.requests.length = 0;
    expect(await get()).toEqual({ folder, pinned, notes: [] });
    expect(hub.requests).toEqual(['hub /api/models/timm/net/revision/main']);
    expect(await get(pinned)).toEqual({ folder, pinned, notes: [] });
    expect(hub.requests).toHaveLength(1);
  });

  it('gets the parts that an index names', async () => {
    const { folder } = await get('hf:me/parts@v1');
    expect(readdirSync(folder)).toHaveLength(3);
    expect(readFileSync(join(folder, 'model-2.safetensors')).equals(weights.subarray(5))).toBe(true);
    expect(readFileSync(join(store('me/parts'), 'refs', 'v1'), 'utf8')).toBe(hub.commitOf('me/parts'));
  });

  it('gives the token to the hub alone, and not to the store that it sends to', async () => {
    const { folder } = await get('hf:me/private', { HF_TOKEN: 'hf_mine' });
    expect(bytesIn(folder).equals(weights)).toBe(true);
    expect([...hub.tokens.hub]).toEqual(['Bearer hf_mine']);
    expect([...hub.tokens.store]).toEqual([]);
  });

  it('goes on where connections break off, and waits longer each time that nothing comes', async () => {
    hub.fail('/timm/net/model', { breakAfter: 100_000 }, { status: 503 }, { status: 500 }, { breakAfter: 50_000 });
    const { folder } = await get();
    expect(bytesIn(folder).equals(weights)).toBe(true);
    const from = ofStore().map((request) => Number(/bytes=(\d+)-$/.exec(request)?.[1] ?? 0));
    expect(from).toHaveLength(5);
    expect(from[0]).toBe(0);
    // What had come through before the connection broke: most of it.
    expect(from[1]).toBeGreaterThan(0);
    expect([from[2], from[3]]).toEqual([from[1], from[1]]);
    expect(from[4]).toBeGreaterThan(from[3]!);
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
  });

  it('waits as long as the hub asks for, and at most a minute', async () => {
    const busy = (seconds: string): Fault => ({ status: 429, headers: { 'retry-after': seconds } });
    hub.fail('/revision/', busy('7'), busy('100000'), { status: 502 });
    await get();
    expect(waits).toEqual([7000, 60_000, 4000]);
  });

  it('takes a connection that sends nothing more as broken', async () => {
    hub.fail('/timm/net/model', { stallAfter: 1000 });
    const { folder } = await get('hf:timm/net', {}, { stallMilliseconds: 100 });
    expect(bytesIn(folder).equals(weights)).toBe(true);
  });

  it('goes on with what an earlier process left, killed or not', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    for (const mark of ['partial', `${hostname().replace(/\W/g, '_')}-${pid}-1.partial`]) {
      await get();
      const blob = blobs().find((name) => name.length === 64)!;
      rmSync(join(store(), 'blobs', blob));
      writeFileSync(join(store(), 'blobs', `${blob}.${mark}`), weights.subarray(0, 200_000));
      hub.requests.length = 0;
      const { folder } = await get();
      expect(ofStore()).toEqual(['store /timm/net/model.safetensors bytes=200000-']);
      expect(bytesIn(folder).equals(weights)).toBe(true);
      expect(blobs()).toHaveLength(2);
    }
  });

  it('leaves alone what a living process is writing, and begins anew where what was left is damaged', async () => {
    await get();
    const blob = blobs().find((name) => name.length === 64)!;
    const living = `${blob}.${hostname().replace(/\W/g, '_')}-${process.ppid}-1.partial`;
    renameSync(join(store(), 'blobs', blob), join(store(), 'blobs', living));
    writeFileSync(join(store(), 'blobs', `${blob}.partial`), Buffer.alloc(1000, 1));
    hub.requests.length = 0;
    const { folder } = await get();
    expect(ofStore()).toEqual(['store /timm/net/model.safetensors bytes=1000-', 'store /timm/net/model.safetensors']);
    expect(bytesIn(folder).equals(weights)).toBe(true);
    expect(blobs()).toContain(living);
  });

  it('takes all of it where the server knows no ranges', async () => {
    hub.fail('/timm/net/model', { breakAfter: 100_000 }, { ignoreRange: true });
    const { folder } = await get();
    expect(bytesIn(folder).equals(weights)).toBe(true);
  });

  it('may run several times at once', async () => {
    hub.fail('/timm/net/model', { breakAfter: 9000 }, { breakAfter: 70_000 }, undefined, { breakAfter: 1 });
    const all = await Promise.all(Array.from({ length: 6 }, () => get()));
    for (const { folder } of all) expect(bytesIn(folder).equals(weights)).toBe(true);
    expect(blobs().sort()).toEqual(
      blobs()
        .filter((name) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name))
        .sort(),
    );
  });

  it('uses the cache without a request where HF_HUB_OFFLINE is set, and says so where the hub cannot be reached', async () => {
    const { folder, pinned } = await get();
    hub.requests.length = 0;
    expect(await get('hf:timm/net', { HF_HUB_OFFLINE: '1' })).toEqual({ folder, pinned, notes: [] });
    expect(hub.requests).toEqual([]);
    await hub.close();
    const late = await get();
    expect(late.folder).toBe(folder);
    expect(waits).toEqual([1000]);
    expect(late.notes.join()).toContain(`(ECONNREFUSED); the cache has it as of commit ${hub.commitOf('timm/net')}`);
  });
});

describe('downloadWeights refuses', () => {
  it('what is not there or may not be read, with the way out', async () => {
    expect(await problemOf(get('hf:timm/nte'))).toBe(
      `hf:timm/nte: expected an answer of ${hub.endpoint}, got status 401: not found, or private; ` +
        'check the name; for a private repository set HF_TOKEN',
    );
    expect(await problemOf(get('hf:me/private', { HF_TOKEN: 'hf_other' }))).toContain("check the repository's name");
    expect(await problemOf(get('hf:timm/net@nope'))).toContain(
      'status 404: no such revision; check what stands behind @',
    );
    expect(await problemOf(get('hf:me/gated'))).toContain('accept its terms');
    expect(await problemOf(get('hf:me/old'))).toContain(
      'hf:me/old: expected model.safetensors or model.safetensors.index.json in the repository, got pytorch_model.bin',
    );
    expect(waits).toEqual([]);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('other bytes than were announced, which are not kept', async () => {
    hub.fail('/timm/net/model', { body: Buffer.alloc(weights.length, 3) });
    expect(await problemOf(get())).toMatch(
      /^hf:timm\/net: model.safetensors: expected bytes of hash \w{64}, got \w{64};/,
    );
    hub.fail('/timm/net/model', { body: Buffer.concat([weights, weights]) });
    expect(await problemOf(get())).toContain('expected 300000 bytes, got more');
    expect(blobs()).toHaveLength(1);
  });

  it('a file that is shorter than was announced, however often it is asked for', async () => {
    const short = { body: weights.subarray(0, 250_000) };
    hub.fail('/timm/net/model', ...Array.from({ length: 9 }, () => short));
    expect(await problemOf(get())).toContain('hf:timm/net: model.safetensors: expected 300000 bytes');
  });

  it('a hub that is down, busy or another, after some tries', async () => {
    hub.fail('/revision/', ...Array.from({ length: 5 }, (): Fault => ({ status: 500 })));
    expect(await problemOf(get())).toBe(
      `hf:timm/net: expected an answer of ${hub.endpoint}, got status 500; ` +
        'try again later: what has come is kept and gone on with',
    );
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    hub.fail('/revision/', { body: Buffer.from('<html>welcome') });
    expect(await problemOf(get())).toContain(
      "expected the hub's list of files, got '<html>welcome'; check HF_ENDPOINT",
    );
    await hub.close();
    expect(await problemOf(get())).toContain('got a refused connection (ECONNREFUSED)');
  });

  it('to go without the hub where nothing is in the cache', async () => {
    expect(await problemOf(get('hf:timm/net', { HF_HUB_OFFLINE: 'true' }))).toBe(
      `hf:timm/net: expected it in ${cache} since HF_HUB_OFFLINE is set, got no such weights there; ` +
        'leave out HF_HUB_OFFLINE once, or copy the cache of a machine that has them',
    );
    expect(hub.requests).toEqual([]);
  });

  it('names that are none', async () => {
    for (const text of ['hf:', 'hf:resnet18', 'hf:a/b/c', 'hf:../x', 'hf:a/b@../../x', 'hf:a/b@', 'hf:a/..']) {
      expect(await problemOf(get(text))).toContain(`expected hf:OWNER/NAME or hf:OWNER/NAME@REVISION`);
    }
    expect(hub.requests).toEqual([]);
  });

  it('to go on when it is stopped', async () => {
    const stop = new AbortController();
    hub.fail('/timm/net/model', { stallAfter: 1000 });
    const wait = get('hf:timm/net', {}, { signal: stop.signal });
    const asked = async () => {
      while (ofStore().length === 0) await new Promise((next) => setImmediate(next));
    };
    await asked();
    stop.abort(new Error('stopped'));
    expect(await problemOf(wait)).toBe('stopped');
  });
});

it('settings come from the variables that all programs of Hugging Face know', () => {
  expect(
    hubSettings({ HF_HOME: '/h', HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: ' t\n', HF_HUB_OFFLINE: '0' }),
  ).toEqual({
    endpoint: 'https://mirror.example',
    cache: '/h/hub',
    offline: false,
    token: 't',
  });
  expect(hubSettings({ XDG_CACHE_HOME: '/c' }).cache).toBe('/c/huggingface/hub');
  expect(() => hubSettings({ HF_ENDPOINT: 'mirror' })).toThrow(
    "HF_ENDPOINT: expected an address as in https://huggingface.co, got 'mirror'",
  );
});
