import type { ApiClient } from '@weft/api';
import { expect, test } from 'vitest';
import { rangeOf, topApps, topology } from './figures.ts';

const figures = { rps: 2, errorRatio: 0, p50Ms: 1, p99Ms: 2, rejected: 0, marks: [] };
const shop = { id: 'shop', name: 'shop', kind: 'app', instances: 1, ...figures };
const edge = { source: 'shop', target: 'shop', protocol: 'bolt', service: 's:1.0@DEFAULT', ...figures };

/** @param coveredFrom what proxies told before is not there */
const clientOf = (coveredFrom: (start: string) => string, nodes: readonly object[] = [shop]): ApiClient => {
  const getTopology = async ({ query }: { query: { start: string } }) => ({
    nodes,
    edges: nodes.length === 0 ? [] : [edge],
    dataAgeMs: 0,
    coveredFrom: coveredFrom(query.start),
  });
  return { ms: { getTopology } } as unknown as ApiClient;
};
const whole = (start: string): string => start;

test.each([
  ['topo', topology],
  ['top apps', topApps],
] as const)('weft %s says of which time its figures are', async (_name, command) => {
  const lastLine = async (minutes: string, client: ApiClient): Promise<string | undefined> =>
    (await command(client, rangeOf(minutes))).text.split('\n').at(-1);
  expect(await lastLine('5', clientOf(whole))).toBe('figures of the last 5 minutes');
  expect(await lastLine('1', clientOf(whole))).toBe('figures of the last minute');
  expect(await lastLine('5', clientOf(whole, []))).toBe('nobody has called anybody in the last 5 minutes');
  // A mesh that is younger than what was asked for.
  const young = '2999-01-01T00:00:00.000Z';
  expect(
    await lastLine(
      '60',
      clientOf(() => young),
    ),
  ).toBe(`figures of the last 60 minutes; there are none from before ${young}`);
});
