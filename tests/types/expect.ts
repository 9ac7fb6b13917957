/** Two types are the same, `any` included: nothing is assignable to the test of others. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where a type is the one that is expected. */
export function same<_Is extends true>(): void {}

/** Compiles where a value may be given for the type. */
export function given<Type>(_value: Type): void {}
