import type { Family } from '../family.ts';
import { cifarRecords, idxFiles, shards } from './archives.ts';
import { configurations, flags, optionTexts } from './configuration.ts';
import { detections, measurements } from './measurements.ts';
import { addonCalls, operators } from './operators.ts';
import { exif, pictures, picturesBySharp } from './pictures.ts';
import { mixPlans } from './plans.ts';
import { checkpoints, logs, safetensors } from './runs.ts';
import { annotationTables, vocXml, wsolTables } from './tables.ts';

/** In the order in which they are run. */
export const families: readonly Family[] = [
  ...[
    pictures,
    picturesBySharp,
    exif,
    safetensors,
    shards,
    cifarRecords,
    idxFiles,
    vocXml,
    wsolTables,
    annotationTables,
  ],
  ...[configurations, optionTexts, flags, logs, checkpoints, detections, measurements, mixPlans, operators, addonCalls],
];

/** @throws naming all where no family has the name */
export function findFamily(name: string): Family {
  const found = families.find((one) => one.name === name);
  if (found) return found;
  throw new Error(`fuzz: unknown family '${name}'; there are: ${families.map((one) => one.name).join(', ')}`);
}
