import { HessianObject, TypedList } from '@weft/hessian';

/**
 * Objects of the JDK that the two libraries of Hessian write as objects of their own kind, and what they mean. Classes of
 * `java.time` go through handles, whose package differs: `com.alibaba.com.caucho.hessian.io.java8.InstantHandle` in that of
 * Dubbo, without `com.alibaba.` in that of SOFA.
 */
export type Dialect = 'dubbo' | 'sofa';

const HANDLE = /\.hessian\.io\.java8\.(\w+)Handle$/;
const LOCALE_HANDLE = /\.hessian\.io\.LocaleHandle$/;
const PACKAGES: Readonly<Record<Dialect, string>> = {
  dubbo: 'com.alibaba.com.caucho.hessian.io.',
  sofa: 'com.caucho.hessian.io.',
};

const LIBRARY = /^com\.(?:alibaba\.com\.)?caucho\.hessian\.io\./;

/** The name that the library of `dialect` gives a class of Hessian's own; every other name stays. */
export function classIn(dialect: Dialect, className: string): string {
  return className.replace(LIBRARY, PACKAGES[dialect]);
}

/** A number that is no `number`: digits of a BigDecimal or BigInteger. */
export interface JavaNumber {
  readonly kind: 'number';
  readonly digits: string;
}

export interface JavaInstant {
  readonly kind: 'instant';
  readonly epochMs: number;
  /** Nanoseconds within the second, where the class has them. */
  readonly nanos: number;
}

/** What is a text in JSON: UUID, Locale, LocalDate … */
export interface JavaText {
  readonly kind: 'text';
  readonly text: string;
}

/** The meaning of an object of the JDK; null for every other. */
export function readJavaObject(object: HessianObject): JavaNumber | JavaInstant | JavaText | null {
  const { className, fields } = object;
  if (!className.startsWith('java.')) {
    const handle = HANDLE.exec(className)?.[1];
    if (handle !== undefined) return readHandle(handle, fields);
    return LOCALE_HANDLE.test(className) ? textOf(fields.get('value')) : null;
  }
  const value = fields.get('value');
  switch (className) {
    case 'java.math.BigDecimal':
      return typeof value === 'string' ? { kind: 'number', digits: value } : null;
    case 'java.math.BigInteger':
      return readBigInteger(fields);
    case 'java.sql.Timestamp':
    case 'java.sql.Date':
    case 'java.sql.Time':
      return value instanceof Date ? instant(value.getTime()) : null;
    case 'java.util.UUID':
      return textOf(value) ?? readUuid(fields);
    case 'java.io.File':
      return textOf(value);
    case 'java.lang.Class':
      return textOf(fields.get('name'));
    default:
      return null;
  }
}

export function bigDecimal(digits: string): HessianObject {
  return new HessianObject('java.math.BigDecimal', [['value', digits]]);
}

/** Java computes the fields that it caches when they are 0. */
export function bigInteger(value: bigint): HessianObject {
  const words: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n) words.unshift(Number(BigInt.asIntN(32, rest)));
  return new HessianObject('java.math.BigInteger', [
    ['signum', value > 0n ? 1 : value < 0n ? -1 : 0],
    ['mag', new TypedList('[int', words)],
  ]);
}

/** `type` is one of `java.sql`. */
export function sqlDate(type: string, epochMs: number): HessianObject {
  return new HessianObject(type, [['value', new Date(epochMs)]]);
}

export function uuid(dialect: Dialect, text: string): HessianObject {
  if (dialect === 'dubbo') return new HessianObject('java.util.UUID', [['value', text]]);
  const digits = text.replaceAll('-', '');
  const half = (from: number): bigint => BigInt.asIntN(64, BigInt(`0x${digits.slice(from, from + 16)}`));
  return new HessianObject('java.util.UUID', [
    ['mostSigBits', half(0)],
    ['leastSigBits', half(16)],
  ]);
}

export function javaInstant(dialect: Dialect, epochMs: number): HessianObject {
  const seconds = Math.floor(epochMs / 1000);
  return new HessianObject(`${PACKAGES[dialect]}java8.InstantHandle`, [
    ['seconds', BigInt(seconds)],
    ['nanos', (epochMs - seconds * 1000) * 1_000_000],
  ]);
}

const DATE = /^(-?\d{4,9})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

/** LocalDate, LocalTime or LocalDateTime of its ISO 8601 text; null when it is none. */
export function localTime(dialect: Dialect, type: string, text: string): HessianObject | null {
  const name = type.slice('java.time.'.length);
  const handle = (fields: Iterable<readonly [string, unknown]>): HessianObject =>
    new HessianObject(`${PACKAGES[dialect]}java8.${name}Handle`, fields);
  if (name === 'LocalDate') {
    const found = DATE.exec(text);
    if (found === null) return null;
    const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
    if (month < 1 || month > 12 || day < 1 || day > 31) return null;
    return handle([
      ['year', year],
      ['month', month],
      ['day', day],
    ]);
  }
  if (name === 'LocalTime') {
    const found = TIME.exec(text);
    if (found === null) return null;
    const [hour, minute, second] = found.slice(1, 4).map((part) => Number(part ?? 0)) as [number, number, number];
    if (hour > 23 || minute > 59 || second > 59) return null;
    return handle([
      ['hour', hour],
      ['minute', minute],
      ['second', second],
      ['nano', Number((found[4] ?? '').padEnd(9, '0'))],
    ]);
  }
  const [day = '', hours = ''] = text.split('T');
  const date = localTime(dialect, 'java.time.LocalDate', day);
  const time = localTime(dialect, 'java.time.LocalTime', hours);
  if (date === null || time === null) return null;
  return handle([
    ['date', date],
    ['time', time],
  ]);
}

function readHandle(name: string, fields: ReadonlyMap<string, unknown>): JavaInstant | JavaText | null {
  const part = (field: string): string => {
    const value = fields.get(field);
    const inner = value instanceof HessianObject ? readJavaObject(value) : null;
    return inner?.kind === 'text' ? inner.text : '';
  };
  switch (name) {
    case 'Instant': {
      const nanos = number(fields.get('nanos'));
      return { kind: 'instant', epochMs: number(fields.get('seconds')) * 1000 + Math.floor(nanos / 1_000_000), nanos };
    }
    case 'LocalDate':
      return text(`${year(fields.get('year'))}-${two(fields.get('month'))}-${two(fields.get('day'))}`);
    case 'LocalTime': {
      const nanos = number(fields.get('nano'));
      const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0')}`.replace(/0+$/, '');
      return text(`${two(fields.get('hour'))}:${two(fields.get('minute'))}:${two(fields.get('second'))}${fraction}`);
    }
    case 'LocalDateTime':
      return text(`${part('date')}T${part('time')}`);
    case 'ZoneOffset':
      return text(offset(number(fields.get('seconds'))));
    case 'OffsetDateTime':
      return text(`${part('dateTime')}${part('offset')}`);
    case 'ZonedDateTime': {
      const zoneId = fields.get('zoneId');
      return text(`${part('dateTime')}${part('offset')}${typeof zoneId === 'string' ? `[${zoneId}]` : ''}`);
    }
    default:
      return null;
  }
}

function readBigInteger(fields: ReadonlyMap<string, unknown>): JavaNumber | null {
  const words = fields.get('mag');
  const signum = fields.get('signum');
  if (!(words instanceof TypedList) || typeof signum !== 'number' || words.items.length > 128) return null;
  let value = 0n;
  for (const word of words.items) {
    if (typeof word !== 'number') return null;
    value = (value << 32n) | BigInt(word >>> 0);
  }
  return { kind: 'number', digits: String(signum < 0 ? -value : value) };
}

/** SOFA writes the two halves, Dubbo the text. */
function readUuid(fields: ReadonlyMap<string, unknown>): JavaText | null {
  const halves = [fields.get('mostSigBits'), fields.get('leastSigBits')];
  if (!halves.every((half) => typeof half === 'bigint')) return null;
  const digits = (halves as bigint[]).map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('');
  return text(digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

function instant(epochMs: number): JavaInstant {
  return { kind: 'instant', epochMs, nanos: 0 };
}

function text(value: string): JavaText {
  return { kind: 'text', text: value };
}

function textOf(value: unknown): JavaText | null {
  return typeof value === 'string' ? text(value) : null;
}

function number(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}

function two(value: unknown): string {
  return String(number(value)).padStart(2, '0');
}

function year(value: unknown): string {
  const years = number(value);
  return years < 0 ? `-${String(-years).padStart(4, '0')}` : String(years).padStart(4, '0');
}

function offset(seconds: number): string {
  if (seconds === 0) return 'Z';
  const minutes = Math.abs(seconds) / 60;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`;
}
