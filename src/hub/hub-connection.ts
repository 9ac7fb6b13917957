import { errorCode } from '../files/index.ts';
import type { HubSettings } from './hub-settings.ts';
import { PassingProblem } from './retries.ts';

export interface HubConnectionOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a connection counts as broken. Default 30,000. */
  stallMilliseconds?: number | undefined;
}

const mostRedirects = 10;

/** Requests to the hub for one repository. Errors are sentences that name it; what may pass is a {@link PassingProblem}. */
export class HubConnection {
  readonly #settings: HubSettings;
  /** As people type it. */
  readonly #name: string;
  readonly #options: HubConnectionOptions;

  constructor(settings: HubSettings, name: string, options: HubConnectionOptions = {}) {
    this.#settings = settings;
    this.#name = name;
    this.#options = options;
  }

  /** Gets a path below the endpoint, and hands its bytes to `take` one piece after the other. */
  async get(
    path: string,
    {
      from = 0,
      onStatus,
      take,
    }: { from?: number; onStatus?: (status: number) => void; take: (bytes: Uint8Array) => void },
  ): Promise<void> {
    const { signal, stallMilliseconds = 30_000 } = this.#options;
    signal?.throwIfAborted();
    const stalled = new AbortController();
    const stop = () => stalled.abort();
    let timer = setTimeout(stop, stallMilliseconds);
    try {
      const both = signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]);
      const response = await this.#follow(`${this.#settings.endpoint}${path}`, from, both);
      onStatus?.(response.status);
      for await (const bytes of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(stop, stallMilliseconds);
        take(bytes);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (stalled.signal.aborted) throw this.#passing(`no byte for ${stallMilliseconds / 1000} s`, error);
      throw isOfTheNetwork(error) ? this.#passing(networkReason(error), error) : error;
    } finally {
      clearTimeout(timer);
      stalled.abort();
    }
  }

  /** By hand, since the token is for the hub alone and not for the store that it sends to. */
  async #follow(start: string, from: number, signal: AbortSignal): Promise<Response> {
    const { token, endpoint } = this.#settings;
    const { origin } = new URL(endpoint);
    let url = new URL(start);
    for (let count = 0; count <= mostRedirects; count++) {
      const headers = new Headers({ 'user-agent': 'patchwork', 'accept-encoding': 'identity' });
      if (token !== undefined && url.origin === origin) headers.set('authorization', `Bearer ${token}`);
      if (from > 0) headers.set('range', `bytes=${from}-`);
      const response = await fetch(url, { headers, redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return this.#checked(response);
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw this.#error(`more than ${mostRedirects} redirections`, 'check HF_ENDPOINT');
  }

  async #checked(response: Response): Promise<Response> {
    const { status, headers } = response;
    if (response.ok || status === 416) return response;
    await response.body?.cancel();
    const got = `status ${status}`;
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    if (status === 408 || status === 429 || status >= 500) throw this.#passing(got, undefined, seconds);
    if (status === 401 || status === 403) throw this.#denied(got, headers.get('x-error-code'));
    if (headers.get('x-error-code') === 'RevisionNotFound') {
      throw this.#error(`${got}: no such revision`, 'check what stands behind @: a branch, a tag or a commit');
    }
    if (status === 404) throw this.#error(`${got}: not found`, "check the repository's name");
    throw this.#error(got, 'check the name and HF_ENDPOINT');
  }

  /** The hub answers so for what does not exist too, as it tells nobody which private repositories there are. */
  #denied(got: string, code: string | null): Error {
    const { token, endpoint } = this.#settings;
    if (code === 'GatedRepo') {
      const wayOut = `accept its terms on ${endpoint} and give your token in HF_TOKEN`;
      return this.#error(`${got}: its owner asks for consent first`, wayOut);
    }
    return token === undefined
      ? this.#error(`${got}: not found, or private`, 'check the name; for a private repository set HF_TOKEN')
      : this.#error(`${got}: not found, or HF_TOKEN may not read it`, 'check the name and the token');
  }

  #passing(got: string, cause?: unknown, retryAfter?: number): PassingProblem {
    const { message } = this.#error(got, 'try again later: what has come is kept and gone on with');
    return new PassingProblem(message, { cause, retryAfter });
  }

  #error(got: string, wayOut: string): Error {
    return new Error(`${this.#name}: expected an answer of ${this.#settings.endpoint}, got ${got}; ${wayOut}`);
  }
}

/** What fetch throws where a connection fails or breaks; errors of files have another shape. */
function isOfTheNetwork(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated|network/i.test(error.message);
}

function networkReason(error: unknown): string {
  const { cause } = error as Error;
  const code = errorCode(cause);
  const reasons: Readonly<Record<string, string>> = {
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'no answer to the name of the host',
    ECONNREFUSED: 'a refused connection',
    UND_ERR_SOCKET: 'a connection that broke off',
    ECONNRESET: 'a connection that broke off',
  };
  const words =
    reasons[code ?? ''] ?? (cause instanceof Error && cause.message ? cause.message : 'a broken connection');
  return code === undefined ? words : `${words} (${code})`;
}
