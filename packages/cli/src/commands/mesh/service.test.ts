import { type ApiClient, ApiError } from '@weft/api';
import { expect, test } from 'vitest';
import { showService } from './service.ts';

const SERVICE = 's@Http1';
const provider = (address: string) => ({
  address,
  app: 'reviews',
  appVersion: 'v1',
  weight: 100,
  publishedWeight: 100,
  state: 'Enabled',
  stateBy: '',
  zone: '',
  rps: 0,
});
const out = {
  proxyId: 'p1',
  app: 'page',
  name: 'bad',
  host: '10.0.0.2:80',
  service: SERVICE,
  direction: 'CLIENT',
  mode: 'CONTROL',
  state: 'ISOLATED',
};

/** What is shown of the service with a rule of isolation, and how often proxies were asked what they leave out. */
async function shown(enabled: boolean, mayRead = true, answer: () => object = () => ({ items: [out], silent: [] })) {
  let asked = 0;
  const ms = {
    getService: async () => ({
      serviceId: SERVICE,
      type: 'HTTP',
      app: 'reviews',
      ruleCount: 1,
      consumerCount: 3,
      protectThreshold: { percent: 50, active: false, reason: '' },
    }),
    listProviders: async () => ({ items: ['10.0.0.1:80', '10.0.0.2:80'].map(provider), total: 2 }),
    listConsumers: async () => ({ items: [], total: 0 }),
    listServiceRules: async () => {
      if (!mayRead) throw new ApiError(403, 'FORBIDDEN', 'no');
      return { items: [{ type: 'ISOLATE', enabled }], total: 1 };
    },
    listIsolated: async () => {
      asked += 1;
      return answer();
    },
  };
  const { text, json } = await showService({ ms } as unknown as ApiClient, SERVICE);
  const rows = text.split('\n').filter((line) => line.startsWith('10.0.0.'));
  return { rows, asked, json, text };
}

test('an instance that callers leave out is shown as that, and the others are not', async () => {
  const { rows, json } = await shown(true);
  expect(rows).toHaveLength(2);
  expect(rows[0]).not.toContain('left out');
  expect(rows[1]).toContain('  Enabled, left out by 1 of 3 callers (rule page/bad)  ');
  expect((json as { providers: object[] }).providers).toEqual([
    provider('10.0.0.1:80'),
    { ...provider('10.0.0.2:80'), leftOut: { callers: 1, rules: ['page/bad'] } },
  ]);
});

test('proxies are not asked where no rule of isolation is on', async () => {
  const { rows, asked } = await shown(false);
  expect(asked).toBe(0);
  expect(rows.join('\n')).not.toContain('left out');
});

test('a service is shown to who may not read rules', async () => {
  const { rows } = await shown(true, false);
  expect(rows).toHaveLength(2);
});

test('proxies that do not answer are told, and cost nothing else', async () => {
  const some = await shown(true, true, () => ({ items: [out], silent: [{ proxyId: 'p2' }] }));
  expect(some.rows[1]).toContain('left out by 1 of 3 callers');
  expect(some.text).toContain('! 1 proxy did not answer: which instances it leaves out is not known');
  const none = await shown(true, true, () => {
    throw new Error('timeout');
  });
  expect(none.rows).toHaveLength(2);
  expect(none.text).toContain('! the proxies did not answer: which instances they leave out is not known');
});
