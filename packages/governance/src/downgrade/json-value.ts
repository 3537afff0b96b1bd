const MAX_DEPTH = 50;
const WHOLE = /^-?\d+$/;
/** Digits of the largest whole number of 64 bits, with its sign. */
const MAX_WHOLE_LENGTH = 20;

/** Why no answer can be made of this text where values say their types; '' when one can. */
export function jsonValueProblem(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON data';
  }
  if (isDeeper(value, MAX_DEPTH)) return 'nested too deeply';
  let tooLarge = '';
  JSON.parse(text, (_name: string, item: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof item === 'number' && !fits(item, context?.source ?? String(item)))
      tooLarge = (context?.source ?? String(item)).slice(0, 40);
    return item;
  });
  return tooLarge === '' ? '' : `the number ${tooLarge} fits neither 64 bits nor a double`;
}

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((item) => isDeeper(item, left - 1));
}

function fits(value: number, source: string): boolean {
  if (!WHOLE.test(source)) return Number.isFinite(value);
  return source.length <= MAX_WHOLE_LENGTH && BigInt.asIntN(64, BigInt(source)) === BigInt(source);
}
