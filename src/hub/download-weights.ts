import { channel } from 'node:diagnostics_channel';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { errorCode, makeFolder, writeError, writeFileAtomically } from '../files/index.ts';
import { downloadFile, type RemoteFile } from './download-file.ts';
import { HubConnection, type HubConnectionOptions } from './hub-connection.ts';
import { type HubName, hubText, isCommit, parseHubName } from './hub-name.ts';
import { type HubSettings, hubSettings } from './hub-settings.ts';
import { PassingProblem, type RetryOptions, withRetries } from './retries.ts';
import { hasWeights, indexName, weightFilesOf, weightsName } from './weight-files.ts';

export interface DownloadWeightsOptions extends HubConnectionOptions, Pick<RetryOptions, 'wait'> {
  /** Default: of the environment. */
  settings?: HubSettings | undefined;
}

/** A repository's weights on this machine. */
export interface DownloadedWeights {
  /** With `config.json`, where the repository has one, and `model.safetensors` or its parts and index. */
  folder: string;
  /** `hf:owner/name@commit`: the same state forever. */
  pinned: string;
  /** What there is to say, in sentences: where the hub could not be asked. */
  notes: string[];
}

/** What is published on the channel `patchwork:download` of `node:diagnostics_channel`, in bytes. */
export interface DownloadProgress {
  name: string;
  done: number;
  of: number;
}

const progress = channel('patchwork:download');

/** What the hub says of a repository, with `blobs=true`. https://huggingface.co/docs/hub/api */
const answerSchema = z.object({
  sha: z.string().refine(isCommit),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().int().min(0).optional(),
      blobId: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .optional(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().min(0) }).nullish(),
    }),
  ),
});

type Repository = z.infer<typeof answerSchema>;

/**
 * The weights of a repository of the Hugging Face hub, and its `config.json`: from the cache that all programs of Hugging Face
 * share, or downloaded into it. A commit that is there is not asked for again; of a branch or a tag the hub is asked where it
 * stands, unless `HF_HUB_OFFLINE` is set.
 *
 * @param text as {@link parseHubName} takes it
 * @throws where there is no such repository or it has no safetensors, the hub cannot be reached and the cache does not have
 *   them, or other bytes come than the hub has announced; the message names the repository and the way out
 */
export async function downloadWeights(text: string, options: DownloadWeightsOptions = {}): Promise<DownloadedWeights> {
  const { settings = hubSettings() } = options;
  const name = parseHubName(text);
  const store = join(settings.cache, `models--${name.repository.replace('/', '--')}`);
  const kept = keptCommit(store, name);
  const fromCache = (notes: string[] = []): DownloadedWeights | undefined => {
    if (kept === undefined) return undefined;
    const folder = join(store, 'snapshots', kept);
    return hasWeights(folder) ? { folder, pinned: hubText({ ...name, revision: kept }), notes } : undefined;
  };
  if (settings.offline) return fromCache() ?? raise(notInCache(text, settings));
  if (isCommit(name.revision)) {
    const found = fromCache();
    if (found !== undefined) return found;
  }
  const hub = new HubConnection(settings, text, options);
  try {
    // Where the cache has them, a hub that does not answer is not waited for; a kept connection may just have ended.
    const tries = fromCache() === undefined ? undefined : 2;
    return await download(hub, { text, name, store, options: { ...options, tries } });
  } catch (error) {
    const found = error instanceof PassingProblem ? fromCache([notAsked(error, kept)]) : undefined;
    return found ?? raise(error);
  }
}

function raise(error: unknown): never {
  throw error;
}

const notAsked = ({ message }: Error, kept: string | undefined) =>
  `${message.replace(/; .*$/, '')}; the cache has it as of commit ${kept}, which is used`;

function notInCache(text: string, { cache }: HubSettings): Error {
  return new Error(
    `${text}: expected it in ${cache} since HF_HUB_OFFLINE is set, got no such weights there; ` +
      'leave out HF_HUB_OFFLINE once, or copy the cache of a machine that has them',
  );
}

/** The commit that a revision stood at when it was last asked for. */
function keptCommit(store: string, { revision }: HubName): string | undefined {
  if (isCommit(revision)) return revision;
  const reference = join(store, 'refs', revision);
  const commit = existsSync(reference) ? readFileSync(reference, 'utf8').trim() : '';
  return isCommit(commit) ? commit : undefined;
}

interface Wanted {
  text: string;
  name: HubName;
  store: string;
  options: DownloadWeightsOptions & RetryOptions;
}

async function download(hub: HubConnection, wanted: Wanted): Promise<DownloadedWeights> {
  const { text, name, store, options } = wanted;
  const repository = await askFor(hub, wanted);
  const { sha } = repository;
  const folder = join(store, 'snapshots', sha);
  const fetchOne = async (file: string) => {
    const remote = remoteFile(repository, file, wanted);
    const blob = join(store, 'blobs', remote.hash);
    const onBytes = (done: number) => progress.publish({ name: remote.title, done, of: remote.size });
    await downloadFile(hub, remote, blob, { ...options, onBytes });
    link(blob, join(folder, file));
  };
  const has = (file: string) => repository.siblings.some(({ rfilename }) => rfilename === file);
  const main = [weightsName, indexName].find(has);
  if (main === undefined) throw noSafetensors(text, repository);
  for (const inner of ['blobs', 'refs', join('snapshots', sha)]) makeFolder(join(store, inner), 'HF_HUB_CACHE');
  if (has('config.json')) await fetchOne('config.json');
  await fetchOne(main);
  if (main === indexName) {
    for (const part of weightFilesOf(join(folder, main)).files) await fetchOne(relative(folder, part));
  }
  if (!isCommit(name.revision)) {
    const reference = join(store, 'refs', name.revision);
    mkdirSync(dirname(reference), { recursive: true });
    writeFileAtomically(reference, [Buffer.from(sha)]);
  }
  return { folder, pinned: hubText({ ...name, revision: sha }), notes: [] };
}

async function askFor(hub: HubConnection, { text, name, options }: Wanted): Promise<Repository> {
  const path = `/api/models/${name.repository}/revision/${encodeURIComponent(name.revision)}?blobs=true`;
  const answer = await withRetries(async () => {
    const pieces: Uint8Array[] = [];
    await hub.get(path, { take: (bytes) => pieces.push(bytes) });
    return Buffer.concat(pieces).toString('utf8');
  }, options);
  try {
    return answerSchema.parse(JSON.parse(answer));
  } catch (error) {
    const got = answer.slice(0, 60).replace(/\s+/g, ' ');
    throw new Error(`${text}: expected the hub's list of files, got '${got}'; check HF_ENDPOINT`, { cause: error });
  }
}

function remoteFile({ sha, siblings }: Repository, file: string, { text, name }: Wanted): RemoteFile {
  const title = `${text}: ${file}`;
  const found = siblings.find(({ rfilename }) => rfilename === file);
  const [size, hash] = [found?.lfs?.size ?? found?.size, found?.lfs?.sha256 ?? found?.blobId];
  if (found === undefined)
    throw new Error(`${title}: expected a file of the repository, got none; use another revision`);
  if (size === undefined || hash === undefined) {
    throw new Error(`${title}: expected its size and hash from the hub, got none; check HF_ENDPOINT`);
  }
  return { title, size, hash, path: `/${name.repository}/resolve/${sha}/${encodeURIComponent(file)}` };
}

function noSafetensors(text: string, { siblings }: Repository): Error {
  const others = siblings
    .map(({ rfilename }) => rfilename)
    .filter((file) => /\.(bin|pth?|ckpt|h5|onnx|safetensors)$/.test(file));
  const got = others.length === 0 ? 'no weights' : others.slice(0, 5).join(', ');
  return new Error(
    `${text}: expected ${weightsName} or ${indexName} in the repository, got ${got}; ` +
      'use another repository, or download a file of PyTorch and convert it (--weights FILE says how)',
  );
}

/** As in every cache of the hub: relative, so that the cache can be moved. */
function link(blob: string, path: string): void {
  if (existsSync(path)) return;
  rmSync(path, { force: true });
  try {
    symlinkSync(relative(dirname(path), blob), path);
  } catch (error) {
    // Another process has made it meanwhile.
    if (errorCode(error) !== 'EEXIST') throw writeError(path, error);
  }
}
