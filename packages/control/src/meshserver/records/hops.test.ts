import { expect, it } from 'vitest';
import { orderHops, type PlacedHop } from './hops.ts';

const START = Date.parse('2026-11-21T06:00:00.000Z');

function hop(
  proxyId: string,
  direction: 'SERVER' | 'CLIENT',
  service: string,
  startMs: number,
  durationMs: number,
  change: { readonly sourceApp?: string; readonly host?: string; readonly localAddress?: string } = {},
): PlacedHop {
  const { localAddress = '', sourceApp = '', host = '' } = change;
  return {
    startMs: START + startMs,
    localAddress,
    hop: {
      traceId: 't',
      proxyId,
      proxy: proxyId,
      app: proxyId,
      direction,
      protocol: 'Http1',
      service,
      method: 'GET',
      path: '/',
      sourceApp,
      sourceIp: '',
      verdict: 'pass',
      ruleDbId: null,
      refusedBy: '',
      status: 200,
      answer: '',
      durationMs,
      host,
      group: '',
      detail: '',
      rules: [],
    },
  };
}
const shape = (hops: readonly PlacedHop[]): string[] =>
  orderHops(hops).map(
    ({ proxy, direction, depth }) => `${'.'.repeat(depth)}${proxy} ${direction === 'SERVER' ? 'in' : 'out'}`,
  );

it('nests what was sent out in what came in, and what came in in the call that was sent there', () => {
  const hops = [
    hop('ratings', 'SERVER', 'ratings', 22, 5, { sourceApp: 'reviews' }),
    hop('page', 'CLIENT', 'details', 5, 3),
    hop('page', 'SERVER', 'page', 0, 50),
    hop('reviews', 'SERVER', 'reviews', 12, 30, { sourceApp: 'page' }),
    hop('page', 'CLIENT', 'reviews', 10, 35),
    hop('reviews', 'CLIENT', 'ratings', 20, 10),
    hop('details', 'SERVER', 'details', 6, 1, { sourceApp: 'page' }),
  ];
  const wanted = [
    'page in',
    '.page out',
    '..details in',
    '.page out',
    '..reviews in',
    '...reviews out',
    '....ratings in',
  ];
  expect(shape(hops)).toEqual(wanted);
  expect(shape([...hops].reverse())).toEqual(wanted);
});

it('moves a hop whose clock is another one into its call, with all that is below it', () => {
  const ordered = orderHops([
    hop('page', 'CLIENT', 'reviews', 0, 100),
    hop('reviews', 'SERVER', 'reviews', -700, 40, { sourceApp: 'page' }),
    hop('reviews', 'CLIENT', 'ratings', -690, 10),
  ]);
  expect(ordered.map(({ proxy, depth, offsetMs }) => [proxy, depth, offsetMs])).toEqual([
    ['page', 0, 0],
    ['reviews', 1, 30],
    ['reviews', 2, 40],
  ]);
});

it('tells repeats of a call apart by the address that was asked', () => {
  const ordered = orderHops([
    hop('page', 'CLIENT', 'reviews', 0, 10, { host: '10.0.0.2:80' }),
    hop('page', 'CLIENT', 'reviews', 1, 10, { host: '10.0.0.3:80' }),
    hop('reviews-3', 'SERVER', 'reviews', 1.5, 4, { localAddress: '10.0.0.3:80' }),
    hop('reviews-2', 'SERVER', 'reviews', 2, 4, { localAddress: '10.0.0.2:80' }),
  ]);
  expect(ordered.map(({ proxy, host }) => host || proxy)).toEqual([
    '10.0.0.2:80',
    'reviews-2',
    '10.0.0.3:80',
    'reviews-3',
  ]);
});

it('leaves what belongs to nothing at the top, and knows no hops of no trace', () => {
  expect(orderHops([])).toEqual([]);
  expect(shape([hop('a', 'SERVER', 'x', 0, 1), hop('b', 'SERVER', 'y', 5, 1, { sourceApp: 'nobody' })])).toEqual([
    'a in',
    'b in',
  ]);
});
