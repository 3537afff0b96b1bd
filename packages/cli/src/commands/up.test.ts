import { expect, test } from 'vitest';
import { parseHostPort } from './up.ts';

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
])('%s', (text, expected) => {
  expect(parseHostPort(text, '--listen')).toEqual(expected);
});

test.each(['8080', ':8080', 'a:65536', 'a:-1', '::1:8080', 'http://a:1', ''])(
  '%j is refused with what is expected',
  (text) => {
    expect(() => parseHostPort(text, '--listen')).toThrow(/--listen: found ".*", expected HOST:PORT/);
  },
);
