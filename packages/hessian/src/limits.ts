import { ProtocolError } from '@weft/kit';

/** Bounds of one run of a skipper, reader or writer. Whoever reaches one gets an error, never a part of the value. */
export interface HessianLimits {
  /** Values within values; default 200. It bounds the stack as well. */
  readonly maxDepth: number;
  /** Values altogether, those within others included; default 1 000 000. */
  readonly maxValues: number;
  /** Class definitions; default 1000. */
  readonly maxDefinitions: number;
  /** Fields of one class; default 1000. */
  readonly maxFields: number;
  /** What a writer may write, bytes; default 8 MiB. What is read is bounded by the bytes given. */
  readonly maxBytes: number;
}

export const DEFAULT_HESSIAN_LIMITS: HessianLimits = {
  maxDepth: 200,
  maxValues: 1_000_000,
  maxDefinitions: 1000,
  maxFields: 1000,
  maxBytes: 8 * 1024 * 1024,
};

/** The bytes end within a value. A position of a skipper is never negative, so that a result says which of the two it is. */
export const TRUNCATED = -1;
export const MALFORMED = -2;
export const OVER_LIMIT = -3;

/** @throws ProtocolError always; `position` is counted from the first byte given */
export function failHessian(position: number, problem: string, code: 'protocol_malformed' | 'protocol_limit'): never {
  throw new ProtocolError(`Hessian, byte ${position}: ${problem}`, { code });
}
