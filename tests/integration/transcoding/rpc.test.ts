import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Hessian2Writer, HessianObject, TypedList } from '@weft/hessian';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, closedPort, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { BoltConsumer, type BoltMessage, BoltMessages, boltFrame, type SofaCall, sofaAnswer, values } from './bolt.ts';
import { callsTo, type DubboCall, DubboConsumer, type ReceivedCall, receiver, responseFrame } from './dubbo.ts';

/**
 * Dubbo 2, Triple and Bolt in each other's place through real sockets: one proxy that converts, and providers that answer whatever a
 * test says. What two JVMs make of each other's bytes is tested with them.
 */
const SERVICE = 'com.x.Echo';
/** What Dubbo 3 writes for one String, and for the answer to it: `hi`. */
const WRAPPED_HI = Buffer.from('00000000210a086865737369616e3412030268691a106a6176612e6c616e672e537472696e67', 'hex');
const GONE = new HessianObject('com.x.Gone', [
  ['detailMessage', 'gone'],
  ['stackTrace', new TypedList('[java.lang.StackTraceElement')],
]);

interface TripleCall {
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

let proxy: RunningProxy;
let dubboProvider: Backend;
let boltProvider: Backend;
let tripleProvider: http2.Http2Server;
let dubbo: Map<string, DubboConsumer>;
let bolt: Map<string, BoltConsumer>;

/** What providers were asked. */
let calls: ReceivedCall[] = [];
let messages: BoltMessage[] = [];
let streams: TripleCall[] = [];
/** What they answer; null: nothing. */
let dubboAnswer: readonly [status: number, ...values: unknown[]] | null = null;
let boltAnswer: ((id: number) => Buffer) | null = null;
let tripleAnswer: { headers?: Record<string, string>; body: Buffer; trailers: Record<string, string> } | null = null;

beforeAll(async () => {
  dubboProvider = await tcpBackend((socket) => {
    const read = receiver((types) => (types === '' ? 0 : types.split(';').length - 1));
    socket.on('data', (chunk) => {
      for (const call of read(chunk)) {
        calls.push(call);
        if (dubboAnswer !== null && !call.oneWay)
          socket.write(responseFrame(call.id, dubboAnswer[0], dubboAnswer.slice(1)));
      }
    });
  });
  boltProvider = await tcpBackend((socket) => {
    const reader = new BoltMessages();
    socket.on('data', (chunk) => {
      for (const message of reader.push(chunk)) {
        messages.push(message);
        if (boltAnswer !== null && message.type === 1) socket.write(boltAnswer(message.id));
      }
    });
  });
  tripleProvider = http2.createServer();
  tripleProvider.on('stream', (stream, headers) => {
    const body: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => body.push(chunk));
    stream.on('end', () => {
      streams.push({ headers, body: Buffer.concat(body) });
      if (tripleAnswer === null) return;
      const { trailers } = tripleAnswer;
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc+proto', ...tripleAnswer.headers },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(tripleAnswer.body);
    });
  });
  tripleProvider.listen(0, '127.0.0.1');
  await once(tripleProvider, 'listening');
  const triplePort = (tripleProvider.address() as AddressInfo).port;
  const dead = await closedPort();
  const listener = (name: string, protocol: string, type: string): object =>
    proxyListener({ name, protocol, router: name, streamFilters: [{ type: 'transcoder', config: { type } }] });
  const listeners = [
    listener('dubbo-tri', 'dubbo', 'dubbo_tri'),
    listener('dubbo-bolt', 'dubbo', 'dubbo_bolt'),
    listener('bolt-dubbo', 'bolt', 'bolt_dubbo'),
    listener('tri-dubbo', 'tri', 'tri_dubbo'),
    listener('dubbo-dead', 'dubbo', 'dubbo_tri'),
    listener('bolt-dead', 'bolt', 'bolt_dubbo'),
    listener('tri-dead', 'tri', 'tri_dubbo'),
  ];
  const route = (name: string, routeOf: (cluster: string, more: object) => object, to: string): object => ({
    router_config_name: name,
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: [routeOf(to, { timeout: '1s' })] }],
  });
  const routers = [
    route('dubbo-tri', callsTo, 'triple'),
    route('dubbo-bolt', callsTo, 'bolt'),
    route('bolt-dubbo', callsTo, 'dubbo'),
    route('tri-dubbo', routesTo, 'dubbo'),
    route('dubbo-dead', callsTo, 'dead'),
    route('bolt-dead', callsTo, 'dead'),
    route('tri-dead', routesTo, 'dead'),
  ];
  const clusters = [
    cluster('triple', [triplePort]),
    cluster('bolt', [boltProvider.port]),
    cluster('dubbo', [dubboProvider.port]),
    cluster('dead', [dead]),
  ];
  const base = configuration({ listeners, clusters });
  proxy = await startProxy({ ...base, servers: [{ graceful_timeout: '5s', listeners, routers }] });
  dubbo = new Map();
  for (const name of ['dubbo-tri', 'dubbo-bolt', 'dubbo-dead'])
    dubbo.set(name, await DubboConsumer.connect(proxy.port(name)));
  bolt = new Map();
  for (const name of ['bolt-dubbo', 'bolt-dead']) bolt.set(name, await BoltConsumer.connect(proxy.port(name)));
});

afterAll(async () => {
  for (const consumer of [...dubbo.values(), ...bolt.values()]) consumer.close();
  await proxy?.dispose();
  await dubboProvider?.close();
  await boltProvider?.close();
  tripleProvider?.close();
});

beforeEach(() => {
  calls = [];
  messages = [];
  streams = [];
  dubboAnswer = [20, 1, 'hi'];
  boltAnswer = (id) => sofaAnswer(id, 'hi');
  tripleAnswer = { body: WRAPPED_HI, trailers: { 'grpc-status': '0' } };
});

const echo = (more: Partial<DubboCall> = {}): DubboCall => ({
  service: SERVICE,
  method: 'echo',
  types: 'Ljava/lang/String;',
  args: ['hi'],
  ...more,
});
const sofaEcho = (more: Partial<SofaCall> = {}): SofaCall => ({
  service: `${SERVICE}:1.0`,
  method: 'echo',
  types: ['java.lang.String'],
  args: ['hi'],
  ...more,
});
const callDubbo = (listener: string, call: DubboCall) => (dubbo.get(listener) as DubboConsumer).call(call);
const callBolt = (listener: string, call: SofaCall) => (bolt.get(listener) as BoltConsumer).call(call);
const outcome = ({ content }: BoltMessage): unknown => (values(content)[0] as HessianObject).fields.get('appResponse');

async function callTriple(
  listener: string,
  headers: Record<string, string> = {},
  body: Buffer = WRAPPED_HI,
): Promise<{ headers: http2.IncomingHttpHeaders; trailers: http2.IncomingHttpHeaders; body: Buffer }> {
  const session = http2.connect(`http://127.0.0.1:${proxy.port(listener)}`);
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${SERVICE}/echo`,
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...headers,
  });
  stream.end(body);
  const chunks: Buffer[] = [];
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('trailers', (found) => {
    trailers = found;
  });
  const [answer] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  await once(stream, 'close');
  session.close();
  return { headers: answer, trailers, body: Buffer.concat(chunks) };
}

describe('Dubbo to Triple', () => {
  it('goes there and back', async () => {
    const answer = await callDubbo(
      'dubbo-tri',
      echo({ attachments: { group: 'blue', 'remote.application': 'shop', timeout: '900', traceparent: '00-1-2-01' } }),
    );
    expect(answer).toEqual({ status: 20, kind: 1, value: 'hi' });
    expect(streams[0]?.body).toEqual(WRAPPED_HI);
    expect(streams[0]?.headers).toMatchObject({
      ':path': `/${SERVICE}/echo`,
      ':authority': SERVICE,
      te: 'trailers',
      'tri-service-version': '1.0',
      'tri-service-group': 'blue',
      'tri-consumer-appname': 'shop',
      traceparent: '00-1-2-01',
      'x-weft-converted': 'dubbo>tri',
    });
    expect(streams[0]?.headers['grpc-timeout']).toMatch(/^\d{1,3}m$/);
  });

  it('tells what Dubbo 3 throws, and statuses of gRPC', async () => {
    const writer = new Hessian2Writer();
    writer.write(GONE);
    const data = writer.toBuffer();
    const wrapped = Buffer.concat([Buffer.from('0a086865737369616e3412', 'hex'), Buffer.from([data.length]), data]);
    tripleAnswer = { headers: { 'tri-exception-code': '3' }, body: grpc(wrapped), trailers: { 'grpc-status': '0' } };
    const thrown = await callDubbo('dubbo-tri', echo());
    expect([thrown.status, thrown.kind, (thrown.value as HessianObject).fields.get('detailMessage')]).toEqual([
      20,
      0,
      'gone',
    ]);
    tripleAnswer = { body: Buffer.alloc(0), trailers: { 'grpc-status': '12', 'grpc-message': 'no %C3%A4' } };
    expect(await callDubbo('dubbo-tri', echo())).toEqual({ status: 60, kind: -1, value: 'UNIMPLEMENTED: no ä' });
  });

  it('one-way calls reach the provider, and nothing comes back', async () => {
    const consumer = dubbo.get('dubbo-tri') as DubboConsumer;
    const before = consumer.received;
    consumer.tell(echo());
    await expect.poll(() => streams.length, { timeout: 20_000 }).toBe(1);
    expect(await consumer.call(echo())).toMatchObject({ value: 'hi' });
    expect(consumer.received).toBe(before + 1);
  });

  it('answers in the words of Dubbo when nobody answers, or what is no answer', async () => {
    tripleAnswer = null;
    expect(await callDubbo('dubbo-tri', echo())).toMatchObject({ status: 30 });
    tripleAnswer = { body: Buffer.from('noise'), trailers: { 'grpc-status': '0' } };
    expect(await callDubbo('dubbo-tri', echo())).toMatchObject({
      status: 50,
      value: expect.stringContaining('transcode_response'),
    });
    expect(await callDubbo('dubbo-dead', echo())).toMatchObject({ kind: -1 });
    expect(await callDubbo('dubbo-tri', echo({ types: 'Lbroken', args: [] }))).toMatchObject({
      status: 40,
      value: expect.stringContaining('transcode_request'),
    });
  });

  it('a call that was converted before is not converted again', async () => {
    const answer = await callDubbo('dubbo-tri', echo({ attachments: { 'x-weft-converted': 'Http1>dubbo' } }));
    expect(answer.status).not.toBe(20);
    expect(streams).toEqual([]);
  });
});

describe('Triple to Dubbo', () => {
  it('goes there and back', async () => {
    const answer = await callTriple('tri-dubbo', {
      'tri-service-version': '2.0',
      'tri-service-group': 'blue',
      'grpc-timeout': '900m',
      tenant: 'a',
    });
    expect([answer.headers[':status'], answer.trailers['grpc-status'], answer.body]).toEqual([200, '0', WRAPPED_HI]);
    expect(calls[0]).toMatchObject({
      service: SERVICE,
      version: '2.0',
      method: 'echo',
      types: 'Ljava/lang/String;',
      args: ['hi'],
    });
    expect(Object.fromEntries(calls[0]?.attachments ?? [])).toMatchObject({
      path: SERVICE,
      interface: SERVICE,
      group: 'blue',
      tenant: 'a',
      timeout: expect.stringMatching(/^\d{1,3}$/),
      'x-weft-converted': 'tri>dubbo',
    });
  });

  it('tells what is thrown, and statuses of Dubbo', async () => {
    dubboAnswer = [20, 0, GONE];
    const thrown = await callTriple('tri-dubbo');
    expect([thrown.headers['tri-exception-code'], thrown.trailers['grpc-status']]).toEqual(['3', '0']);
    dubboAnswer = [60, 'nobody serves ä'];
    const missing = await callTriple('tri-dubbo');
    expect([missing.headers['grpc-status'], missing.headers['grpc-message'], missing.body.length]).toEqual([
      '12',
      'nobody serves %C3%A4',
      0,
    ]);
  });

  it('answers in the words of gRPC when nobody answers, or what is no answer', async () => {
    dubboAnswer = null;
    expect((await callTriple('tri-dubbo')).headers['grpc-status']).toBe('4');
    dubboAnswer = [20, 9];
    expect((await callTriple('tri-dubbo')).headers).toMatchObject({
      'grpc-status': '14',
      'grpc-message': expect.stringContaining('transcode_response'),
    });
    expect((await callTriple('tri-dead')).headers['grpc-status']).toBe('14');
    const refused = await callTriple('tri-dubbo', {}, grpc(Buffer.from('08011a03616263', 'hex')));
    expect(refused.headers['grpc-message']).toContain('transcode_request');
    expect(calls.length).toBe(2);
  });
});

describe('Bolt to Dubbo', () => {
  it('goes there and back', async () => {
    const answer = await callBolt(
      'bolt-dubbo',
      sofaEcho({ headers: { app: 'shop', tenant: 'a', 'rpc_trace_context.sofaTraceId': 'c0ffee' } }),
    );
    expect([answer.verb, outcome(answer)]).toEqual([0, 'hi']);
    expect(calls[0]).toMatchObject({
      service: SERVICE,
      version: '1.0',
      method: 'echo',
      types: 'Ljava/lang/String;',
      args: ['hi'],
      oneWay: false,
    });
    expect(Object.fromEntries(calls[0]?.attachments ?? [])).toMatchObject({
      'remote.application': 'shop',
      tenant: 'a',
      'dubbo.rpc.sofa.tracer': expect.stringContaining('tcid=c0ffee'),
      'x-weft-converted': 'bolt>dubbo',
    });
  });

  it('tells what is thrown, statuses of Dubbo, and failures of its own', async () => {
    dubboAnswer = [20, 0, GONE];
    const thrown = await callBolt('bolt-dubbo', sofaEcho());
    expect([thrown.verb, thrown.headers['sofa_head_response_error'], outcome(thrown)]).toEqual([0, 'true', GONE]);
    dubboAnswer = [100, 'busy'];
    expect((await callBolt('bolt-dubbo', sofaEcho())).verb).toBe(4);
    dubboAnswer = null;
    expect((await callBolt('bolt-dubbo', sofaEcho({ timeoutMs: 300 }))).verb).toBe(7);
    expect((await callBolt('bolt-dead', sofaEcho())).verb).toBe(16);
  });

  it('one-way calls are one-way', async () => {
    (bolt.get('bolt-dubbo') as BoltConsumer).tell(sofaEcho());
    await expect.poll(() => calls.map(({ oneWay }) => oneWay), { timeout: 20_000 }).toEqual([true]);
  });
});

describe('Dubbo to Bolt', () => {
  it('goes there and back', async () => {
    const answer = await callDubbo(
      'dubbo-bolt',
      echo({ attachments: { 'remote.application': 'shop', tenant: 'a', timeout: '900' } }),
    );
    expect(answer).toEqual({ status: 20, kind: 1, value: 'hi' });
    const [message] = messages as [BoltMessage];
    expect(message.headers).toMatchObject({
      service: `${SERVICE}:1.0`,
      sofa_head_method_name: 'echo',
      app: 'shop',
      tenant: 'a',
      'x-weft-converted': 'dubbo>bolt',
    });
    expect([message.type, message.verb > 0 && message.verb <= 900]).toEqual([1, true]);
    const [request, argument] = values(message.content) as [HessianObject, unknown];
    expect([request.fields.get('methodName'), argument]).toEqual(['echo', 'hi']);
  });

  it('tells what is thrown, and statuses of Bolt', async () => {
    boltAnswer = (id) => sofaAnswer(id, GONE);
    expect(await callDubbo('dubbo-bolt', echo())).toEqual({ status: 20, kind: 0, value: GONE });
    boltAnswer = (id) => boltFrame({ id, type: 0, verb: 6 });
    expect(await callDubbo('dubbo-bolt', echo())).toEqual({ status: 60, kind: -1, value: 'status 6 of Bolt' });
  });

  it('one-way calls are one-way', async () => {
    (dubbo.get('dubbo-bolt') as DubboConsumer).tell(echo());
    await expect.poll(() => messages.map(({ type }) => type), { timeout: 20_000 }).toEqual([2]);
  });

  it('heartbeats are answered by the proxy', async () => {
    expect(await (dubbo.get('dubbo-bolt') as DubboConsumer).heartbeat()).toMatchObject({ status: 20 });
    expect(messages).toEqual([]);
  });
});

describe('what goes with a call reaches the provider', () => {
  /** Trace, baggage, zone, labels and the number of the attempt; caller and deadline have names of their own. */
  const CARRIED = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    baggage: 'tenant=blue',
    'x-weft-source-zone': 'z1',
    'x-weft-labels': 'gray=true',
    'x-envoy-attempt-count': '2',
  };
  const shortTime = expect.stringMatching(/^\d{1,3}$/);
  const ofDubbo = { ...CARRIED, 'remote.application': 'shop', timeout: '900' };
  const attachments = (): object => Object.fromEntries(calls[0]?.attachments ?? []);

  it('Dubbo to Triple', async () => {
    await callDubbo('dubbo-tri', echo({ attachments: ofDubbo }));
    expect(streams[0]?.headers).toMatchObject({
      ...CARRIED,
      'tri-consumer-appname': 'shop',
      'tri-service-timeout': shortTime,
    });
  });

  it('Triple to Dubbo', async () => {
    await callTriple('tri-dubbo', { ...CARRIED, 'tri-consumer-appname': 'shop', 'grpc-timeout': '900m' });
    expect(attachments()).toMatchObject({ ...ofDubbo, timeout: shortTime });
  });

  it('Bolt to Dubbo', async () => {
    const { 'x-weft-source-zone': zone, ...carried } = CARRIED;
    const headers = { ...carried, 'rpc_trace_context.sofaCallerZone': zone, app: 'shop' };
    await callBolt('bolt-dubbo', sofaEcho({ headers, timeoutMs: 900 }));
    expect(attachments()).toMatchObject({ ...ofDubbo, timeout: shortTime });
  });

  it('Dubbo to Bolt', async () => {
    await callDubbo('dubbo-bolt', echo({ attachments: ofDubbo }));
    const [message] = messages as [BoltMessage];
    const { 'x-weft-source-zone': zone, ...carried } = CARRIED;
    expect(message.headers).toMatchObject({ ...carried, 'rpc_trace_context.sofaCallerZone': zone, app: 'shop' });
    expect([message.verb > 0, message.verb <= 900]).toEqual([true, true]);
  });
});

/** One message of gRPC. */
function grpc(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
