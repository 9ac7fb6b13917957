/** Options as help texts, tables of documentation and JSON schema show them. */

import type { JsonSchema } from './kinds.ts';
import { methodText } from './method-text.ts';
import type { Option, OptionSpecs } from './options.ts';

/** The flag of an option: `batchSize` is `--batch-size`. */
export const flagName = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The default as it is typed, or what happens without a value. */
export function plainDefault({ default: value, otherwise = 'none' }: Option): string {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  if (isNothing) return otherwise;
  return Array.isArray(value) ? value.join('/') : String(value);
}

/** `alpha=1, box=uniform (center-gaussian, fixed-size)`: every option with its default, and the other words it may be. */
export function describeOptions(specs: OptionSpecs): string {
  return Object.entries(specs)
    .map(([name, option]) => {
      const others = option.kind.choices?.filter((word) => word !== option.default) ?? [];
      const value = option.default === undefined ? `: ${plainDefault(option)}` : `=${plainDefault(option)}`;
      return `${name}${value}${others.length === 0 ? '' : ` (${others.join(', ')})`}`;
    })
    .join(', ');
}

/** The JSON schema of an object with these options. */
export function optionsSchema(specs: OptionSpecs): JsonSchema {
  const properties = Object.entries(specs).map(([name, { kind, description, default: value }]) => [
    name,
    { ...kind.schema, description, ...(value !== undefined && { default: value }) },
  ]);
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

/** A definition with all defaults spelled out, as it may be typed. */
export function defaultText(name: string, specs: OptionSpecs): string {
  return methodText(name, Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.default])));
}
