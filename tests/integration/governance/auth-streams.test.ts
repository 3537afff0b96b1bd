/** What is under way when the rules change: streams and connections of callers that may not go on end within 5 s. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { ruleDataId } from '@weft/schema/data-id';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo, tcpListener } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, start, until } from '../engine/support.ts';

const FROM = 'x-weft-source-app';

const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
const TALK: grpc.MethodDefinition<Buffer, Buffer> = {
  path: '/demo.Echo/Talk',
  requestStream: true,
  responseStream: true,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
};

/** Refuses these callers: by application where the protocol names it, by address where it does not. */
const refusing = (app: string, ip = '127.0.0.99'): object[] =>
  [
    { ruleDbId: 7, field: 'source.app.name', value: app },
    { ruleDbId: 8, field: 'source.ip', value: ip },
  ].map(({ ruleDbId, field, value }) => ({
    ruleDbId,
    type: 'BLACKLIST',
    conditions: [{ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] }],
  }));

let version = 0;

interface Backends {
  readonly http1?: number;
  readonly http2?: number;
  readonly tcp?: number;
}

function configOf({ http1 = 1, http2 = 1, tcp = 1 }: Backends, rules: readonly object[]): object {
  return {
    ...configuration({
      listeners: [
        proxyListener({ name: 'one', type: 'ingress', protocol: 'Http1', router: 'routes' }),
        proxyListener({ name: 'two', type: 'ingress', protocol: 'Http2', router: 'two' }),
        { ...tcpListener('raw', 'tcp'), type: 'ingress' },
      ],
      routes: [routesTo('http1', { timeout: '60s' })],
      clusters: [cluster('http1', [http1]), cluster('http2', [http2]), cluster('tcp', [tcp])],
    }),
    governance: {
      app: 'demo',
      record: { enabled: 'on', samples_per_second: 1000 },
      documents: [
        {
          data_id: ruleDataId('AUTH', 'demo'),
          version: ++version,
          value: { appName: 'demo', rbacRules: [{ service: '*', blackListEnabled: true, rules }] },
        },
      ],
    },
  };
}

function withSecondRouter(config: object): object {
  const { servers, ...rest } = config as { servers: { routers: object[] }[] };
  const [server] = servers as [{ routers: object[] }];
  const two = {
    router_config_name: 'two',
    virtual_hosts: [{ name: 'all', domains: ['*'], routers: [routesTo('http2')] }],
  };
  return { ...rest, servers: [{ ...server, routers: [...server.routers, two] }] };
}

const rig = (backends: Backends, rules: readonly object[] = refusing('nobody')): Promise<RunningProxy> =>
  start(withSecondRouter(configOf(backends, rules)));

async function change(proxy: RunningProxy, backends: Backends, rules: readonly object[]): Promise<void> {
  const answer = await proxy.reload(withSecondRouter(configOf(backends, rules)));
  expect(answer.status, answer.body).toBe(200);
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('a gRPC stream', () => {
  /** A service that echoes; with `greets` its answer begins before the first message, with `mute` never. */
  async function service(mute = false): Promise<number> {
    const server = new grpc.Server();
    server.addService({ Talk: TALK } as never, {
      Talk: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
        if (!mute) call.on('data', (chunk: Buffer) => call.write(chunk));
        call.on('end', () => call.end());
        call.on('error', () => {});
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    keep({ close: async () => server.forceShutdown() });
    return port;
  }

  class Conversation {
    readonly answers: string[] = [];
    status: grpc.StatusObject | null = null;
    readonly call: grpc.ClientDuplexStream<Buffer, Buffer>;

    constructor(port: number, app: string) {
      const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
      cleanups.push(() => client.close());
      const metadata = new grpc.Metadata();
      metadata.set(FROM, app);
      this.call = client.makeBidiStreamRequest(TALK.path, bytes.serialize, bytes.deserialize, metadata);
      this.call.on('data', (chunk: Buffer) => this.answers.push(chunk.toString()));
      this.call.on('status', (status) => {
        this.status = status;
      });
      this.call.on('error', () => {});
    }

    async say(text: string): Promise<void> {
      this.call.write(Buffer.from(text));
      await until(() => this.answers.at(-1) === text);
    }
  }

  it('of a caller that is refused now ends with PERMISSION_DENIED, and those of others go on', async () => {
    const backends = { http2: await service() };
    const proxy = await rig(backends);
    const good = new Conversation(proxy.port('two'), 'good');
    const bad = new Conversation(proxy.port('two'), 'bad');
    await good.say('one');
    await bad.say('one');
    await change(proxy, backends, refusing('bad'));
    await until(() => bad.status !== null);
    expect(bad.status).toMatchObject({ code: grpc.status.PERMISSION_DENIED, details: 'permission denied|rule=7' });
    await good.say('two');
    expect(good.status).toBeNull();
    const again = new Conversation(proxy.port('two'), 'bad');
    await until(() => again.status !== null);
    expect(again.status?.code).toBe(grpc.status.PERMISSION_DENIED);
    good.call.end();
    await until(() => good.status !== null);
    expect(good.status).toMatchObject({ code: grpc.status.OK });
    expect(await metric(proxy, 'weft_governance_total', { type: 'auth', rule: '7', verdict: 'reject' })).toBe(2);
    await expectSound(proxy);
  });

  it('that nobody has answered yet ends in the same way, and one whose rules change otherwise does not', async () => {
    const backends = { http2: await service(true) };
    const proxy = await rig(backends);
    const bad = new Conversation(proxy.port('two'), 'bad');
    const good = new Conversation(proxy.port('two'), 'good');
    for (const { call } of [bad, good]) call.write(Buffer.from('anybody there?'));
    await until(async () => (await metric(proxy, 'downstream_request_active', { listener: 'two' })) === 2);
    await change(proxy, backends, refusing('somebody else'));
    await change(proxy, backends, refusing('bad'));
    await until(() => bad.status !== null);
    expect(bad.status?.code).toBe(grpc.status.PERMISSION_DENIED);
    expect(good.status).toBeNull();
    good.call.cancel();
    await until(() => good.status !== null);
    await expectSound(proxy);
  });
});

describe('an answer that lasts', () => {
  const flowing = (response: { write(text: string): unknown }): void => {
    const timer = setInterval(() => response.write('tick'), 20);
    cleanups.push(() => clearInterval(timer));
  };

  it('over HTTP/2 is reset', async () => {
    const server = http2.createServer((_request, response) => {
      response.stream.on('error', () => {});
      flowing(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(() => server.close());
    const backends = { http2: (server.address() as AddressInfo).port };
    const proxy = await rig(backends);
    const session = http2.connect(`http://127.0.0.1:${proxy.port('two')}`);
    cleanups.push(() => session.destroy());
    const ask = (app: string) => {
      const stream = session.request({ ':path': '/', [FROM]: app });
      const seen = { bytes: 0, code: -1 };
      stream.on('data', (chunk: Buffer) => {
        seen.bytes += chunk.length;
      });
      stream.on('error', () => {});
      stream.on('close', () => {
        seen.code = stream.rstCode;
      });
      return seen;
    };
    const [good, bad] = [ask('good'), ask('bad')];
    await until(() => good.bytes > 0 && bad.bytes > 0);
    await change(proxy, backends, refusing('bad'));
    await until(() => bad.code >= 0);
    expect(bad.code).toBe(http2.constants.NGHTTP2_CANCEL);
    const before = good.bytes;
    await until(() => good.bytes > before);
    expect(good.code).toBe(-1);
    await expectSound(proxy);
  });

  it('over HTTP/1.1 is cut, where rules were in force when it began', async () => {
    const server = http.createServer((_request, response) => flowing(response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(() => server.closeAllConnections());
    const backends = { http1: (server.address() as AddressInfo).port };
    const proxy = await rig(backends);
    const ask = (app: string) => {
      const seen = { bytes: 0, ended: false };
      const request = http.get({ host: '127.0.0.1', port: proxy.port('one'), headers: { [FROM]: app }, agent: false });
      request.on('response', (response) => {
        response.on('data', (chunk: Buffer) => {
          seen.bytes += chunk.length;
        });
        response.on('error', () => {});
        response.on('close', () => {
          seen.ended = true;
        });
      });
      request.on('error', () => {});
      cleanups.push(() => request.destroy());
      return seen;
    };
    const [good, bad] = [ask('good'), ask('bad')];
    await until(() => good.bytes > 0 && bad.bytes > 0);
    await change(proxy, backends, refusing('bad'));
    await until(() => bad.ended);
    const before = good.bytes;
    await until(() => good.bytes > before);
    expect(good.ended).toBe(false);
    await expectSound(proxy);
  });
});

it('a WebSocket of a caller that is refused now is closed, also by the first rules that there are', async () => {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const backends = { http1: (server.address() as AddressInfo).port };
  const proxy = await rig(backends, []);
  const open = async (app: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port('one')}/`, { headers: { [FROM]: app } });
    const seen: string[] = [];
    socket.on('message', (data) => seen.push(String(data)));
    socket.on('error', () => {});
    socket.on('close', () => seen.push('closed'));
    cleanups.push(() => socket.terminate());
    await once(socket, 'open');
    return { socket, seen };
  };
  const good = await open('good');
  const bad = await open('bad');
  await change(proxy, backends, refusing('bad'));
  await until(() => bad.seen.includes('closed'));
  good.socket.send('still here');
  await until(() => good.seen.includes('still here'));
  expect(good.seen).toEqual(['still here']);
  await expectSound(proxy);
});

it('a TCP connection from an address that is refused now is closed, and a new one is not let in', async () => {
  const backend = keep(
    await tcpBackend((socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    }),
  );
  const backends = { tcp: backend.port };
  const proxy = await rig(backends);
  const open = (localAddress: string) => {
    const socket = net.connect({ host: '127.0.0.1', port: proxy.port('raw'), localAddress });
    const seen = { text: '', closed: false };
    socket.on('data', (chunk: Buffer) => {
      seen.text += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      seen.closed = true;
    });
    cleanups.push(() => socket.destroy());
    socket.write('hello');
    return { socket, seen };
  };
  const good = open('127.0.0.1');
  const bad = open('127.0.0.2');
  await until(() => good.seen.text === 'hello' && bad.seen.text === 'hello');
  await change(proxy, backends, refusing('nobody', '127.0.0.2'));
  await until(() => bad.seen.closed);
  const late = open('127.0.0.2');
  await until(() => late.seen.closed);
  expect(late.seen.text).toBe('');
  good.socket.write(' again');
  await until(() => good.seen.text === 'hello again');
  expect(good.seen.closed).toBe(false);
  expect(await metric(proxy, 'weft_governance_total', { type: 'auth', rule: '8', verdict: 'reject' })).toBe(2);
  // A connection is no request: it is not played again for drafts of rules.
  const { body } = await proxy.admin('GET', '/api/v1/governance/records?direction=SERVER');
  expect(JSON.parse(body)).toMatchObject({ on: true, records: [] });
  await expectSound(proxy);
});
