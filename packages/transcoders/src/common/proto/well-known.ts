import { TranscodeError } from '@weft/sdk';

/** Times and durations as the JSON mapping of proto3 writes them. */

const MAX_SECONDS = 315_576_000_000n;
const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;
const NANOS = 1_000_000_000;

export interface SecondsAndNanos {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** `1972-01-01T10:00:20.021Z`; fractions have 0, 3, 6 or 9 digits. */
export function timestampText({ seconds, nanos }: SecondsAndNanos): string {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos >= NANOS)
    throw new TranscodeError('a Timestamp out of range');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  return `${whole}${fraction(nanos)}Z`;
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/i;

/** Null where the text is no time. */
export function parseTimestamp(text: string): SecondsAndNanos | null {
  const found = TIMESTAMP.exec(text);
  if (found === null) return null;
  const [, whole = '', digits = '', zone = ''] = found;
  const epochMs = Date.parse(whole + zone.toUpperCase());
  // The 30th of February is a date to JavaScript.
  if (Number.isNaN(epochMs) || new Date(`${whole}Z`).toISOString().slice(0, whole.length) !== whole.toUpperCase())
    return null;
  const seconds = BigInt(epochMs / 1000);
  return seconds < FIRST_SECOND || seconds > LAST_SECOND ? null : { seconds, nanos: Number(digits.padEnd(9, '0')) };
}

/** `1.5s` */
export function durationText({ seconds, nanos }: SecondsAndNanos): string {
  const opposed = (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0);
  if (seconds < -MAX_SECONDS || seconds > MAX_SECONDS || Math.abs(nanos) >= NANOS || opposed)
    throw new TranscodeError('a Duration out of range');
  const negative = seconds < 0n || nanos < 0;
  return `${negative ? '-' : ''}${seconds < 0n ? -seconds : seconds}${fraction(Math.abs(nanos))}s`;
}

const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** Null where the text is no duration. */
export function parseDuration(text: string): SecondsAndNanos | null {
  const found = DURATION.exec(text);
  if (found === null) return null;
  const [, sign, whole = '', digits = ''] = found;
  const seconds = BigInt(whole);
  if (seconds > MAX_SECONDS) return null;
  const nanos = Number(digits.padEnd(9, '0'));
  return sign === '' ? { seconds, nanos } : { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos };
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}

/** `given_name` as `givenName`. */
export function camelCase(path: string): string {
  return path.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `givenName` as `given_name`. */
export function snakeCase(path: string): string {
  return path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
