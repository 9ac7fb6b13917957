import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the hub is and where its files are kept, as every program of Hugging Face takes it from the environment. */
export interface HubSettings {
  /** `HF_ENDPOINT`. Default `https://huggingface.co`. */
  endpoint: string;
  /** `HF_HUB_CACHE`, or `hub` in `HF_HOME`. Default `~/.cache/huggingface/hub`. */
  cache: string;
  /** `HF_HUB_OFFLINE`: nothing is asked, only what the cache has is used. Default false. */
  offline: boolean;
  /** `HF_TOKEN`, for private and gated repositories. Default: none. */
  token: string | undefined;
}

/**
 * Reads the settings from variables of the environment; an empty one counts as none.
 *
 * @throws where `HF_ENDPOINT` is no address of the web
 */
export function hubSettings(environment: Readonly<Record<string, string | undefined>> = process.env): HubSettings {
  const variable = (name: string) => environment[name]?.trim() || undefined;
  const caches = variable('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
  const home = variable('HF_HOME') ?? join(caches, 'huggingface');
  const endpoint = (variable('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, '');
  if (!/^https?:\/\/./.test(endpoint) || !URL.canParse(endpoint)) {
    throw new Error(`HF_ENDPOINT: expected an address as in https://huggingface.co, got '${endpoint}'`);
  }
  return {
    endpoint,
    cache: variable('HF_HUB_CACHE') ?? join(home, 'hub'),
    offline: /^(1|true|yes|on)$/i.test(variable('HF_HUB_OFFLINE') ?? ''),
    token: variable('HF_TOKEN'),
  };
}
