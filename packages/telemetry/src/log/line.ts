import { plainFields } from './fields.ts';
import { LOG_LEVELS, type LogLevel } from './levels.ts';

export type LogFormat = 'text' | 'json';

/** Everything that a line says. `connectionId` and `traceId` among the fields become the line's context. */
export interface LogRecord {
  readonly wallMs: number;
  readonly level: LogLevel;
  readonly component: string;
  readonly message: string;
  readonly fields: object;
}

const TAGS: Readonly<Record<LogLevel, string>> = Object.fromEntries(
  LOG_LEVELS.map((level) => [level, `[${level}]`]),
) as Record<LogLevel, string>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/g;
const BARE = /^[\w.:/@+%,*<>[\]…-]+$/;

/** `yyyy-MM-dd HH:mm:ss,SSS [LEVEL] [connection,trace] [component] message key=value …`; the context only within requests. */
export function formatTextLine(record: LogRecord): string {
  const { connectionId, traceId, ...rest } = plainFields(record.fields);
  let line = `${formatLogTime(record.wallMs)} ${TAGS[record.level]} `;
  if (connectionId !== undefined || traceId !== undefined)
    line += `[${oneLine(String(connectionId ?? ''))},${oneLine(String(traceId ?? ''))}] `;
  if (record.component !== '') line += `[${record.component}] `;
  line += oneLine(record.message);
  for (const [key, value] of Object.entries(rest)) line += ` ${oneLine(key)}=${textValue(value)}`;
  return line;
}

/** The same as one JSON object: `ts, level, conn, trace, module, msg`, then the fields. */
export function formatJsonLine(record: LogRecord): string {
  const { connectionId, traceId, ...rest } = plainFields(record.fields);
  const line: Record<string, unknown> = {
    ts: new Date(record.wallMs).toISOString(),
    level: record.level,
    ...(connectionId === undefined ? {} : { conn: connectionId }),
    ...(traceId === undefined ? {} : { trace: traceId }),
    ...(record.component === '' ? {} : { module: record.component }),
    msg: record.message,
  };
  for (const [key, value] of Object.entries(rest)) if (!(key in line)) line[key] = value;
  return JSON.stringify(line);
}

let cachedSecond = Number.NaN;
let cachedText = '';

/** `yyyy-MM-dd HH:mm:ss,SSS` in local time. */
export function formatLogTime(wallMs: number): string {
  const second = Math.floor(wallMs / 1000);
  if (second !== cachedSecond) {
    const date = new Date(second * 1000);
    cachedText = `${formatDay(date)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},`;
    cachedSecond = second;
  }
  return cachedText + String(Math.floor(wallMs - second * 1000)).padStart(3, '0');
}

/** `yyyy-MM-dd` in local time. */
export function formatDay(date: Date): string {
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return BARE.test(value) ? value : oneLine(JSON.stringify(value));
  return typeof value === 'object' ? oneLine(JSON.stringify(value)) : String(value);
}

/** Nothing that a caller or a file says may begin a line of its own. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    const code = character.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
