import { runSteps } from '@weft/sdk';
import { expect, test } from 'vitest';
import { describedRequest } from './described-request.ts';
import { type Bucket, type Keyed, KeyIndex } from './key-index.ts';
import { isAsked } from './sides.ts';

const found = (service: string, host: string): boolean => {
  const index = runSteps(KeyIndex.build<Keyed>([{ service, method: '*', conditions: [] }]));
  const buckets: Bucket<Keyed>[] = [];
  return index.collect(describedRequest({ protocol: 'Http1', host, path: '/', method: 'GET' }), buckets) === 1;
};

test.each([
  ['shop:80@Http1', 'shop', true],
  ['shop:80@Http1', 'Shop:80', true],
  ['shop@Http1', 'shop:80', true],
  ['shop:8080@Http1', 'shop', false],
  ['shop@Http1', 'shop:8080', false],
])('rules of %s are for the host %s: %s', (service, host, yes) => {
  expect(found(service, host)).toBe(yes);
});

test.each(['shop', 'Shop:80', 'shop:8080'])('what is explained of a host is what is found: %s', (host) => {
  const request = describedRequest({ protocol: 'Http1', host, path: '/', method: 'GET' });
  for (const service of ['shop:80@Http1', 'shop@Http1', 'shop:8080@Http1'])
    expect([service, isAsked(service, '*', request)]).toEqual([service, found(service, host)]);
});

test('Triple on a listener of HTTP/2 is explained by the rules of its service', () => {
  const request = describedRequest({ protocol: 'grpc', service: 'a.B:1.0', method: 'Say' });
  expect(isAsked('a.B:1.0@tri', 'Say', request)).toBe(true);
  expect(isAsked('a.C:1.0@tri', 'Say', request)).toBe(false);
});
