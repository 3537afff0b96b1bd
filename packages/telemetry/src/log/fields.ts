import { MeshError } from '@weft/kit';

/** What a masked value looks like. */
export const MASK = '***';

const SECRET_KEY = /pass(?:word|wd|phrase)|token|secret|private[_-]?key|authorization|credential|cookie|api[_-]?key/i;
const MAX_DEPTH = 4;
const MAX_TEXT_UNITS = 4096;
const MAX_ENTRIES = 64;

/** Whether a key's value must never be printed. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** A value as plain data for a log line: secrets masked by key, errors opened, depth, length and number of entries bounded. */
export function plainValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT_UNITS ? `${value.slice(0, MAX_TEXT_UNITS)}…` : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return '[function]';
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof Error) return errorValue(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ENTRIES).map((entry) => plainValue(entry, depth + 1));
    if (value.length > MAX_ENTRIES) shown.push(`… ${value.length - MAX_ENTRIES} more`);
    return shown;
  }
  return plainFields(value, depth + 1);
}

/** The fields of a log call as plain data. */
export function plainFields(fields: object, depth = 0): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  let count = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (++count > MAX_ENTRIES) {
      plain['…'] = 'more';
      break;
    }
    plain[key] = isSecretKey(key) ? MASK : plainValue(value, depth);
  }
  return plain;
}

interface PlainError extends Record<string, unknown> {
  message: unknown;
  code?: string;
  detail?: unknown;
  cause?: unknown;
  stack?: unknown;
}

function errorValue(error: Error, depth: number): PlainError {
  const plain: PlainError = { message: plainValue(error.message) };
  const code = error instanceof MeshError ? error.code : (error as NodeJS.ErrnoException).code;
  if (code !== undefined) plain.code = code;
  if (error instanceof MeshError && error.detail !== undefined) plain.detail = plainFields(error.detail, depth + 1);
  if (error.cause !== undefined && depth < MAX_DEPTH) plain.cause = plainValue(error.cause, depth + 1);
  // An error that Weft made says what happened; the stack is for the ones that nobody expected.
  const expected = error instanceof MeshError && error.code !== 'internal';
  if (!expected && depth === 0 && error.stack !== undefined) plain.stack = plainValue(error.stack);
  return plain;
}
