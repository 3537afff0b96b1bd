import type { RequestHead } from './headers.ts';

/**
 * What a protocol cannot read of a call, for people who ask why a rule or route did not meet it: there it reads '', whatever the
 * call says. In words, such as `serialization 8 (kryo) is not read, only Hessian 2`; '' where all is read.
 */
export interface UnreadCall {
  /** Why service and method are not known, as far as they read ''. */
  readonly names: string;
  /** Why headers are not known. */
  readonly headers: string;
}

/** Says what of a request its protocol cannot read; null when there is nothing. Pure, asked for few requests. */
export type UnreadFinder = (request: RequestHead) => UnreadCall | null;

/** `8 (kryo)` for 8, by a table of numbers and names; a number that has no name alone. */
export function namedNumber(names: Readonly<Record<number, string>>, number: number): string {
  const name = names[number];
  return name === undefined ? String(number) : `${number} (${name})`;
}
