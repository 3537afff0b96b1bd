/** Rules of every type over the HTTP interface: made, previewed, played, switched on, and taken by what proxies have. */
import { type RuleInput, type RuleSegment, ruleCalls } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/wire';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openMeshClient } from './mesh-client.ts';

const SERVICE = 'details.bookinfo:9080@Http1';

interface Case {
  readonly type: RuleType;
  readonly segment: RuleSegment;
  readonly body: object;
  readonly preview: string;
  /** What is refused, and where. */
  readonly wrong: object;
  readonly place: string;
}

/** As a proxy answers. */
const remembered = (stands: number) => ({
  nowMs: stands * 10,
  atMs: Date.now(),
  protocol: 'Http1',
  isHttp: true,
  host: 'details.bookinfo:9080',
  service: '',
  method: '',
  httpMethod: 'GET',
  path: '/details/0',
  localPort: 8080,
  timeoutMs: 0,
  serviceId: SERVICE,
  sourceApp: 'front',
  sourceIp: '10.0.0.9',
  targetApp: 'demo',
  targetIp: '10.0.0.1',
  headers: ['x-weft-source-app', 'front'],
  stands,
  verdict: 'pass',
  durationMs: 3,
  failed: false,
});

const CASES: readonly Case[] = [
  {
    type: 'FUSE',
    segment: 'fuse',
    body: { spec: { threshold: 50 } },
    preview: 'opens when 50 % of at least 20 calls in 10 s fail; refuses for 10 s, then sends 2 probes',
    wrong: { spec: { threshold: 150 } },
    place: 'spec.threshold',
  },
  {
    type: 'FAULT_INJECT',
    segment: 'fault-inject',
    body: { spec: { ruleType: 'DELAY', fixedDelay: 500, faultPercent: 80 } },
    preview: '80 % of the matching requests wait 500 ms',
    wrong: { spec: { ruleType: 'DELAY' } },
    place: 'spec.fixedDelay',
  },
  {
    type: 'AUTH',
    segment: 'auth',
    body: { spec: { type: 'BLACKLIST' } },
    preview: 'callers that match may not call',
    wrong: { direction: 'CLIENT' },
    place: 'direction',
  },
  {
    type: 'DOWNGRADE',
    segment: 'downgrade',
    body: { direction: 'CLIENT', spec: { message: 'off' } },
    preview: 'callers get an error at once, nothing is sent',
    wrong: { direction: 'CLIENT', services: ['*'], spec: { action: 'MOCK' } },
    place: 'services',
  },
  {
    type: 'ROUTE',
    segment: 'route',
    body: { spec: { destinations: [{ weight: 90, labels: { version: 'v1' } }, { weight: 10 }] } },
    preview: 'matching requests: 90 % to version=v1; 10 % to any instance',
    wrong: { spec: { destinations: [{ weight: 60 }, { weight: 30 }] } },
    place: 'spec.destinations',
  },
  {
    type: 'HIJACK',
    segment: 'hijack',
    body: { spec: { port: 8080, maxRequests: 100 } },
    preview: '100/s, burst 100 per instance, 0/s over 0 instances',
    wrong: { spec: { port: 8080, maxRequests: 2_147_483_648 } },
    place: 'spec.maxRequests',
  },
  {
    type: 'MIRROR',
    segment: 'mirror',
    body: { spec: { percent: 10, targetAddresses: ['10.0.0.7:8080'], amplification: 3 } },
    preview: '10 % of the matching requests are copied 3 times to 10.0.0.7:8080',
    wrong: { spec: { targetAddresses: ['shop:8080'] } },
    place: 'spec.targetAddresses',
  },
  {
    type: 'ISOLATE',
    segment: 'isolate',
    body: { spec: { leastExceptionRate: 20, exceptionRateMultiple: 2 } },
    preview:
      'an instance of which 40 % of 10 or more calls fail in 10 s is left out for 900 s, at most 1 of a service at one time',
    wrong: { spec: { leastExceptionRate: 20, timeWindow: 1 } },
    place: 'spec.timeWindow',
  },
  {
    type: 'ISOLATE',
    segment: 'isolate',
    body: { direction: 'SERVER', spec: { leastExceptionRate: 20, recoverTime: 60_000, maxIpCount: 2 } },
    preview:
      'an instance of which 20 % of 10 or more calls fail in 10 s is left out by all callers for 60 s, at most 2 of the app at one time, and never the last',
    wrong: { direction: 'BOTH', spec: { leastExceptionRate: 20 } },
    place: 'direction',
  },
];

describe.each(CASES)('$type', ({ type, segment, body, preview, wrong, place }) => {
  let plane: TestPlane;
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
  });
  afterAll(() => plane.stop());
  const whole = (more: object) => ({ name: 'first_rule', app: 'demo', services: [SERVICE], ...more }) as never;

  test('is one of the types of the control plane', async () => {
    expect(plane.admin.client.ms).toHaveProperty('listRuleTypes');
    const { items } = await plane.admin.client.ms.listRuleTypes();
    expect(items).toContainEqual(expect.objectContaining({ type }));
  });

  test('is made, previewed and switched on, and its document is what proxies take', async () => {
    const calls = ruleCalls(plane.admin.client.ms, segment);
    const previewed = (await calls.preview({ body: whole(body) })) as unknown as { text: string };
    expect(previewed.text).toBe(preview);
    const created = (await calls.create({ body: whole(body) })) as unknown as { ruleDbId: number; enabled: boolean };
    expect(created.enabled).toBe(false);
    await calls.enable({ params: { id: created.ruleDbId } });
    const stored = plane.plane.context.drm.get({
      instanceId: '000001',
      dataId: ruleDataId(type, type === 'ROUTE' ? SERVICE : 'demo'),
    });
    const kind = ruleKinds.find((item) => item.type === type);
    const text = JSON.stringify(stored);
    expect(text).toContain('first_rule');
    expect(kind?.documentProblems((stored as unknown as { value: string }).value)).toEqual([]);
  });

  test('is tried on requests that a proxy remembers', async () => {
    const { accessKeyId: accessKey = '', secret = '' } = plane.plane.seeded ?? {};
    const asked: string[] = [];
    const proxy = openMeshClient({
      address: plane.plane.grpcAddress ?? '',
      credentials: { accessKey, secret },
      id: `remembers-${segment}`,
      app: 'demo',
      answer: ({ id, path }) => {
        asked.push(path);
        // Two pages of one thread.
        const second = path.includes('after=1');
        const page = { on: true, threads: 1, next: second ? null : 1, records: [remembered(second ? 3 : 1)] };
        return { id, status: 200, contentType: 'application/json', body: Buffer.from(JSON.stringify(page)) };
      },
    });
    proxy.report();
    const { ms } = plane.admin.client;
    await vi.waitFor(
      async () => expect((await ms.listSidecars({ query: { app: 'demo' } })).items).toHaveLength(1),
      20_000,
    );
    const tried = await ms.backtestRule({ body: { rule: { ...(whole(body) as RuleInput), type } as RuleInput } });
    expect(tried).toMatchObject({ requests: 4, sampled: 2, matched: 4, exact: false, silent: [] });
    // At the caller the proxy is that of the caller.
    const caller = asked[0]?.includes('CLIENT') ? 'demo' : 'front';
    expect(tried.rows).toMatchObject([{ caller, service: SERVICE, method: 'GET /details/0', requests: 4 }]);
    expect(asked).toHaveLength(2);
    await proxy.close();
  });

  test('is refused with the place of what is wrong', async () => {
    const calls = ruleCalls(plane.admin.client.ms, segment);
    await expect(calls.create({ body: whole({ ...body, ...wrong }) })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(place.replace('.', '/')) as string,
    });
  });
});

test('a rule that would have ended within the time of a trial is said to be tried all of it', async () => {
  const plane = await startTestPlane({ ruleKinds });
  onTestFinished(() => plane.stop());
  const fault = { name: 'drill', app: 'demo', type: 'FAULT_INJECT', services: [SERVICE] };
  const saidOf = async (ttlSeconds: number) => {
    const rule = { ...fault, spec: { ruleType: 'ABORT', code: 503, ttlSeconds } } as unknown as RuleInput;
    const { warningMessages } = await plane.admin.client.ms.backtestRule({ body: { rule, minutes: 5 } });
    return warningMessages.filter(({ id }) => id === 'backtest.without-end');
  };
  expect(await saidOf(60)).toEqual([{ id: 'backtest.without-end', params: { seconds: 60 } }]);
  expect(await saidOf(300)).toEqual([]);
  expect(await saidOf(0)).toEqual([]);
});
