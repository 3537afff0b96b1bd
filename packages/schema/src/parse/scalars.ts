/** Nanoseconds in one unit of Go's `time.ParseDuration`. Both code points of the micro sign are accepted, as there. */
const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  '\u00b5s': 1e3,
  '\u03bcs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's `time.Duration` holds 2^63-1 ns, about 292 years. */
const MAX_DURATION_MS = 9_223_372_036_854;
const MAX_TEXT_LENGTH = 64;
const DURATION_PART = /(\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** Reads `"1h2m"`, `"1.5s"`, `"-3ms"`, `"0"` or the number 0 → milliseconds; undefined when it is not a duration. */
export function parseDuration(value: unknown): number | undefined {
  if (value === 0 || value === '0') return 0;
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) return undefined;
  const negative = value.startsWith('-');
  let position = negative || value.startsWith('+') ? 1 : 0;
  if (value.slice(position) === '0') return 0;
  if (position === value.length) return undefined;
  let totalNs = 0;
  while (position < value.length) {
    DURATION_PART.lastIndex = position;
    const part = DURATION_PART.exec(value);
    if (part === null) return undefined;
    totalNs += Number(part[1]) * (UNIT_NS[part[2] ?? ''] ?? 0);
    position = DURATION_PART.lastIndex;
  }
  const ms = totalNs / 1e6;
  if (ms > MAX_DURATION_MS) return undefined;
  return negative && ms !== 0 ? -ms : ms;
}

const BYTES_TEXT = /^(\d{1,16}(?:\.\d{1,6})?) ?(?:([kmgt])i?)?b?$/i;
const POWER: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** Reads `"64KiB"`, `"10MB"`, `"1.5g"`, `"512"` or a whole number → bytes (K = 1024 in every spelling); undefined when it is not a size. */
export function parseBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) return undefined;
  const match = BYTES_TEXT.exec(value);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * 1024 ** (POWER[match[2]?.toLowerCase() ?? ''] ?? 0);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes milliseconds as the shortest Go duration: 90000 → `1m30s`. For messages and documents. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1) return `${Number((ms * 1000).toFixed(3))}us`;
  if (ms < 1000) return `${Number(ms.toFixed(6))}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Number(((ms % 60_000) / 1000).toFixed(9));
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`;
}

/** Writes bytes with the largest binary unit that is exact: 65536 → `64KiB`. For messages and documents. */
export function formatBytes(bytes: number): string {
  for (const [unit, power] of [
    ['TiB', 4],
    ['GiB', 3],
    ['MiB', 2],
    ['KiB', 1],
  ] as const) {
    const size = 1024 ** power;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
