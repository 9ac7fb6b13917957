/** Images of nothing that a network learned, to measure whether it notices. */
export {
  defineOodSet,
  type NetworkImages,
  type OodImages,
  type OodSetDefinition,
  type OpenOodOptions,
} from './definition.ts';
export { isPartOf, parseOodSets } from './ood-text.ts';
export { oodContents, oodLocation, oodSets, openOodSet } from './open-ood.ts';
