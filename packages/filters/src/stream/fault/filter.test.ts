import { createRandom } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { PlainRequestHead, type StreamFilter, Verdict } from '@weft/sdk';
import { TestStreamContext } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';
import { createFault } from './filter.ts';
import { type FaultConfig, fault } from './index.ts';

const parse = (config: unknown) => parseConfig<FaultConfig>(config, fault.schema).value;
const create = (config: unknown) => createFault(parse(config), createRandom(5))() as StreamFilter;
const run = (config: unknown, context = new TestStreamContext()) => create(config).afterRoute?.(context);

const ABORT = { abort: { status: 418, percentage: 100 } };
const DELAY = { delay: { fixed_delay: '1.5s', percentage: 100 } };

it('does nothing without a fault to inject', () => {
  const context = new TestStreamContext();
  expect(run({}, context)).toBe(Verdict.CONTINUE);
  expect(run({ abort: { status: 500 }, delay: { percentage: 100 } }, context)).toBe(Verdict.CONTINUE);
  expect(context).toMatchObject({ replies: [], flags: [], delayMs: 0 });
});

it('answers in place of the host', () => {
  const context = new TestStreamContext();
  expect(run(ABORT, context)).toBe(Verdict.REPLIED);
  expect(context.replies).toEqual([{ status: 418, code: 'filter' }]);
  expect(context.flags).toEqual(['FaultInjected']);
});

it('holds the request, then lets it go', () => {
  const context = new TestStreamContext();
  expect(run(DELAY, context)).toBe(Verdict.PAUSE);
  expect(context).toMatchObject({ delayMs: 1500, resumed: [], flags: ['DelayInjected'] });
  context.passTime();
  expect(context).toMatchObject({ resumed: [Verdict.CONTINUE], replies: [] });
});

it('answers after the delay', () => {
  const context = new TestStreamContext();
  expect(run({ ...DELAY, ...ABORT }, context)).toBe(Verdict.PAUSE);
  expect(context.replies).toEqual([]);
  context.passTime();
  expect(context.resumed).toEqual([Verdict.REPLIED]);
  expect(context.replies).toEqual([{ status: 418, code: 'filter' }]);
  expect(context.flags).toEqual(['DelayInjected', 'FaultInjected']);
});

it('forgets the delay of a stream that ends meanwhile', () => {
  const context = new TestStreamContext();
  const filter = create({ ...DELAY, ...ABORT });
  filter.afterRoute?.(context);
  context.complete(filter);
  context.passTime();
  expect(context).toMatchObject({ replies: [], resumed: [] });
});

it('keeps to its shares', () => {
  const filter = create({ abort: { status: 500, percentage: 25 } });
  const runs = 20_000;
  let aborted = 0;
  for (let i = 0; i < runs; i++) if (filter.afterRoute?.(new TestStreamContext()) === Verdict.REPLIED) aborted++;
  // Five standard deviations.
  expect(Math.abs(aborted - runs / 4)).toBeLessThan(5 * Math.sqrt(runs * 0.25 * 0.75));
});

it('is for one cluster only when told so', () => {
  const context = new TestStreamContext();
  context.clusterName = 'a';
  expect(run({ ...ABORT, upstream_cluster: 'a' }, context)).toBe(Verdict.REPLIED);
  expect(run({ ...ABORT, upstream_cluster: 'b' }, context)).toBe(Verdict.CONTINUE);
});

describe('headers', () => {
  const http = new PlainRequestHead('Http1', 'http', { method: 'GET' }, [['x-user', 'tester-7']]);
  const bolt = new PlainRequestHead('bolt', 'bolt', { method: 'pay', service: 'Wallet' }, [['X-User', 'tester-7']]);
  it.each([
    [http, [{ name: 'X-User', value: 'tester-7' }], true],
    [http, [{ name: 'x-user', value: 'tester' }], false],
    [http, [{ name: 'x-user', value: '^tester', regex: true }], true],
    [
      http,
      [
        { name: 'x-user', value: '.*', regex: true },
        { name: 'x-none', value: '.*', regex: true },
      ],
      false,
    ],
    [http, [{ name: 'method', value: 'GET' }], true],
    [bolt, [{ name: 'X-User', value: 'tester-7' }], true],
    [bolt, [{ name: 'x-user', value: 'tester-7' }], false],
    [
      bolt,
      [
        { name: 'service', value: 'Wallet' },
        { name: 'method', value: 'pay' },
      ],
      true,
    ],
  ])('of %# all have to match', (request, headers, matches) => {
    expect(run({ ...ABORT, headers }, new TestStreamContext(request))).toBe(
      matches ? Verdict.REPLIED : Verdict.CONTINUE,
    );
  });

  it('with an expression that cannot be read are refused', () => {
    const problems = [expect.objectContaining({ path: 'headers[0].value', value: '"("' })];
    expect(() => create({ headers: [{ name: 'a', value: '(', regex: true }] })).toThrow(
      expect.objectContaining({ problems }),
    );
  });

  it.each(['^(?!a)', '(?<=a)b', '(a)\\1'])('with %s, which could take exponential time, are refused', (value) => {
    const problems = [
      expect.objectContaining({ path: 'headers[0].value', message: expect.stringContaining('linear time') }),
    ];
    expect(() => create({ headers: [{ name: 'a', value, regex: true }] })).toThrow(
      expect.objectContaining({ problems }),
    );
  });
});

it('lets the configuration of a route take its place as a whole', () => {
  const filter = create(DELAY);
  const routeConfig = parse(ABORT);
  for (let i = 0; i < 2; i++) {
    const context = new TestStreamContext();
    context.routeConfigs.set('fault', routeConfig);
    expect(filter.afterRoute?.(context)).toBe(Verdict.REPLIED);
  }
  expect(filter.afterRoute?.(new TestStreamContext())).toBe(Verdict.PAUSE);
});
