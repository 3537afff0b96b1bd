/** What people are told of calls over protocols other than HTTP, by the commands and through a whole mesh. */
import type { FaultRuleBody } from '@weft/schema/wire';
import { expect, it } from 'vitest';
import { proxyListener } from '../../support/config.ts';
import { Peer, until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { dubboRequest } from './dubbo.ts';
import { startPair } from './mesh-pair.ts';
import { askOver } from './world.ts';

const KRYO = 8;

async function startOrders(protocol: string) {
  const pair = await startPair();
  const orders = await pair.join('orders', {
    listeners: [{ ...proxyListener({ name: 'rpc', type: 'ingress', protocol }), inspector: false }],
  });
  const { secret } = await pair.plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  const run = commandsFor(pair.plane, secret);
  const { ms } = pair.plane.admin.client;
  await until(async () => (await ms.listSidecars({ query: { app: 'orders' } })).items[0]?.state === 'Running');
  return { orders, ms, run };
}

it('a call of Dubbo in kryo is why a rule does nothing, and is named so where conditions read it', async () => {
  const { orders, ms, run } = await startOrders('dubbo');
  const service = 'com.example.Echo:1.0@dubbo';
  const body = { app: 'orders', enabled: true, spec: { threshold: 1000, timeMs: 1000 } };
  const named = await ms.createLimitRule({ body: { ...body, name: 'named', services: [service] } });
  const asksMethod = { type: 'SYSTEM' as const, field: 'destination.method.name', value: ['echo'] };
  const asked = await ms.createLimitRule({
    body: { ...body, name: 'asked', services: ['*'], conditions: [asksMethod] },
  });
  await until(async () => (await ms.getLimitRulePush({ params: { id: asked.ruleDbId } })).state === 'ok');
  const request = ['--app', 'orders', '-r', 'dubbo service=com.example.Echo:1.0 method=echo'];
  expect((await run('rule', 'test', ...request)).said).toMatch(/✓ named \(CONTROL\): lets it pass: .*\n→ passed/s);
  const call = dubboRequest(1);
  call[2] = 0xc0 | KRYO;
  const peer = new Peer(orders.port('rpc'));
  await peer.connected;
  await peer.send(call);
  const why = async (id: number): Promise<string> => (await run('why', '--rule', String(id), '--type', 'limit')).said;
  const reason = 'serialization 8 (kryo) is not read, only Hessian 2';
  await until(async () => (await why(named.ruleDbId)).includes('could not be read'));
  expect(await why(named.ruleDbId)).toContain(
    `✗ 1 call over dubbo could not be read (${reason}): whether they were of ${service} is not known, and the rule never meets them`,
  );
  expect(await why(asked.ruleDbId)).toContain(
    `"Callee method is echo" does not hold: one had (not decoded: ${reason})`,
  );
});

it('an injected fault is called what its caller over gRPC is told: before, of the newest, and by trace', async () => {
  const { orders, ms, run } = await startOrders('Http2');
  const spec = { ruleType: 'ABORT', rpcStatus: 'NOT_FOUND' } as FaultRuleBody['spec'];
  const rule = await ms.createFaultInjectRule({
    body: { name: 'lost', app: 'orders', services: ['demo.Echo@grpc'], enabled: true, spec },
  });
  await until(async () => (await ms.getFaultInjectRulePush({ params: { id: rule.ruleDbId } })).state === 'ok');
  const second = await ms.createFaultInjectRule({
    body: { name: 'late', app: 'orders', services: ['demo.Echo@grpc'], enabled: true, spec: {} },
  });
  const other = `without effect while rule ${rule.ruleDbId} lost is on`;
  expect(second.warnings).toEqual([expect.stringContaining(other)]);
  expect((await run('why', '--rule', 'orders/late')).said).toContain(`✗ ${other}`);
  await run('rule', 'delete', 'orders/late', '--yes');
  const asked = ['gRPC service=demo.Echo method=Say host=echo.demo:80', 'POST http://echo.demo:80/demo.Echo/Say'];
  for (const request of asked) {
    const { said } = await run('explain', '-p', 'orders', '-r', request, '--protocol', 'gRPC', '--listener', 'rpc');
    expect(said).toMatch(/✗ lost \(CONTROL\): fails it on purpose with 5 NOT_FOUND: 100 % of the requests meet/);
  }
  const tried = await run('rule', 'test', '--app', 'orders', '-r', 'gRPC service=demo.Echo method=Say');
  expect(tried.said).toMatch(/✗ lost \(CONTROL\): fails it on purpose: .*\n→ failed on purpose by rule \d+ lost/s);
  const traceId = 'c'.repeat(32);
  const traceparent = `00-${traceId}-${'1'.repeat(16)}-01`;
  expect((await askOver('grpc', orders.port('rpc'), { traceparent })).status).toBe(5);
  const trace = await run('explain', '--trace', traceId);
  expect(trace.said).toMatch(/, 5 NOT_FOUND \(as HTTP 404\)/);
  expect(trace.said).toMatch(/✗ FAULT_INJECT \d+ lost: failed on purpose/);
  expect((await run('explain', '--recent')).said).toMatch(
    /failed on purpose by fault-inject \d+ \(lost\) +5 NOT_FOUND \(as HTTP 404\)/,
  );
});
