import type { Endpoint } from '@weft/distribution';
import { describe, expect, it } from 'vitest';
import { conversionMetadata, conversionPlace } from './conversion-place.ts';

const HTTP = conversionMetadata(
  { protocol: 'dubbo', port: 30_800 },
  { protocol: 'Http1', port: 10_080, service: 'orders:80' },
);
const BOLT = conversionMetadata(
  { protocol: 'dubbo', port: 30_800 },
  { protocol: 'bolt', port: 12_200, service: 'com.x.Orders:1.0' },
);

const endpoint = (metadata: Readonly<Record<string, string>> = HTTP, address = '10.0.0.1'): Endpoint => ({
  address,
  port: 30_800,
  weight: 100,
  zone: '',
  dataCenter: '',
  app: 'orders',
  proxyId: address,
  enabled: true,
  metadata,
});
/** Protocol and ports that calls go to, where this proxy can convert to HTTP. */
const place = (...endpoints: readonly Endpoint[]) => {
  const { protocol, endpoints: called } = conversionPlace(endpoints, (name) => name === 'Http1');
  return [protocol, ...called.map(({ port }) => port)];
};

describe('calls are converted here', () => {
  it('when all applications speak one protocol that this proxy converts to', () => {
    expect(place(endpoint(), endpoint(HTTP, '10.0.0.2'))).toEqual(['Http1', 10_080, 10_080]);
  });

  it('under the name that they say, where all say the same', () => {
    const service = (...endpoints: readonly Endpoint[]): string => conversionPlace(endpoints, () => true).service;
    const { convertedName: _, ...nameless } = HTTP;
    const other = { ...HTTP, convertedName: 'other:80' };
    expect([
      service(endpoint(), endpoint(HTTP, '10.0.0.2')),
      service(endpoint(), endpoint(other, '10.0.0.2')),
      service(endpoint(), endpoint(nameless, '10.0.0.2')),
      service(endpoint(nameless)),
      service(endpoint({})),
    ]).toEqual(['orders:80', '', '', '', '']);
  });

  it('and everything else of an endpoint stays', () => {
    const { endpoints } = conversionPlace([endpoint()], () => true);
    expect(endpoints).toEqual([{ ...endpoint(), port: 10_080 }]);
  });
});

describe('calls are converted at the providers', () => {
  it.each<[string, readonly Endpoint[]]>([
    ['there is nobody', []],
    ['a provider speaks what it is called in', [endpoint({})]],
    ['one of them does', [endpoint(), endpoint({}, '10.0.0.2')]],
    ['this proxy cannot convert to it', [endpoint(BOLT)]],
    ['two of them speak different protocols', [endpoint(), endpoint(BOLT, '10.0.0.2')]],
    ['a provider does not say where it takes its own', [endpoint({ convertedFrom: 'Http1' })]],
    ['one of them does not', [endpoint(), endpoint({ convertedFrom: 'Http1', protocols: 'dubbo:1' }, '10.0.0.2')]],
    ...['Http1', 'Http1:', 'Http1:0', 'Http1:65536', 'Http1:1x', 'http1:10080'].map(
      (protocols): [string, Endpoint[]] => [
        `what it says is no port: ${protocols}`,
        [endpoint({ convertedFrom: 'Http1', protocols })],
      ],
    ),
  ])('when %s', (_what, endpoints) => {
    expect(place(...endpoints)).toEqual(['', ...endpoints.map(() => 30_800)]);
  });

  it('and the list is the same one', () => {
    const endpoints = [endpoint({})];
    expect(conversionPlace(endpoints, () => true).endpoints).toBe(endpoints);
  });
});
