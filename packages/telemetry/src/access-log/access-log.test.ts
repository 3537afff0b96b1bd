import { ConfigError } from '@weft/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileAccessLog, compileLogFormat } from './compile-format.ts';
import { DEFAULT_ACCESS_LOG_FORMAT, parseLogFormat } from './parse-format.ts';
import { LOG_VARIABLES, NUMERIC_VARIABLES, PROXY_MADE_VARIABLES } from './variables.ts';

type Values = Readonly<Record<string, string | undefined>>;
const anyName = (name: string) => (values: Values) => values[name];
const line = (format: string, values: Values): string => compileLogFormat(parseLogFormat(format), anyName)(values);

test('text, variables and escaped percent signs', () => {
  expect(parseLogFormat('a %b% \\% %c%%d%')).toEqual([
    { text: 'a ' },
    { variable: 'b' },
    { text: ' % ' },
    { variable: 'c' },
    { variable: 'd' },
  ]);
  expect(parseLogFormat('')).toEqual([]);
  expect(parseLogFormat('\\n \\')).toEqual([{ text: '\\n \\' }]);
});

test.each([
  ['a %% b', /position 3: %% names no variable/],
  ['a %b', /position 3: this % has no partner/],
  ['%a% %', /position 5: this % has no partner/],
  ['100% of %a%', /position 4: " of " is no name/],
])('refuses %j', (format, message) => {
  expect(() => parseLogFormat(format)).toThrow(ConfigError);
  expect(() => parseLogFormat(format)).toThrow(message);
});

test('a missing or empty value is a dash', () => {
  expect(line('%a% %b% "%b%"', { b: '' })).toBe('- - "-"');
  expect(line('%start_time% %duration%', { start_time: '2006/01/02 15:04:05.000' })).toBe('2006/01/02 15:04:05.000 -');
});

test('an unknown variable is named with the nearest known one', () => {
  const known = new Set(LOG_VARIABLES);
  const resolve = (name: string) => (known.has(name) ? (values: Values) => values[name] : undefined);
  expect(() => compileLogFormat(parseLogFormat('%durration% %zzzzzzzzzz%'), resolve)).toThrow(
    /unknown variable durration .*did you mean %duration%\?[\s\S]*unknown variable zzzzzzzzzz [^?]*$/,
  );
  expect(() => compileAccessLog(undefined, resolve)).not.toThrow();
});

test('no value ends a line, closes a quote or begins a field', () => {
  expect(line('%a% "%b%"', { a: 'x y"\r\n', b: 'say "hi"\\\u2028\u0085' })).toBe(
    'x\\x20y\\x22\\x0d\\x0a "say \\x22hi\\x22\\x5c\\u2028\\x85"',
  );
  const characters = Array.from({ length: 0x120 }, (_, code) => String.fromCharCode(code));
  const hostile = fc.string({ unit: fc.constantFrom(...characters, '\u2028', '\u2029', '\ud800', '服') });
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const text = line('%a% "%b%" end', { a, b });
      expect(text).toMatch(/^[^\s"]+ "[^"\n\r]*" end$/u);
      expect(text.split('\n')).toHaveLength(1);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('the default format has seventeen fields, two of them the status', () => {
  const names = parseLogFormat(DEFAULT_ACCESS_LOG_FORMAT).flatMap((segment) =>
    'variable' in segment ? [segment.variable] : [],
  );
  expect(names).toHaveLength(17);
  expect(names.filter((name) => name === 'response_code')).toHaveLength(2);
  for (const name of names) expect(LOG_VARIABLES).toContain(name);
  expect(compileAccessLog('', anyName)({ trace_id: 't' })).toBe('- t  - - - - - - - - - - - - - - -');
});

test('json and objects give one valid JSON object per request', () => {
  const json = compileAccessLog('json', anyName);
  expect(JSON.parse(json({ response_code: '200', protocol: 'Http1', upstream_host: '"\n' }))).toMatchObject({
    response_code: 200,
    protocol: 'Http1',
    upstream_host: '"\n',
    duration: '-',
  });
  const own = compileAccessLog({ path: 'to %x-mosn-path%', bytes: '%bytes_sent%', 'a"b': 'x' }, anyName);
  expect(own({ 'x-mosn-path': '/a"\n', bytes_sent: '012' })).toBe('{"path":"to /a\\"\\n","bytes":"012","a\\"b":"x"}');
  expect(compileAccessLog({}, anyName)({})).toBe('{}');
  expect(() => compileAccessLog({ a: '%b' }, anyName, 'log_format')).toThrow(/log_format\.a/);
});

test('special sets name known variables only', () => {
  for (const name of [...PROXY_MADE_VARIABLES, ...NUMERIC_VARIABLES]) expect(LOG_VARIABLES).toContain(name);
  expect(new Set(LOG_VARIABLES).size).toBe(LOG_VARIABLES.length);
});
