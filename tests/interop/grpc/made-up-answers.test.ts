/** What rules of degradation make up, as `@grpc/grpc-js`, grpc-go and callers with JSON read it. Nobody is there to answer in their place. */
import { Metadata, status } from '@grpc/grpc-js';
import { ruleDataId } from '@weft/schema/data-id';
import { writeJavaAnswer, writeProtoAnswer } from '@weft/transcoders/common/made-up';
import { expect, it } from 'vitest';
import { keep, start } from '../../integration/engine/support.ts';
import { closedPort } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { bytesClient, bytesService, same, unary } from './byte-service.ts';
import { buildGrpcGo, runGrpcGoCase } from './grpc-go.ts';
import { TESTING_DESCRIPTORS } from './testing-descriptors.ts';

const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const mock = (body: string, messages: readonly string[]) => ({ type: 'MOCK', extension: [{ body, messages }] });
const base64 = (message: Uint8Array): string => Buffer.from(message).toString('base64');

const received = async (stream: AsyncIterable<Buffer>): Promise<string[]> => {
  const texts: string[] = [];
  for await (const message of stream) texts.push(message.toString());
  return texts;
};

/** As the control plane writes it. */
function described(method: string, body: string): object {
  const call = { descriptorSet: TESTING_DESCRIPTORS, service: 'grpc.testing.TestService', isTriple: false };
  const written = writeProtoAnswer({ ...call, method, body, maxMessages: 1000 });
  if (written.kind === 'refused') throw new Error(written.message);
  return mock(body, written.messages.map(base64));
}

async function degraded(
  protocol: 'Http2' | 'tri',
  service: string,
  actions: Readonly<Record<string, object>>,
): Promise<RunningProxy> {
  const downgradeRules = Object.entries(actions).map(([method, action]) => ({
    ruleDbId: 7,
    conditions: [condition('destination.service.name', service), condition('destination.method.name', method)],
    actions: [action],
  }));
  return await start({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol })],
      routes: [routesTo('service', { upstream_protocol: protocol })],
      clusters: [cluster('service', [await closedPort()])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: { appName: 'demo', downgradeRules } }],
    },
  });
}

it.each([
  ['Http2', 'weft.test.Bytes@grpc'],
  ['tri', 'weft.test.Bytes@tri'],
] as const)('gives @grpc/grpc-js over %s the messages of the rule, and status 0', async (protocol, service) => {
  const proxy = await degraded(protocol, service, {
    Echo: mock('"off"', [base64(Buffer.from('off'))]),
    Fail: { type: 'RETURN_NULL', extension: [{ messages: [''] }] },
    Spread: mock('["a","","c"]', ['YQ==', '', 'Yw==']),
    Collect: mock('"none"', [base64(Buffer.from('none'))]),
    Talk: mock('[]', []),
  });
  const client = bytesClient([proxy.port('out')]);
  keep({ close: async () => client.close() });
  const answer = await unary(client, 'echo', Buffer.from('hello'), new Metadata());
  expect([answer.code, answer.message.toString()]).toEqual([status.OK, 'off']);
  expect(answer.headers?.get('x-weft-rule')).toEqual(['7']);
  const nothing = await unary(client, 'fail', Buffer.from('5'), new Metadata());
  expect([nothing.code, nothing.message.length]).toEqual([status.OK, 0]);

  const spread = client.makeServerStreamRequest(bytesService.spread.path, same, same, Buffer.from('5'), new Metadata());
  expect(await received(spread)).toEqual(['a', '', 'c']);
  const talk = client.makeBidiStreamRequest(bytesService.talk.path, same, same, new Metadata());
  talk.write(Buffer.from('hello'));
  expect(await received(talk)).toEqual([]);
  const collected = await new Promise<string>((resolve, reject) => {
    const call = client.makeClientStreamRequest(
      bytesService.collect.path,
      same,
      same,
      new Metadata(),
      (error, value) => (error === null ? resolve((value as Buffer).toString()) : reject(error)),
    );
    // Nobody waits for the end of the messages.
    call.write(Buffer.from('hello'));
  });
  expect(collected).toBe('none');
  await expectSound(proxy);
});

it('gives grpc-go the messages that were written by the descriptor set', async () => {
  const proxy = await degraded('Http2', 'grpc.testing.TestService@grpc', {
    EmptyCall: { type: 'RETURN_NULL', extension: [{}] },
    StreamingInputCall: described('StreamingInputCall', '{"aggregatedPayloadSize":74922}'),
    FullDuplexCall: described('FullDuplexCall', '[]'),
  });
  const programs = await buildGrpcGo();
  for (const name of ['empty_unary', 'client_streaming', 'empty_stream']) {
    const { code, stderr } = await runGrpcGoCase(programs, proxy.port('out'), name);
    expect([name, code], stderr).toEqual([name, 0]);
  }
});

it('gives callers of Triple with JSON the text of the rule, over HTTP/1.1 as well', async () => {
  const proxy = await degraded('tri', 'demo.Echo@tri', {
    say: mock('{"text":"off"}', [base64(writeJavaAnswer('{"text":"off"}'))]),
    none: { type: 'RETURN_NULL', extension: [{ body: 'null', messages: [base64(writeJavaAnswer('null'))] }] },
  });
  for (const [method, body] of [
    ['say', { text: 'off' }],
    ['none', null],
  ] as const) {
    const response = await fetch(`http://127.0.0.1:${proxy.port('out')}/demo.Echo/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[]',
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.json()).toEqual(body);
  }
});
