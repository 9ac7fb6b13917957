/** What a fuzzer of Patchwork is: how an input is made, and what is done with it. */
import type { RandomStream } from '../../src/random/index.ts';

/** One public entry, or several that take the same kind of bytes or text. */
export interface Family<Input = unknown> {
  readonly name: string;
  readonly description: string;
  /** What the child's environment has besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** @param folder an empty one, for what inputs are made from and for files that are read */
  open(folder: string): Promise<Target<Input>>;
}

export interface Target<Input> {
  /** The input of a stream: the same one for the same stream. It must survive `v8.serialize`. */
  make(random: RandomStream): Input;
  /** Takes it as a program would. What it throws or returns is judged. @throws where the input is refused, with a sentence */
  run(input: Input): unknown;
}

/** Keeps the type of a family's inputs to itself: the runner knows nothing of them. */
export function family<Input>(given: Family<Input>): Family {
  return given as unknown as Family;
}
