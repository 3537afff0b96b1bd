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

interface RuleEntry extends Keyed {
  readonly program: { readonly ruleDbId: number };
}

/** Entries that a call of gRPC asks: their services. */
function askedOf(entries: readonly RuleEntry[], service = 'a.B'): string[] {
  const buckets: Bucket<RuleEntry>[] = [];
  const index = runSteps(KeyIndex.build(entries));
  const count = index.collect(describedRequest({ protocol: 'grpc', service, method: 'Say' }), buckets);
  return buckets
    .slice(0, count)
    .flatMap(({ plain }) => plain.map((entry) => `${entry.service} ${entry.program.ruleDbId}`));
}

test('a rule that names a service both as gRPC and as Triple is asked once', () => {
  const of = (service: string, ruleDbId: number, value = ''): RuleEntry => ({
    service,
    method: 'Say',
    conditions:
      value === ''
        ? []
        : [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [value] } as Keyed['conditions'][0]],
    program: { ruleDbId },
  });
  const both = [of('a.B@tri', 1), of('a.B@grpc', 1), of('a.B@tri', 2)];
  expect(askedOf(both)).toEqual(['a.B@grpc 1', 'a.B@tri 2']);
  expect(askedOf([of('a.B@tri', 1), of('a.B@grpc', 1)])).toEqual(['a.B@grpc 1']);
  expect(askedOf([of('a.B@grpc', 1), of('a.B@tri', 1)], 'a.B@tri')).toEqual(['a.B@tri 1']);
  // Another rule, other conditions, and rules that no id tells apart.
  expect(askedOf([of('a.B@grpc', 1), of('a.B@tri', 1, 'ann')])).toEqual(['a.B@grpc 1', 'a.B@tri 1']);
  expect(askedOf([of('a.B@grpc', 0), of('a.B@tri', 0)])).toEqual(['a.B@grpc 0', 'a.B@tri 0']);
});
