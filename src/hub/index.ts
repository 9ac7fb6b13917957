/** Weights by name: repositories of the Hugging Face hub, their cache on this machine, and folders in their layout. */
export {
  type DownloadedWeights,
  type DownloadProgress,
  type DownloadWeightsOptions,
  downloadWeights,
} from './download-weights.ts';
export type { HubConnectionOptions } from './hub-connection.ts';
export { isHubName, parseHubName } from './hub-name.ts';
export { type HubSettings, hubSettings } from './hub-settings.ts';
export { hasWeights, type WeightFiles, weightFilesOf } from './weight-files.ts';
