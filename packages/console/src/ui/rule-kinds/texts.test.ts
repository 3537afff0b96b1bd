import { expect, test } from 'vitest';
import { createFormat, translator } from '../../i18n/index.ts';
import { KINDS, kindText, ruleAddress, ruleInWords } from './index.ts';

const NBSP = '\u00a0';
const words = { t: translator('en'), format: createFormat('en'), language: 'en' } as const;
const kindOf = (segment: string) => KINDS.find((kind) => kind.segment === segment);

test.each([
  ['limit', { threshold: 2 }, '2/s, burst 2'],
  ['fuse', { threshold: 50 }, `50${NBSP}% errors in 10${NBSP}s`],
  ['fuse', { threshold: 0.5, thresholdUnit: 'ratio' }, `50${NBSP}% errors in 10${NBSP}s`],
  [
    'fuse',
    { threshold: 300, triggerType: 'avgRt', triggerWindowMillis: 60_000 },
    `300${NBSP}ms on average in 1${NBSP}min`,
  ],
  ['fault-inject', { code: 503, faultPercent: 10 }, `10${NBSP}% get 503`],
  ['fault-inject', { rpcStatus: 'UNAVAILABLE' }, `100${NBSP}% get UNAVAILABLE`],
  ['fault-inject', { ruleType: 'DELAY', fixedDelay: 500, faultPercent: 5 }, `5${NBSP}% wait 500${NBSP}ms`],
  ['auth', {}, 'whitelist for a service'],
  ['auth', { type: 'BLACKLIST', granularity: 'APP' }, 'blacklist for the whole app'],
  ['auth', { type: 'BLACKLIST', granularity: 'METHOD' }, 'blacklist for methods'],
  ['downgrade', {}, 'an error'],
  ['downgrade', { action: 'REJECT', status: 503 }, 'error 503'],
  ['downgrade', { action: 'RETURN_NULL', status: 503 }, 'an empty answer'],
  ['downgrade', { action: 'MOCK' }, 'a given answer'],
  ['hijack', {}, ''],
  ['hijack', { port: 8080, maxRequests: 0 }, 'port 8080: no limit'],
  ['hijack', { port: 8080, maxRequests: 1000 }, 'port 8080: 1,000/s'],
  ['hijack', { port: 8080, maxRequests: 20, unit: 'concurrency' }, 'port 8080: 20 at a time'],
  ['mapping', {}, ''],
  ['mapping', { service: 'com.x.A' }, 'com.x.A ↔ HTTP: all methods'],
  [
    'mapping',
    { service: 'com.x.A', version: '1.0', target: 'a@springcloud', methods: { 'get(long)': {}, put: {} } },
    'com.x.A:1.0 ↔ a@springcloud: 2 methods',
  ],
  ['mirror', {}, ''],
  ['mirror', { targetCluster: 'shadow', percent: 10 }, `10${NBSP}% to shadow`],
  [
    'mirror',
    { targetAddresses: ['10.0.0.7:80', '10.0.0.8:80'], amplification: 3 },
    `100${NBSP}% to 10.0.0.7:80, 10.0.0.8:80, 3 times`,
  ],
  ['isolate', {}, ''],
  ['isolate', { leastExceptionRate: 20, exceptionRateMultiple: 2 }, `40${NBSP}% errors in 10${NBSP}s, at most 1`],
  ['isolate', { leastExceptionRate: 20, maxIpCount: 0 }, 'nobody'],
  [
    'route',
    { destinations: [{ weight: 90, labels: { version: 'v1' } }, { weight: 10 }] },
    `90${NBSP}% version=v1, 10${NBSP}% all instances`,
  ],
  [
    'route',
    { destinations: Array(4).fill({ weight: 25, labels: { a: 'b', c: 'd' } }) },
    `25${NBSP}% a=b c=d, 25${NBSP}% a=b c=d, 25${NBSP}% a=b c=d, …`,
  ],
])('a rule of type %s with %j reads %j', (segment, spec, wanted) =>
  expect(ruleInWords(kindOf(segment), spec, words)).toBe(wanted),
);

test('every type has a title in both languages, and texts around it', () => {
  for (const kind of KINDS) {
    for (const language of ['en', 'zh'] as const) {
      const of = { t: translator(language), format: createFormat(language), language };
      for (const part of ['title', 'subtitle', 'add', 'summary'] as const)
        expect(kindText(kind, part, of), `${kind.segment} ${part}`).not.toMatch(/^$|[{}]/);
    }
    expect(ruleAddress(kind.type, 7)).toBe(`/rules/${kind.segment}/7`);
  }
});

test('a type that has no words of its own is called as its schema says, and shows its first fields', () => {
  const schema = {
    title: 'Test rule',
    properties: {
      spec: {
        properties: {
          ratio: { type: 'number', title: 'Ratio', 'x-weft-unit': 'percent' },
          hidden: {
            type: 'number',
            title: 'Hidden',
            'x-weft-form': { zh: { title: '', description: '' }, advanced: true },
          },
          name: { type: 'string', title: 'Name' },
        },
      },
    },
  };
  const kind = { segment: 'test', type: 'TEST', id: 'Test', schema } as unknown as (typeof KINDS)[number];
  expect(kindText(kind, 'add', words)).toBe('Add: Test rule');
  expect(ruleInWords(kind, { ratio: 5, hidden: 1, name: '' }, words)).toBe(`Ratio 5${NBSP}%`);
});
