/** A server that speaks the Hugging Face hub's HTTP: the list of files, and files behind redirections to another server. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubRepository {
  files: Readonly<Record<string, Uint8Array>>;
  /** Who has no such token is told that there is nothing. */
  token?: string;
  gated?: boolean;
}

/** What goes wrong with one request for a file's bytes or for the list of files. */
export interface Fault {
  status?: number;
  headers?: Record<string, string>;
  /** Break off after so many bytes. */
  breakAfter?: number;
  /** Send so many bytes, and then nothing more. */
  stallAfter?: number;
  ignoreRange?: boolean;
  body?: Uint8Array;
}

export interface HubServer {
  endpoint: string;
  /** `GET path range` of each request, in order. */
  requests: string[];
  /** Authorization of each request, by the server that got it. */
  tokens: { hub: Set<string>; store: Set<string> };
  /** One for each coming request that is `matching`, in turn; undefined for one that goes well. */
  fail(matching: string, ...faults: (Fault | undefined)[]): void;
  commitOf(repository: string): string;
  close(): Promise<void>;
}

const sha = (kind: 'sha1' | 'sha256', ...parts: (Uint8Array | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest('hex');

const isLarge = (file: string) => file.endsWith('.safetensors') || file.endsWith('.bin');

export async function startHub(repositories: Record<string, HubRepository>): Promise<HubServer> {
  const requests: string[] = [];
  const tokens = { hub: new Set<string>(), store: new Set<string>() };
  const faults: { matching: string; fault: Fault | undefined }[] = [];
  const commitOf = (name: string) => sha('sha1', name, ...Object.values(repositories[name]?.files ?? {}));

  const listOf = (name: string, { files }: HubRepository) => ({
    sha: commitOf(name),
    siblings: Object.entries(files).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: sha('sha1', `blob ${bytes.length}\0`, bytes),
      ...(isLarge(rfilename) && { lfs: { sha256: sha('sha256', bytes), size: bytes.length, pointerSize: 134 } }),
    })),
  });

  const answer = (kind: 'hub' | 'store', act: (url: URL, request: IncomingMessage, response: ServerResponse) => void) =>
    ((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      requests.push(`${kind} ${url.pathname} ${request.headers.range ?? ''}`.trim());
      if (request.headers.authorization) tokens[kind].add(request.headers.authorization);
      act(url, request, response);
    }) satisfies RequestListener;

  const send = (request: IncomingMessage, response: ServerResponse, path: string, bytes: Uint8Array) => {
    const at = faults.findIndex(({ matching }) => path.includes(matching));
    const fault = at < 0 ? {} : (faults.splice(at, 1)[0]!.fault ?? {});
    if (fault.status) return void response.writeHead(fault.status, fault.headers).end('no');
    const whole = fault.body ?? bytes;
    const from = fault.ignoreRange ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= whole.length && from > 0) return void response.writeHead(416).end();
    const rest = whole.subarray(from);
    const range = { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` };
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, ...(from > 0 && range) });
    const most = fault.breakAfter ?? fault.stallAfter;
    if (most === undefined) return void response.end(rest);
    response.write(rest.subarray(0, most), () => {
      if (fault.breakAfter !== undefined) response.destroy();
    });
  };

  const store = await listen(
    answer('store', (url, request, response) => {
      const [, owner, name, file] = url.pathname.split('/').map(decodeURIComponent);
      send(request, response, url.pathname, repositories[`${owner}/${name}`]!.files[file!]!);
    }),
  );
  const hub = await listen(
    answer('hub', (url, request, response) => {
      const [, name = '', revision = '', file] =
        /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(url.pathname) ??
        /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname) ??
        [];
      const repository = repositories[name];
      const mayRead = repository?.token === undefined || request.headers.authorization === `Bearer ${repository.token}`;
      // As the hub: who has no token learns nothing of what there is.
      if (!repository || !mayRead) return void response.writeHead(request.headers.authorization ? 404 : 401).end('{}');
      if (repository.gated) return void response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end();
      if (!['main', 'v1', commitOf(name)].includes(decodeURIComponent(revision))) {
        return void response.writeHead(404, { 'x-error-code': 'RevisionNotFound' }).end();
      }
      if (file === undefined) {
        return send(request, response, url.pathname, Buffer.from(JSON.stringify(listOf(name, repository))));
      }
      const bytes = repository.files[decodeURIComponent(file)];
      if (bytes === undefined) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
      if (!isLarge(file)) return send(request, response, url.pathname, bytes);
      const linked = { 'x-linked-etag': `"${sha('sha256', bytes)}"`, 'x-linked-size': bytes.length };
      const location = `${address(store)}/${name}/${file}`;
      response.writeHead(302, { location, 'x-repo-commit': commitOf(name), ...linked }).end();
    }),
  );
  return {
    endpoint: address(hub),
    requests,
    tokens,
    fail: (matching, ...list) => faults.push(...list.map((fault) => ({ matching, fault }))),
    commitOf,
    close: async () => void (await Promise.all([hub, store].map(closed))),
  };
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

const address = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
