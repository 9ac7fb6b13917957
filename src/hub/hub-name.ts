/** What stands before the name of a repository of the Hugging Face hub. */
const scheme = 'hf:';

/** A state of a repository of models. */
export interface HubName {
  /** `owner/name`. */
  repository: string;
  /** A branch, a tag or a commit. */
  revision: string;
}

/** Whether a text names a repository of the hub rather than a path. */
export function isHubName(text: string): boolean {
  return text.startsWith(scheme);
}

/** `hf:owner/name@revision`: what {@link parseHubName} takes. */
export function hubText({ repository, revision }: HubName): string {
  return `${scheme}${repository}@${revision}`;
}

/** Whether a revision is a commit, which is the same state forever. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/**
 * Takes `hf:OWNER/NAME` or `hf:OWNER/NAME@REVISION` apart. The revision is a branch, a tag or a commit; default `main`.
 *
 * @throws where it is neither
 */
export function parseHubName(text: string): HubName {
  const word = '[\\w][\\w.-]*';
  const pattern = new RegExp(`^${scheme}(${word}/${word})(?:@(${word}(?:/${word})*))?$`);
  const [, repository, revision = 'main'] = pattern.exec(text) ?? [];
  // Names become parts of paths: two dots would lead out of the cache.
  if (repository !== undefined && !text.includes('..')) return { repository, revision };
  throw new Error(
    `weights: expected hf:OWNER/NAME or hf:OWNER/NAME@REVISION, as in hf:timm/resnet18.a1_in1k, got '${text}'`,
  );
}
