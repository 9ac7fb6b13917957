/** One way to declare options and named things, and to read them from text, files and flags. */
export { type Definition, DefinitionList, define } from './definitions.ts';
export { defaultText, describeOptions, flagName, optionsSchema, plainDefault } from './describe.ts';
export {
  boolean,
  choice,
  either,
  type IntegerRange,
  integer,
  type JsonSchema,
  jsonText,
  type Kind,
  kind,
  type ListLength,
  listOf,
  type NumberRange,
  number,
  quoted,
  text,
} from './kinds.ts';
export {
  methodText,
  type OptionValue,
  type ParsedMethod,
  parseMethod,
  parseOptionText,
  splitMethods,
} from './method-text.ts';
export { nearestWord, oneOfYourOwn, unknownWord } from './nearest-word.ts';
export {
  type AboutOption,
  checkOption,
  type Option,
  type OptionProblem,
  type OptionSpecs,
  type OptionsOf,
  option,
  optionProblems,
  type ResolvedOptions,
  resolveOptions,
  valueProblem,
} from './options.ts';
export { printable, printableText } from './printable.ts';
export {
  type NamedOptions,
  type OneOf,
  type OptionPath,
  type ResolvedSections,
  resolveSections,
  type Section,
  type SectionProblem,
  type SectionSpecs,
  type SectionsOf,
  sectionsSchema,
} from './sections.ts';
export { definitionTables, markdownTable, optionsTable, sectionsTable } from './tables.ts';
