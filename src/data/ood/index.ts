/** Images that a network does not know, to measure whether it notices. */

export { isPartOf, parseUnknown } from './ood-text.ts';
export { type KnownImages, type OpenUnknownOptions, openUnknown, type UnknownImages } from './open-ood.ts';
