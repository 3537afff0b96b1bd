import type { Publication } from '@weft/distribution';
import { describe, expect, it } from 'vitest';
import { addressOf, MAX_METADATA_BYTES, publicationProblem } from './check-publication.ts';

const GOOD: Publication = {
  registId: 'r1',
  dataId: 'reviews.bookinfo:9080@Http1',
  instanceId: '000001',
  group: 'DEFAULT_GROUP',
  protocol: 'Http1',
  address: '10.0.0.1',
  port: 9080,
  weight: 100,
  metadata: {},
};
const problemOf = (more: Partial<Publication>): string | null => publicationProblem({ ...GOOD, ...more }, '000001');
const keys = (count: number, value: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));

describe('a publication', () => {
  it.each([
    ['as proxies send it', {}],
    ['of IPv6', { address: '2001:db8::1' }],
    ['at the edges of its numbers', { port: 65_535, weight: 0 }],
    ['with the highest weight', { port: 1, weight: 1000 }],
    ['with as much metadata as fits', { metadata: keys(64, 'v') }],
    ['with metadata of exactly its bytes', { metadata: { k: 'v'.repeat(MAX_METADATA_BYTES - 1) } }],
  ])('%s is taken', (_what, more) => {
    expect(problemOf(more)).toBeNull();
  });

  it.each([
    ['without an id', { registId: '' }, 'regist_id has 0 characters, expected 1 to 1024'],
    ['with an endless id', { registId: 'r'.repeat(1025) }, 'regist_id has 1025 characters'],
    ['of another tenant', { instanceId: '000002' }, 'instance_id is "000002", the access key is for "000001"'],
    ['of no service', { dataId: '' }, 'expected `@` and a protocol'],
    ['whose name separates itself', { dataId: 'a#@#b@Http1' }, '#@#'],
    ['of a protocol with a space', { protocol: 'Http 1' }, 'protocol is "Http 1", expected 1 to 32'],
    ['of no protocol', { protocol: '' }, 'protocol is ""'],
    ['at a name', { address: 'reviews.local' }, 'address is "reviews.local", expected an IP address'],
    ['at an address with its port', { address: '10.0.0.1:80' }, 'expected an IP address'],
    ['at port 0', { port: 0 }, 'port is 0, expected 1 to 65535'],
    ['at a port that is none', { port: 65_536 }, 'port is 65536'],
    ['that is too heavy', { weight: 1001 }, 'weight is 1001, expected 0 to 1000'],
    ['with too many keys', { metadata: keys(65, '') }, 'metadata has 65 keys, expected at most 64'],
    ['with long metadata', { metadata: { k: 'é'.repeat(MAX_METADATA_BYTES / 2) } }, 'metadata has 8193 bytes'],
  ])('%s is refused with what was found', (_what, more, problem) => {
    expect(problemOf(more)).toContain(problem);
  });

  it('shows no more of a long value than tells what it is', () => {
    expect(problemOf({ address: 'x'.repeat(100_000) })?.length).toBeLessThan(200);
    expect(problemOf({ instanceId: 'x'.repeat(100_000) })?.length).toBeLessThan(200);
    expect(problemOf({ protocol: 'x'.repeat(100_000) })?.length).toBeLessThan(200);
  });
});

it('addresses have brackets around IPv6', () => {
  expect([addressOf({ address: '10.0.0.1', port: 80 }), addressOf({ address: '::1', port: 80 })]).toEqual([
    '10.0.0.1:80',
    '[::1]:80',
  ]);
});
