/** Every cause for which a rule does nothing, as the command says it: the cause first, in words, with what to do. */

import { ruleCalls } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import type { AdminAnswer, AdminQuery } from '@weft/distribution';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { commandsFor } from '../governance/command.ts';
import { type MeshClient, type MeshClientOptions, openMeshClient } from './mesh-client.ts';

const ECHO = 'echo.demo:80@Http1';
const ROUTED = 'routed.demo:80@Http1';
let plane: TestPlane;
let run: ReturnType<typeof commandsFor>;
let back: MeshClient;
let picky: MeshClient;
let front: MeshClient;

/** What a proxy says when it is asked for what it has seen of a rule. */
let seen: { readonly on: boolean; readonly rule: object } = { on: false, rule: {} };
const nothing = { requests: 0, considered: 0, matched: 0, verdicts: {}, skipped: {}, failed: {}, unread: [] };
const calls = (service: string, protocol: string, count: number) => ({
  direction: 'SERVER',
  protocol,
  service,
  reason: 'kryo is not read',
  count,
});
const answer = ({ id }: AdminQuery): AdminAnswer => ({
  id,
  status: 200,
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify({ ...seen, rule: { ...nothing, ...seen.rule } })),
});

const join = (app: string, more: Partial<MeshClientOptions> = {}): MeshClient => {
  const { accessKeyId: accessKey = '', secret = '' } = plane.plane.seeded ?? {};
  const client = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey, secret },
    id: `${app}-1`,
    app,
    answer,
    ...more,
  });
  client.report();
  return client;
};
const edge = (direction: 'inbound' | 'outbound', protocol: string) => ({
  direction,
  sourceApp: direction === 'inbound' ? 'front' : 'back',
  targetApp: direction === 'inbound' ? 'back' : 'other',
  service: ECHO,
  method: '',
  protocol,
  requests: 10,
  errors: 0,
  rejected: 0,
  durationMsSum: 10,
  histogram: [10],
});

beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  run = commandsFor(plane, secret);
  back = join('back');
  back.publish(ECHO, 8080);
  picky = join('picky', {
    judge: ({ updated }) => updated.map(({ name }) => ({ name, reason: '$.flowControlRules[0]: no' })),
  });
  const types = ['DOWNGRADE', 'FAULT_INJECT', 'ISOLATE', 'MIRROR'] as const;
  front = join('front', { dataIds: [...types.map((type) => ruleDataId(type, 'front')), ruleDataId('ROUTE', ROUTED)] });
  front.report([edge('outbound', 'Http1')]);
  const gone = join('gone');
  await vi.waitFor(
    async () => expect((await plane.admin.client.ms.listSidecars({ query: {} })).items).toHaveLength(4),
    { timeout: 20_000 },
  );
  await gone.close();
});
afterAll(async () => {
  await back.close();
  await picky.close();
  await front.close();
  await plane.stop();
});

const specs = {
  limit: { threshold: 1 },
  fuse: { threshold: 50 },
  downgrade: {},
  auth: {},
  'fault-inject': { ruleType: 'ABORT', code: 503 },
  route: { destinations: [{ weight: 100, labels: { version: 'v1' } }] },
  isolate: { leastExceptionRate: 50, recoverTime: 60_000 },
  mirror: { targetAddresses: ['127.0.0.1:9999'] },
};
let count = 0;
async function why(change: object, type: keyof typeof specs = 'limit') {
  const name = `rule${++count}`;
  const body = { name, app: 'back', services: [ECHO], enabled: true, spec: specs[type], ...change };
  await ruleCalls(plane.admin.client.ms, type).create({ body });
  const { code, said } = await run('why', '--rule', name, '--type', type);
  return { code, said };
}

it.each<[string, object, keyof typeof specs, RegExp]>([
  ['switched off', { enabled: false }, 'limit', /✗ the rule is off\n +→ weft rule enable \d+ switches it on/],
  [
    'an app that is nearly one',
    { app: 'bcak' },
    'limit',
    /✗ no proxy of an app bcak is known here\n +→ is back meant\?/,
  ],
  [
    'an app that is none',
    { app: 'warehouse' },
    'limit',
    /✗ no proxy of an app warehouse is known here\n +→ compare the name with --app/,
  ],
  ['an app whose proxies are away', { app: 'gone' }, 'limit', /✗ no proxy of app gone is connected\n +→ start it/],
  [
    'a service that is nearly one',
    { services: ['ecco.demo:80@Http1'] },
    'limit',
    /✗ nobody provides or calls ecco\.demo:80@Http1\n +→ is echo\.demo:80@Http1 meant\?/,
  ],
  [
    'the direction of the other side',
    { direction: 'CLIENT' },
    'limit',
    /✗ app back provides echo\.demo:80@Http1 and does not call it: the direction of the rule must be SERVER/,
  ],
  [
    'an app of the other side, for a type that acts at the caller alone',
    { direction: 'CLIENT' },
    'downgrade',
    /✗ app back provides echo\.demo:80@Http1 and does not call it: rules of this type act at the caller/,
  ],
  [
    'an app of the other side, for a type that acts at the provider alone',
    { app: 'front' },
    'auth',
    /✗ app front calls echo\.demo:80@Http1 and does not provide it: rules of this type act at the provider/,
  ],
  [
    'an app that has nothing to do with the service',
    { app: 'picky' },
    'auth',
    /✗ app picky neither calls nor provides echo\.demo:80@Http1: .*\n +→ weft service show echo\.demo:80@Http1/,
  ],
  [
    'a document that nobody subscribes to',
    {},
    'fuse',
    /✗ no proxy subscribes to sofa\.config:name=.*apps\.back\.fuseRule,.*\n +→ weft why with the name/,
  ],
  [
    'a document that a proxy refuses',
    { app: 'picky' },
    'limit',
    /✗ picky refuses version \d+: \$\.flowControlRules\[0\]: no\n +→ correct the rule/,
  ],
  [
    'a service that nobody calls through a proxy',
    { direction: 'CLIENT', spec: { destinations: [{ weight: 100 }] } },
    'route',
    /✗ .*echo\.demo:80@Http1.*\n +→ callers that find the service through their proxy get the rule/,
  ],
  [
    'labels that no instance has',
    { direction: 'CLIENT' },
    'route',
    /✗ no instance of echo\.demo:80@Http1 has version=v1\n +→ weft service show/,
  ],
])('%s', async (_cause, change, type, text) => {
  seen = { on: false, rule: {} };
  const { code, said } = await why(change, type);
  expect(said).toMatch(text);
  expect(code).toBe(1);
});

it('a rule for Triple is for an app that has the service as one of gRPC, and for no other', async () => {
  const provider = join('grprov');
  provider.publish('demo.v1.Echo@grpc', 8081);
  await vi.waitFor(
    async () => expect((await plane.admin.client.ms.listSidecars({ query: { app: 'grprov' } })).items).toHaveLength(1),
    { timeout: 20_000 },
  );
  const services = ['demo.v1.Echo@tri'];
  await vi.waitFor(
    async () => expect((await why({ app: 'grprov', services })).said).not.toMatch(/nobody provides|neither calls/),
    { timeout: 20_000 },
  );
  expect((await why({ app: 'picky', services })).said).toMatch(
    /✗ app picky neither calls nor provides demo\.v1\.Echo@tri/,
  );
  await provider.close();
});

it.each<[string, { on: boolean; rule: object }, number, RegExp]>([
  ['nobody remembers', { on: false, rule: {} }, 0, /! the proxies remember no requests.*\n +→ governance\.record/],
  ['none came', { on: true, rule: {} }, 0, /! no request came since the rule was changed/],
  [
    'others came',
    { on: true, rule: { requests: 3 } },
    0,
    /! none of 3 requests since the rule was changed is for its services/,
  ],
  [
    'conditions do not hold',
    {
      on: true,
      rule: {
        requests: 2,
        considered: 2,
        failed: { 'HEADER user EQUAL [bob]': { actual: 'ann', count: 2 } },
      },
    },
    1,
    /✗ for 2 of 2 requests of its services "Header user is bob" does not hold: one had ann/,
  ],
  [
    'calls cannot be read, nor their service',
    { on: true, rule: { requests: 2, unread: [calls('', 'Http1', 2)] } },
    1,
    /✗ 2 calls over Http1 could not be read \(kryo is not read\): whether they were of echo\.demo:80@Http1 is not known.*\n +→ have the callers send/,
  ],
  [
    'calls cannot be read of a protocol that the service is not published with',
    { on: true, rule: { requests: 2, unread: [calls('', 'dubbo', 2)] } },
    0,
    /! none of 2 requests since the rule was changed is for its services/,
  ],
  [
    'some calls cannot be read, and it acts',
    {
      on: true,
      rule: { requests: 3, considered: 2, matched: 2, verdicts: { reject: 2 }, unread: [calls('', 'Http1', 1)] },
    },
    0,
    /! 1 call over Http1 could not be read \(kryo is not read\)/,
  ],
  [
    'another rule comes first',
    { on: true, rule: { requests: 2, considered: 2, skipped: { 'not asked: auth 7 refused before it': 2 } } },
    1,
    /✗ for 2 of 2 requests of its services the rule did nothing: auth 7 refused before it/,
  ],
  [
    'it acts',
    { on: true, rule: { requests: 2, considered: 2, matched: 1, verdicts: { pass: 1, reject: 1 } } },
    0,
    /✓ .*2 requests/,
  ],
])('with the right names: %s', async (_cause, answered, code, text) => {
  seen = answered;
  const { code: exit, said } = await why({});
  expect(said).toMatch(text);
  expect([exit, said.includes('✗')]).toEqual([code, code === 1]);
});

it('calls of its service whose method cannot be read', async () => {
  seen = { on: true, rule: { requests: 2, unread: [calls(ECHO, 'Http1', 2)] } };
  expect((await why({ methods: ['GET /a'] })).said).toMatch(
    /✗ 2 calls of echo\.demo:80@Http1 had no method that the proxy can read \(kryo is not read\): a rule on GET \/a never/,
  );
});

it('what watches would have refused, and refused nothing', async () => {
  seen = { on: true, rule: { requests: 2, considered: 2, matched: 2, verdicts: { pass: 1, would_reject: 1 } } };
  const { said } = await why({ mode: 'OBSERVE' });
  expect(said).toMatch(
    /of the 2 requests of its services that proxies remember \(what rules refused, and a sample of the others\) every condition held for 2; it would have refused 1 and delayed 0/,
  );
  expect(said).not.toMatch(/it refused/);
});

it('what a rule does not have is said with its name', async () => {
  seen = { on: false, rule: {} };
  await why({});
  const name = `rule${count}`;
  const words: [RegExp, ...string[]][] = [
    [/rule\d+ has no rollout under way$/m, 'rollout', 'abort', name],
    [/rule\d+ has no draft$/m, 'draft', 'show', name],
    [/rule\d+ has no version 99: it has version 1 alone$/m, 'rollback', name, '--to', '99'],
    [/--output: there is no folder \/nowhere;/, 'export', name, '-o', '/nowhere/rules.json'],
    [/--output: \/: it is a folder, expected a file$/m, 'export', name, '-o', '/'],
  ];
  for (const [text, ...command] of words) {
    const { code, said } = await run('rule', ...command);
    expect(said).toMatch(text);
    expect(code).toBe(1);
  }
});

it('what is answered in place of a service is not called refused', async () => {
  seen = { on: true, rule: { requests: 3, considered: 2, matched: 2, verdicts: { reject: 2 } } };
  const front = { app: 'front', direction: 'CLIENT' };
  const made = await why({ ...front, spec: { action: 'MOCK', body: '{}' } }, 'downgrade');
  expect(made.said).toMatch(/every condition held for 2; it answered 2 in place of the service/);
  const error = await why({ ...front, spec: { action: 'REJECT' } }, 'downgrade');
  expect(error.said).toMatch(/every condition held for 2; it refused 2 and delayed 0/);
});

it('what is failed on purpose is not called refused', async () => {
  const caller = { app: 'front', direction: 'CLIENT' };
  seen = { on: true, rule: { requests: 3, considered: 2, matched: 2, verdicts: { reject: 2 } } };
  const failed = await why(caller, 'fault-inject');
  expect(failed.said).toMatch(/every condition held for 2; it failed 2 on purpose and delayed 0/);
  seen = { on: true, rule: { requests: 3, considered: 2, matched: 2, verdicts: { would_reject: 2 } } };
  const watched = await why({ ...caller, mode: 'OBSERVE' }, 'fault-inject');
  expect(watched.said).toMatch(/every condition held for 2; it would have failed 2 on purpose and delayed 0/);
});

it.each([
  ['route', { services: [ROUTED], spec: { destinations: [{ weight: 100 }] } }, 'it chooses the instances of those'],
  ['mirror', {}, 'it copies those, or the share of them that it asks for'],
  ['isolate', {}, 'it judges instances by those'],
] as const)('what a rule of type %s does is not told in refusals', async (type, change, does) => {
  const caller = { app: 'front', direction: 'CLIENT', ...change };
  seen = { on: true, rule: { requests: 3, considered: 2, matched: 2, verdicts: { pass: 2 } } };
  const { code, said } = await why(caller, type);
  expect(said).toMatch(new RegExp(`✓ .*every condition held for 2; ${does}$`, 'm'));
  expect(code).toBe(0);
  if (type !== 'isolate') return;
  expect((await why({ ...caller, mode: 'OBSERVE' }, type)).said).toMatch(/held for 2; it only watches those$/m);
});

it('bytes in which no protocol was found', async () => {
  seen = { on: true, rule: {} };
  back.report([edge('inbound', 'tcp')]);
  await vi.waitFor(
    async () => expect((await why({})).said).toMatch(/✗ back passes bytes on in which it finds no protocol/),
    {
      timeout: 20_000,
    },
  );
});

it('pushing that is frozen', async () => {
  const { drm } = plane.admin.client;
  await drm.freezeWorkspace({ body: { reason: 'inventory', until: new Date(Date.now() + 600_000).toISOString() } });
  const { said } = await why({ mode: 'OBSERVE' }).finally(() => drm.thawWorkspace());
  expect(said).toMatch(/✗ pushing is frozen by admin/);
  expect(said).toMatch(/! the rule is in OBSERVE/);
});

it('a proxy that does not say what it has seen, and then says nothing at all', async () => {
  const mute = join('mute', {
    answer: ({ id }) => ({ id, status: 500, contentType: 'text/plain', body: Buffer.from('busy') }),
  });
  mute.publish('mute.demo:80@Http1', 8082);
  const body = { name: 'of-mute', app: 'mute', services: ['mute.demo:80@Http1'], enabled: true, spec: specs.limit };
  await ruleCalls(plane.admin.client.ms, 'limit').create({ body });
  const said = async (): Promise<string> => (await run('why', '--rule', 'of-mute')).said;
  await vi.waitFor(
    async () => {
      mute.report();
      const text = await said();
      expect(text).toMatch(/! mute did not say what it has seen of the rule: it answers 500: busy\n +→ weft why/);
      expect(text).not.toMatch(/remember no requests|nothing was heard/);
    },
    { timeout: 20_000 },
  );
  await vi.waitFor(
    async () =>
      expect(await said()).toMatch(
        /! mute is connected, and nothing was heard of it for \d+ s: .*\n +→ its main thread hangs/,
      ),
    { timeout: 40_000, interval: 500 },
  );
  expect(await said()).not.toMatch(/weft rule push|did not say/);
  expect((await run('why', 'mute')).said).toMatch(/✗ connected, and nothing was heard of it for \d+ s/);
  mute.report();
  await vi.waitFor(async () => expect(await said()).not.toMatch(/nothing was heard/), { timeout: 20_000 });
  await mute.close();
}, 90_000);
