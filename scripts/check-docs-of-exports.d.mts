/** What is wrong with the docstrings of what the rooms of a folder of declarations export, as sentences. */
export function checkDocs(folder: string): { exports: number; problems: string[] };
