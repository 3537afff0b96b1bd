/** Fractions as Go prints them: 0 is nothing, 120 of a thousand is `.12`. */
const FRACTION = Array.from({ length: 1000 }, (_, n) =>
  n === 0 ? '' : `.${String(n).padStart(3, '0')}`.replace(/0+$/, ''),
);
const THREE_DIGITS = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
const TAIL_DIGITS = THREE_DIGITS.map((digits) => digits.replace(/0+$/, ''));

const NS_PER_US = 1000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;
const NS_PER_MINUTE = 60 * NS_PER_S;
const NS_PER_HOUR = 60 * NS_PER_MINUTE;

/** A duration of whole nanoseconds (|ns| < 2⁵³; a fraction is dropped) exactly as Go prints it: `0s`, `2.543µs`, `1.5s`, `1h0m2s`. */
export function formatGoDuration(ns: number): string {
  ns = Math.trunc(ns);
  if (ns < 0) return `-${formatGoDuration(-ns)}`;
  if (ns < NS_PER_S) {
    if (ns >= NS_PER_MS) {
      const ms = (ns / NS_PER_MS) | 0;
      return `${ms}${sixDigits(ns - ms * NS_PER_MS)}ms`;
    }
    if (ns >= NS_PER_US) {
      const us = (ns / NS_PER_US) | 0;
      return `${us}${FRACTION[ns - us * NS_PER_US]!}µs`;
    }
    return ns > 0 ? `${ns}ns` : '0s';
  }
  if (Number.isNaN(ns)) return '0s';
  const hours = Math.floor(ns / NS_PER_HOUR);
  const minutes = Math.floor((ns % NS_PER_HOUR) / NS_PER_MINUTE);
  const rest = ns % NS_PER_MINUTE;
  const seconds = Math.floor(rest / NS_PER_S);
  const secondsText = `${seconds}${nineDigits(rest - seconds * NS_PER_S)}s`;
  if (hours > 0) return `${hours}h${minutes}m${secondsText}`;
  return minutes > 0 ? `${minutes}m${secondsText}` : secondsText;
}

/** The same for a difference of two clock readings in milliseconds, rounded to the nanosecond. */
export function formatGoDurationMs(ms: number): string {
  return formatGoDuration(Math.round(ms * NS_PER_MS));
}

function sixDigits(rest: number): string {
  const high = (rest / 1000) | 0;
  const low = rest - high * 1000;
  return low === 0 ? FRACTION[high]! : `.${THREE_DIGITS[high]!}${TAIL_DIGITS[low]!}`;
}

function nineDigits(rest: number): string {
  const high = (rest / 1_000_000) | 0;
  const low = rest - high * 1_000_000;
  if (low === 0) return FRACTION[high]!;
  const middle = (low / 1000) | 0;
  const tail = low - middle * 1000;
  if (tail === 0) return `.${THREE_DIGITS[high]!}${TAIL_DIGITS[middle]!}`;
  return `.${THREE_DIGITS[high]!}${THREE_DIGITS[middle]!}${TAIL_DIGITS[tail]!}`;
}

let cachedSecond = Number.NaN;
let cachedText = '';

/** `2006/01/02 15:04:05.000` in local time for milliseconds since the epoch. The part up to the second is kept for a second. */
export function formatStartTime(wallMs: number): string {
  const second = Math.floor(wallMs / 1000);
  if (second !== cachedSecond) {
    cachedText = dateText(second * 1000);
    cachedSecond = second;
  }
  const millis = Math.floor(wallMs - second * 1000);
  return cachedText + (THREE_DIGITS[millis] ?? '000');
}

function dateText(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
  const day = `${String(date.getFullYear()).padStart(4, '0')}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.`;
}
