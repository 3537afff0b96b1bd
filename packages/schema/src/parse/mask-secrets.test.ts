import { expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';
import { parseConfig } from './parse-config.ts';

const secret = { type: 'string', 'x-weft-secret': true };
const schema = {
  type: 'object',
  properties: {
    password: secret,
    users: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, token: secret } } },
    tokens: { type: 'object', additionalProperties: secret },
    either: { anyOf: [{ type: 'integer' }, { type: 'object', properties: { key: secret } }] },
  },
};

test('secrets are masked at every depth, and nothing else', () => {
  const document = {
    password: 'one',
    users: [{ name: 'a', token: 'two' }, { name: 'b' }],
    tokens: { x: 'three', y: '' },
    either: { key: 'four' },
  };
  const masked = maskSecrets(parseConfig(document, schema).value, schema);
  expect(masked).toEqual({
    password: '***',
    users: [{ name: 'a', token: '***' }, { name: 'b' }],
    tokens: { x: '***', y: '' },
    either: { key: '***' },
  });
});

test('a document that was not parsed is masked whatever the case of its keys', () => {
  expect(maskSecrets({ PASSWORD: 'x' }, schema)).toEqual({ PASSWORD: '***' });
});

test('what has no secret is not copied', () => {
  const value = { users: [{ name: 'a' }] };
  expect(maskSecrets(value, schema)).toBe(value);
});

test('no message shows a secret', () => {
  for (const password of [5, ['hunter2'], { hunter2: 1 }, true]) {
    expect(() => parseConfig({ password }, schema)).toThrow(/^password: not a text \(found \*\*\*, expected a text\)$/);
  }
});
