/** What a run remembers of its data, and how that is compared with the data as it is now. */
export { changesText, compareData, type DataChange, type DataComparison } from './changes.ts';
export { contentsOf } from './contents.ts';
export {
  type DataRecord,
  type PartSummary,
  partStates,
  readsContents,
  recordOf,
  type SharedPictures,
  summaryOf,
} from './data-record.ts';
export type { PartState } from './part-state.ts';
export { type PictureRow, parseRow, type RecordedPart, rowText } from './picture-row.ts';
