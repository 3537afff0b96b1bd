import { PlainRequestHead, type RuleTrace } from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { Redaction } from './redaction.ts';

const redaction = new Redaction(['X-Card', 'tenant_pin']);

const headers = (pairs: readonly (readonly [string, string])[], from = redaction): [string, string][] => {
  const kept = from.headersOf(new PlainRequestHead('Http1', 'http', {}, pairs));
  return Array.from({ length: kept.length / 2 }, (_, at) => [kept[2 * at] as string, kept[2 * at + 1] as string]);
};

describe('a header is kept', () => {
  test.each([
    ['authorization', 'Bearer 1', '***'],
    ['cookie', 'a=b', '***'],
    ['x-card', '4111', '***'],
    ['jsid', 'abc', '***'],
    ['JSESSIONID', 'abc', '***'],
    ['user', 'vip', 'vip'],
    ['x-note', 'Bearer abcdef.123456', 'Bearer ***'],
    ['x-next', 'https://u:p@host/a', 'https://***@host/a'],
    ['x-note', 'negotiate YIIJvwYGKw7BBQUCoIIJ', 'negotiate ***'],
    ['x-note', 'hvs.CAESIJlnQKq1ab2cd3', '***'],
  ])('%s: %s as %s', (name, value, kept) => {
    expect(headers([[name, value]])).toEqual([[name, kept]]);
  });

  test('up to a length, and only so many of them', () => {
    const many = Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'v'.repeat(1000)] as const);
    const kept = headers(many);
    expect(kept).toHaveLength(64);
    for (const [, value] of kept) expect(value).toBe('v'.repeat(256));
  });

  test('with the same answer for a name that comes again, however many names there are', () => {
    for (let i = 0; i < 2500; i++) expect(redaction.isSecret(`x-${i}-token`)).toBe(true);
    expect([redaction.isSecret('x-1-token'), redaction.isSecret('x-1')]).toEqual([true, false]);
  });
});

describe('of pairs inside a header', () => {
  test.each([
    ['baggage', 'user=vip,token=abc;p=1,tenant_pin=7', 'user=vip,token=***;p=1,tenant_pin=***'],
    ['rpc_trace_context', 'sofaRpcId=0.1&session_id=9&a=1', 'sofaRpcId=0.1&session_id=***&a=1'],
    ['sofaPenAttrs', 'password=x&a=b', 'password=***&a=b'],
    ['baggage', 'who=Bearer abcdef.123456,a=b', 'who=Bearer ***,a=b'],
  ])('%s: %s is kept as %s', (name, value, kept) => {
    expect(headers([[name, value]])).toEqual([[name, kept]]);
  });
});

test('what conditions saw is kept by the name that they asked for', () => {
  const trace = (condition: string, actual: string): RuleTrace => ({
    type: 'LIMIT',
    ruleDbId: 1,
    name: 'rule',
    resource: 'r',
    mode: 'CONTROL',
    conditions: [{ condition, actual, matched: true }],
    matched: true,
    verdict: 'pass',
    detail: '',
  });
  const kept = redaction.tracesOf([
    trace('HEADER authorization EQUAL [x]', 'x'),
    trace('HEADER authorization EQUAL [x]', ''),
    trace('HEADER user EQUAL [vip]', 'vip'),
    trace('BAGGAGE token EQUAL [x]', 'x'),
    trace('SYSTEM http.path EQUAL [/token]', '/token'),
    trace('HEADER note EQUAL [x]', 'Bearer abcdef.123456'),
  ]);
  expect(kept.map(({ conditions }) => conditions[0]?.actual)).toEqual([
    '***',
    '',
    'vip',
    '***',
    '/token',
    'Bearer ***',
  ]);
});
