import { HessianDouble } from './values.ts';

const WHOLE = /^-?\d+$/;
const LONG_BITS = 64;

/**
 * The value of a JSON text as Java has it where nobody says its type: null, Boolean, String, Integer, Long or Double (whichever
 * holds the number as it is written: `1.0` is a Double), ArrayList, HashMap.
 * @throws SyntaxError for what is no JSON; RangeError for a whole number that no Long holds, or a number that no Double does
 */
export function hessianFromJson(text: string): unknown {
  return JSON.parse(text, (_name: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value === 'number') return numberOf(value, context?.source ?? String(value));
    if (typeof value !== 'object' || value === null || value instanceof HessianDouble || Array.isArray(value))
      return value;
    return new Map(Object.entries(value));
  });
}

function numberOf(value: number, source: string): number | bigint | HessianDouble {
  if (!Number.isFinite(value)) throw new RangeError(`${source.slice(0, 40)} is too large for a Double`);
  if (!WHOLE.test(source)) return new HessianDouble(value);
  if ((value | 0) === value) return value | 0;
  // Text first: BigInt of thousands of digits takes long.
  const long = source.length <= 20 ? BigInt(source) : null;
  if (long === null || BigInt.asIntN(LONG_BITS, long) !== long)
    throw new RangeError(`${source.slice(0, 40)} is too large for a Long`);
  return long;
}
