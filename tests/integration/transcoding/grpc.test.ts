import grpc from '@grpc/grpc-js';
import { HessianObject } from '@weft/hessian';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Backend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { callsTo, DubboConsumer, type ReceivedCall, receiver, responseFrame } from './dubbo.ts';

/**
 * A client and a server of gRPC that know nothing of Dubbo, and the other way round; one proxy in between that has their `.proto`:
 *
 *     package echo; option java_package = "com.x.echo";
 *     message Text { string text = 1; int64 count = 2; }
 *     service Echo { rpc Say(Text) returns (Text); }
 *
 * as protoc 25.5 describes it.
 */
const DESCRIPTORS =
  'CoEBCgplY2hvLnByb3RvEgRlY2hvIjAKBFRleHQSEgoEdGV4dBgBIAEoCVIEdGV4dBIUCgVjb3VudBgCIAEoA1IFY291bnQyJQoERWNobxIdCgNTYXkSCi5lY2hvLlRleHQaCi5lY2hvLlRleHRCDAoKY29tLnguZWNob2IGcHJvdG8z';
const JAVA = 'com.x.EchoService';
const text = (value: string, count: bigint): HessianObject =>
  new HessianObject('com.x.echo.Text', [
    ['text', value],
    ['count', count],
  ]);
/** text "hi", count 7. */
const HI = Buffer.from('0a0268691007', 'hex');
const HO = Buffer.from('0a02686f1008', 'hex');

let proxy: RunningProxy;
let dubboProvider: Backend;
let server: grpc.Server;
let consumer: DubboConsumer;
let spread: DubboConsumer;
const clients: grpc.Client[] = [];
let calls: ReceivedCall[] = [];
let asked: { body: Buffer; metadata: grpc.Metadata }[] = [];
let answer: readonly [status: number, ...values: unknown[]] = [20, 1, null];
let failure: Partial<grpc.ServiceError> | null = null;

beforeAll(async () => {
  dubboProvider = await tcpBackend((socket) => {
    const read = receiver((types) => (types === 'Ljava/lang/String;J' ? 2 : 1));
    socket.on('data', (chunk) => {
      for (const call of read(chunk)) {
        calls.push(call);
        socket.write(responseFrame(call.id, answer[0], answer.slice(1)));
      }
    });
  });
  server = new grpc.Server();
  const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
  server.addService(
    {
      Say: {
        path: '/echo.Echo/Say',
        requestStream: false,
        responseStream: false,
        requestSerialize: bytes.serialize,
        requestDeserialize: bytes.deserialize,
        responseSerialize: bytes.serialize,
        responseDeserialize: bytes.deserialize,
      },
    },
    {
      Say(call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) {
        asked.push({ body: call.request, metadata: call.metadata });
        callback(failure, HO);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const listener = (name: string, protocol: string, config: object): object =>
    proxyListener({
      name,
      protocol,
      router: protocol,
      streamFilters: [{ type: 'transcoder', config: { ...config, config: transcoder(protocol, name) } }],
    });
  const transcoder = (protocol: string, name: string): object => ({
    descriptors: [DESCRIPTORS],
    services: protocol === 'Http2' ? { 'echo.Echo': `${JAVA}:1.0` } : { [JAVA]: 'echo.Echo' },
    arguments: name.endsWith('fields') ? 'fields' : 'message',
  });
  const listeners = [
    listener('grpc-message', 'Http2', { type: 'tri_dubbo' }),
    listener('grpc-fields', 'Http2', { type: 'tri_dubbo' }),
    listener('dubbo-message', 'dubbo', { upstream_protocol: 'Http2' }),
    listener('dubbo-fields', 'dubbo', { upstream_protocol: 'Http2', type: 'dubbo_tri' }),
  ];
  const router = (name: string, route: object): object => ({
    router_config_name: name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: [route] }],
  });
  const base = configuration({
    listeners,
    clusters: [cluster('dubbo', [dubboProvider.port]), cluster('grpc', [port])],
  });
  const routers = [
    router('Http2', routesTo('dubbo', { timeout: '5s' })),
    router('dubbo', callsTo('grpc', { timeout: '5s' })),
  ];
  proxy = await startProxy({ ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] });
  consumer = await DubboConsumer.connect(proxy.port('dubbo-message'));
  spread = await DubboConsumer.connect(proxy.port('dubbo-fields'));
});

afterAll(async () => {
  for (const client of clients) client.close();
  consumer?.close();
  spread?.close();
  server?.forceShutdown();
  await proxy?.dispose();
  await dubboProvider?.close();
});

beforeEach(() => {
  calls = [];
  asked = [];
  failure = null;
});

function say(listener: string, body: Buffer, method = 'Say'): Promise<Buffer> {
  const client = new grpc.Client(`127.0.0.1:${proxy.port(listener)}`, grpc.credentials.createInsecure());
  clients.push(client);
  const metadata = new grpc.Metadata();
  metadata.set('tenant', 'blue');
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/echo.Echo/${method}`,
      (value: Buffer) => value,
      (value: Buffer) => value,
      body,
      metadata,
      { deadline: Date.now() + 20_000 },
      (error, value) => (error === null && value !== undefined ? resolve(value) : reject(error)),
    );
  });
}

it('gRPC calls Dubbo, messages as objects', async () => {
  answer = [20, 1, text('ho', 8n)];
  expect(await say('grpc-message', HI)).toEqual(HO);
  expect(calls[0]).toMatchObject({
    service: JAVA,
    version: '1.0',
    method: 'say',
    types: 'Lcom/x/echo/Text;',
    args: [text('hi', 7n)],
  });
  expect(calls[0]?.attachments.get('tenant')).toBe('blue');
});

it('gRPC calls Dubbo, fields as parameters', async () => {
  answer = [
    20,
    1,
    new Map<string, unknown>([
      ['text', 'ho'],
      ['count', 8],
    ]),
  ];
  expect(await say('grpc-fields', HI)).toEqual(HO);
  expect(calls[0]).toMatchObject({ method: 'say', types: 'Ljava/lang/String;J', args: ['hi', 7n] });
});

it('gRPC is told what Dubbo throws and refuses, and what cannot be converted', async () => {
  answer = [20, 0, new HessianObject('com.x.Gone', [['detailMessage', 'gone']])];
  await expect(say('grpc-message', HI)).rejects.toMatchObject({ code: grpc.status.UNKNOWN, details: 'gone' });
  answer = [100, 'busy'];
  await expect(say('grpc-message', HI)).rejects.toMatchObject({
    code: grpc.status.RESOURCE_EXHAUSTED,
    details: 'busy',
  });
  answer = [20, 1, 'no message'];
  await expect(say('grpc-message', HI)).rejects.toMatchObject({
    details: expect.stringContaining('transcode_response'),
  });
  await expect(say('grpc-message', Buffer.from('0aff', 'hex'))).rejects.toMatchObject({
    details: expect.stringContaining('transcode_request'),
  });
  await expect(say('grpc-message', HI, 'Shout')).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
});

const javaCall = (types: string, args: readonly unknown[]) => ({
  service: JAVA,
  method: 'say',
  types,
  args,
  attachments: { tenant: 'blue' },
});

it('Dubbo calls gRPC, objects as messages', async () => {
  expect(await consumer.call(javaCall('Lcom/x/echo/Text;', [text('hi', 7n)]))).toEqual({
    status: 20,
    kind: 1,
    value: text('ho', 8n),
  });
  expect([asked[0]?.body, asked[0]?.metadata.get('tenant'), asked[0]?.metadata.get('x-weft-converted')]).toEqual([
    HI,
    ['blue'],
    ['dubbo>Http2'],
  ]);
});

it('Dubbo calls gRPC, parameters as fields', async () => {
  expect(await spread.call(javaCall('Ljava/lang/String;J', ['hi', 7n]))).toEqual({
    status: 20,
    kind: 1,
    value: text('ho', 8n),
  });
  expect(asked[0]?.body).toEqual(HI);
});

it('Dubbo is told what gRPC refuses', async () => {
  failure = { code: grpc.status.NOT_FOUND, details: 'no such text' };
  expect(await consumer.call(javaCall('Lcom/x/echo/Text;', [text('hi', 7n)]))).toEqual({
    status: 70,
    kind: -1,
    value: 'NOT_FOUND: no such text',
  });
  const wrong = await consumer.call(javaCall('I', [1]));
  expect([wrong.status, wrong.value]).toEqual([
    40,
    expect.stringContaining('echo.Text: an object expected, number found'),
  ]);
});
