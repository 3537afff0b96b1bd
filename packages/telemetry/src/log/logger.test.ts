import { ConfigError, MeshError } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import { expect, test } from 'vitest';
import { parseLogDestination } from './destination.ts';
import { parseLogLevel } from './levels.ts';
import { formatLogTime } from './line.ts';
import { createLogger, type LoggerOptions } from './logger.ts';
import { parseRoller } from './roller.ts';

const WALL = new Date(2021, 1, 5, 13, 46, 44, 64).getTime();

function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const clock = createFakeClock(WALL);
  const log = createLogger({ write: (line) => lines.push(line), component: 'proxy', clock, ...options });
  return { lines, log, clock };
}

test('the text layout', () => {
  const { lines, log } = logged();
  log.child('proxy.cluster').warn({ host: '10.0.0.1:80', tries: 3, why: 'two words' }, 'host is unhealthy');
  log.info({ connectionId: 12, traceId: 'abc' }, 'matched');
  expect(lines).toEqual([
    '2021-02-05 13:46:44,064 [WARN] [proxy.cluster] host is unhealthy host=10.0.0.1:80 tries=3 why="two words"',
    '2021-02-05 13:46:44,064 [INFO] [12,abc] [proxy] matched',
  ]);
  for (const line of lines)
    expect(line).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3} \[(FATAL|ERROR|WARN|INFO|DEBUG|TRACE)\] /);
});

test('json has the same facts', () => {
  const { lines, log } = logged({ format: 'json' });
  log.error({ err: new MeshError('overflow'), connectionId: 1, msg: 'not me' }, 'failed\n');
  expect(JSON.parse(lines[0]!)).toEqual({
    ts: new Date(WALL).toISOString(),
    level: 'ERROR',
    conn: 1,
    module: 'proxy',
    msg: 'failed\n',
    err: { message: 'a limit of the cluster was reached', code: 'overflow' },
  });
});

test('secrets are masked by key, at any depth', () => {
  const { lines, log } = logged();
  log.info(
    {
      password: 'hunter2',
      tls: { private_key: 'hunter2', list: [{ accessToken: 'hunter2' }] },
      Authorization: 'hunter2',
    },
    'config',
  );
  log.error({ err: new MeshError('internal', 'x', { detail: { secret: 'hunter2' } }) }, 'failed');
  expect(lines.join()).not.toContain('hunter2');
  expect(lines[0]).toContain('password=*** tls={"private_key":"***"');
});

test('no field and no message makes a second line', () => {
  const { lines, log } = logged();
  log.info({ 'a\nb': 'c\r\n2021 [FATAL]', err: new Error('x\ny'), sep: '\u2028' }, 'first\nsecond');
  expect(lines[0]).not.toMatch(/[\r\n\u2028]/);
});

test('odd values do not break a line', () => {
  const { lines, log } = logged();
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  log.info(
    {
      loop,
      nan: Number.NaN,
      big: 1n,
      bytes: new Uint8Array(3),
      none: undefined,
      nil: null,
      f: () => 1,
      many: Array(100).fill(0),
    },
    'm',
  );
  expect(lines[0]).toContain('nan=NaN big=1 bytes="[3 bytes]"');
  expect(lines[0]).toContain('… 36 more');
});

test('levels change at run time, for children too', () => {
  const { lines, log } = logged({ level: 'WARN' });
  const child = log.child('c');
  child.info({}, 'no');
  expect(child.debugEnabled).toBe(false);
  log.setLevel('TRACE');
  expect(child.debugEnabled).toBe(true);
  child.trace({}, 'yes');
  log.setLevel('FATAL');
  child.error({}, 'no');
  child.fatal({}, 'last');
  log.setEnabled(false);
  child.fatal({}, 'no');
  expect(lines.map((line) => line.split('] ').at(-1))).toEqual(['yes', 'last']);
  expect(parseLogLevel('warning')).toBe('WARN');
  expect(parseLogLevel('loud')).toBeUndefined();
});

test('repeats above the limit are summarised once per second and still counted', () => {
  let counted = 0;
  const { lines, log, clock } = logged({ repeatLimit: 3, onLine: () => counted++ });
  for (let i = 0; i < 10; i++) log.warn({ i }, 'again');
  log.warn({}, 'something else');
  expect(lines).toHaveLength(4);
  clock.advance(1000);
  expect(lines).toHaveLength(5);
  expect(lines[4]).toMatch(/again … repeated 7 times$/);
  log.warn({}, 'again');
  expect(lines).toHaveLength(6);
  expect(counted).toBe(12);
  for (let i = 0; i < 5; i++) log.warn({}, 'again');
  log.flush();
  expect(lines.at(-1)).toMatch(/repeated 3 times$/);
  expect(clock.pending).toBe(0);
});

test('log time always has three digits of milliseconds', () => {
  expect(formatLogTime(WALL)).toBe('2021-02-05 13:46:44,064');
});

test('rollers', () => {
  expect(parseRoller('size=100 age=7 keep=10 compress=on')).toEqual({
    mode: 'size',
    maxBytes: 104_857_600,
    maxAgeMs: 604_800_000,
    keep: 10,
    compress: true,
  });
  expect(parseRoller('keep=3')).toMatchObject({ mode: 'size', maxBytes: 1_048_576_000, keep: 3, compress: false });
  expect(parseRoller('time=1')).toEqual({ mode: 'time', hours: 1 });
  expect(parseRoller('')).toEqual({ mode: 'time', hours: 24 });
});

test.each([
  ['size=1 time=24', /not by both/],
  ['time=25', /found "time=25", expected a whole number of hours, 1 to 24/],
  ['size=big', /whole number of MiB/],
  ['size=1 size=2', /repeated part/],
  ['compress=yes', /expected on or off/],
  ['every day', /unknown part.*found "every"/],
])('refuses the roller %j', (text, message) => {
  expect(() => parseRoller(text, 'servers[0].global_log_roller')).toThrow(ConfigError);
  expect(() => parseRoller(text, 'servers[0].global_log_roller')).toThrow(message);
  expect(() => parseRoller(text, 'servers[0].global_log_roller')).toThrow(/servers\[0\]\.global_log_roller/);
});

test('destinations', () => {
  for (const text of ['', 'stderr', '/dev/stderr']) expect(parseLogDestination(text)).toEqual({ kind: 'stderr' });
  for (const text of ['stdout', '/dev/stdout']) expect(parseLogDestination(text)).toEqual({ kind: 'stdout' });
  expect(parseLogDestination('./a.log')).toEqual({ kind: 'file', path: './a.log' });
  for (const text of ['syslog', 'syslog:local', 'udp://host:514'])
    expect(() => parseLogDestination(text)).toThrow(/not supported/);
});
