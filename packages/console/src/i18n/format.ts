/** Numbers and times as people read them; units stay on the line of their number. A missing value is an en dash everywhere. */
export interface Format {
  readonly integer: (value: number) => string;
  /** At most `digits` after the point (1 when not given); small values keep one significant digit. */
  readonly decimal: (value: number, digits?: number) => string;
  /** "50 %", in Chinese "50%". */
  readonly percent: (value: number) => string;
  readonly milliseconds: (value: number | null) => string;
  readonly bytes: (value: number | null) => string;
  /** Date and time to the second. */
  readonly time: (instant: string | null) => string;
  /** Time of day to the second. */
  readonly clock: (instant: string | null) => string;
  /** How long ago, such as "5 s ago". */
  readonly ago: (instant: string | null, now: number) => string;
  /** Time of day to the minute. */
  readonly minute: (instant: string | null) => string;
  /** Day and time to the minute, for what is of several days. */
  readonly dayMinute: (instant: string | null) => string;
  /** A span in whole seconds, at least one, such as "1 min 5 s"; in Chinese in words, for it stands within sentences. */
  readonly span: (milliseconds: number | null) => string;
}

const NOTHING = '–';
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `timeZone`: an IANA name; that of the browser when not given. UTC stands behind dates with their time. */
export function createFormat(tag: string, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  const integers = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 });
  const decimals = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat(tag, { maximumFractionDigits: digits }));
  const significant = new Intl.NumberFormat(tag, { maximumSignificantDigits: 1 });
  const times = new Intl.DateTimeFormat(tag, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
    ...(timeZone === undefined ? {} : { timeZoneName: 'short' as const }),
  });
  const clocks = new Intl.DateTimeFormat(tag, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const minutes = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
  const days = new Intl.DateTimeFormat(tag, {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'always', style: 'narrow' });
  const chinese = tag.startsWith('zh');
  const decimal = (value: number, digits = 1): string => {
    const rounded = Number(value.toFixed(digits));
    return rounded === 0 && value !== 0 ? significant.format(value) : decimals[digits]!.format(value);
  };
  const instantOf = (instant: string | null): number => (instant === null ? Number.NaN : Date.parse(instant));
  return {
    integer: (value) => integers.format(value),
    decimal,
    percent: (value) => `${decimal(value, value !== 0 && value < 1 ? 2 : 1)}${chinese ? '' : '\u00a0'}%`,
    milliseconds: (value) => {
      if (value === null) return NOTHING;
      return value >= 10_000 ? `${decimal(value / 1000)}\u00a0s` : `${decimal(value, value < 10 ? 1 : 0)}\u00a0ms`;
    },
    bytes: (value) => {
      if (value === null) return NOTHING;
      let unit = 0;
      let size = value;
      while (size >= 1024 && unit < BYTE_UNITS.length - 1) {
        size /= 1024;
        unit += 1;
      }
      return `${decimal(size)}\u00a0${BYTE_UNITS[unit]}`;
    },
    time: (instant) => (Number.isNaN(instantOf(instant)) ? NOTHING : times.format(instantOf(instant))),
    clock: (instant) => (Number.isNaN(instantOf(instant)) ? NOTHING : clocks.format(instantOf(instant))),
    dayMinute: (instant) => (Number.isNaN(instantOf(instant)) ? NOTHING : days.format(instantOf(instant))),
    minute: (instant) => (Number.isNaN(instantOf(instant)) ? NOTHING : minutes.format(instantOf(instant))),
    ago: (instant, now) => {
      const at = instantOf(instant);
      if (Number.isNaN(at)) return NOTHING;
      const seconds = Math.max(0, Math.round((now - at) / 1000));
      if (seconds < 120) return relative.format(-seconds, 'second');
      if (seconds < 7200) return relative.format(-Math.round(seconds / 60), 'minute');
      if (seconds < 172_800) return relative.format(-Math.round(seconds / 3600), 'hour');
      return relative.format(-Math.round(seconds / 86_400), 'day');
    },
    span: (milliseconds) => {
      if (milliseconds === null) return NOTHING;
      const seconds = Math.max(1, Math.round(milliseconds / 1000));
      const minutesWhole = Math.floor(seconds / 60);
      const rest = seconds % 60;
      if (chinese) {
        if (minutesWhole === 0) return `${rest}\u00a0秒`;
        return rest === 0 ? `${minutesWhole}\u00a0分钟` : `${minutesWhole}\u00a0分\u00a0${rest}\u00a0秒`;
      }
      if (minutesWhole === 0) return `${rest}\u00a0s`;
      return `${minutesWhole}\u00a0min${rest === 0 ? '' : ` ${rest}\u00a0s`}`;
    },
  };
}
