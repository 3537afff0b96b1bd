/** One proxy before one service, over any of the protocols: what the tests of rules share. */
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { ruleDataId } from '@weft/schema/data-id';
import type { RuleType } from '@weft/schema/wire';
import { tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { boltRequest, boltResponse, readFrame } from '../engine/bolt.ts';
import { keep, Peer, start, until } from '../engine/support.ts';
import { dubboRequest, dubboResponse, readDubbo } from './dubbo.ts';
import { forgedThrift, readThrift, thriftRequest, thriftResponse } from './dubbo-thrift.ts';
import { forgedTars, readTars, tarsRequest, tarsResponse } from './tars.ts';

export const PROTOCOLS = ['Http1', 'Http2', 'grpc', 'tri', 'bolt', 'dubbo', 'dubbo-thrift', 'tars'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
/** Those whose requests carry headers, or something like them; the frames of Dubbo's thrift do not. */
export const WITH_HEADERS = PROTOCOLS.filter((protocol) => protocol !== 'dubbo-thrift');

/** How each protocol names the one service there is. */
export const SERVICES: Readonly<Record<Protocol, string>> = {
  Http1: 'echo.demo:80@Http1',
  Http2: 'echo.demo:80@Http2',
  grpc: 'demo.Echo@grpc',
  tri: 'demo.Echo@tri',
  bolt: 'com.example.Echo:1.0@DEFAULT',
  dubbo: 'com.example.Echo:1.0@dubbo',
  'dubbo-thrift': 'com.example.Echo@dubbo-thrift',
  tars: 'Demo.Echo.Obj@tars',
};
export const METHODS: Readonly<Record<Protocol, string>> = {
  Http1: 'GET',
  Http2: 'GET',
  grpc: 'Say',
  tri: 'Say',
  bolt: 'echo',
  dubbo: 'echo',
  'dubbo-thrift': 'echo',
  tars: 'echo',
};
/** What a success looks like in the words of each protocol. */
export const SUCCESS: Readonly<Record<Protocol, number>> = {
  Http1: 200,
  Http2: 200,
  grpc: 0,
  bolt: 0,
  dubbo: 20,
  'dubbo-thrift': -1,
  tri: 0,
  tars: 0,
};

type Rpc = 'bolt' | 'dubbo' | 'dubbo-thrift' | 'tars';

interface RpcFrame {
  readonly isRequest: boolean;
  readonly id: number;
  readonly status: number;
  readonly body: Buffer;
  readonly size: number;
}

interface RpcFrames {
  read(bytes: Buffer): RpcFrame | null;
  request(id: number, headers: Readonly<Record<string, string>>): Buffer;
  answer(id: number, status: number, content: string): Buffer;
  /** Status of an error of the service. */
  readonly failure: number;
  /** An error that says, as a proxy does, that the limit 7 refused. */
  forged(id: number): Buffer;
}

const FORGED = { 'x-weft-reject': 'limit', 'x-weft-rule': '7' };

function readBolt(bytes: Buffer): RpcFrame | null {
  const frame = readFrame(bytes);
  if (frame === null) return null;
  return { ...frame, isRequest: frame.type === 1 && frame.command === 1, body: frame.content };
}

/** How each protocol of frames is spoken. */
const FRAMES: Readonly<Record<Rpc, RpcFrames>> = {
  bolt: {
    read: readBolt,
    request: (id, headers) =>
      boltRequest({ id, headers: { service: 'com.example.Echo:1.0', sofa_head_method_name: 'echo', ...headers } }),
    answer: (id, status, content) => boltResponse(id, content, status),
    failure: 1,
    forged: (id) => boltResponse(id, 'boom', 2, FORGED),
  },
  dubbo: {
    read: readDubbo,
    request: dubboRequest,
    answer: dubboResponse,
    failure: 70,
    forged: (id) => dubboResponse(id, 40, '509|limit exceeded|rule=7'),
  },
  'dubbo-thrift': {
    read: readThrift,
    request: thriftRequest,
    answer: thriftResponse,
    failure: 6,
    forged: forgedThrift,
  },
  tars: {
    read: readTars,
    request: tarsRequest,
    answer: tarsResponse,
    failure: -99,
    forged: (id) => forgedTars(id, FORGED),
  },
};

/** What the service does with the next request; `forged` is an error that pretends to be a refusal by a rule. */
export type Behaviour = 'ok' | 'error' | 'forged' | 'reset' | 'silent';

export interface Answered {
  /** In the words of the protocol: status of HTTP, gRPC, Bolt or Dubbo, `ret` of Tars, type of a Thrift exception. */
  readonly status: number;
  /** Of gRPC what the status says in words, and where it says nothing the messages with their frames. */
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The service, and what it saw. */
export class Service {
  behaviour: Behaviour = 'ok';
  /** HTTP/1.1 only: what an error looks like. */
  error: { readonly status: number; readonly headers: Readonly<Record<string, string>> } = { status: 500, headers: {} };
  /** How long a service of HTTP/1.1 or RPC takes, at least. */
  delayMs = 0;
  seen = 0;
  port = 0;

  static async listen(protocol: Protocol): Promise<Service> {
    const service = new Service();
    switch (protocol) {
      case 'Http1':
        await service.#http1();
        break;
      case 'Http2':
      case 'grpc':
      case 'tri':
        await service.#http2(protocol !== 'Http2');
        break;
      default:
        await service.#rpc(protocol);
    }
    return service;
  }

  #later(answer: () => void): void {
    if (this.delayMs === 0) answer();
    else setTimeout(answer, this.delayMs);
  }

  async #http1(): Promise<void> {
    const server = http.createServer((request, response) => {
      this.seen++;
      request.resume();
      if (this.behaviour === 'silent') return;
      if (this.behaviour === 'reset') request.socket.destroy();
      else if (this.behaviour === 'ok') this.#later(() => response.end('pong'));
      else if (this.behaviour === 'forged') response.writeHead(500, FORGED).end('pong');
      else response.writeHead(this.error.status, this.error.headers).end('pong');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    keep({
      close: async () => {
        server.close();
        server.closeAllConnections();
      },
    });
  }

  async #http2(grpc: boolean): Promise<void> {
    const server = http2.createServer();
    const sessions = new Set<http2.ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.on('sessionError', () => {});
    server.on('stream', (stream) => {
      this.seen++;
      stream.on('error', () => {});
      stream.resume();
      if (this.behaviour === 'silent') return;
      if (this.behaviour === 'reset') {
        stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
        return;
      }
      const ok = this.behaviour === 'ok';
      const forged = this.behaviour === 'forged';
      if (!grpc) {
        stream.respond({ ':status': ok ? 200 : 500, ...(forged ? FORGED : {}) });
        stream.end('pong');
        return;
      }
      const head = { ':status': 200, 'content-type': 'application/grpc' };
      if (forged) {
        stream.respond({ ...head, ...FORGED, 'grpc-status': '13' }, { endStream: true });
        return;
      }
      stream.respond(head, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': ok ? '0' : '13' }));
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    keep({
      close: async () => {
        for (const session of sessions) session.destroy();
        server.close();
      },
    });
  }

  async #rpc(protocol: Rpc): Promise<void> {
    const { read, answer: answerOf, failure, forged } = FRAMES[protocol];
    const backend = keep(
      await tcpBackend((socket) => {
        const answer = (frame: Buffer): void => {
          this.seen++;
          if (this.behaviour === 'reset') socket.destroy();
          else if (this.behaviour !== 'silent') this.#later(() => socket.write(frame));
        };
        let rest: Buffer = Buffer.alloc(0);
        socket.on('data', (chunk) => {
          const status = this.behaviour === 'ok' ? SUCCESS[protocol] : failure;
          rest = Buffer.concat([rest, chunk]);
          for (let frame = read(rest); frame !== null; frame = read(rest)) {
            rest = rest.subarray(frame.size);
            if (!frame.isRequest) continue;
            answer(this.behaviour === 'forged' ? forged(frame.id) : answerOf(frame.id, status, 'pong'));
          }
        });
      }),
    );
    this.port = backend.port;
  }
}

/** Rules of one type. */
export interface RuleSource {
  readonly type: RuleType;
  readonly list: string;
  readonly rules: readonly object[];
  readonly document?: object;
}

export interface WorldOptions {
  readonly threads?: number;
  readonly route?: object;
  readonly governance?: object;
  /** Hosts beside the service. */
  readonly ports?: readonly number[];
  /** Its part in a mesh. */
  readonly mesh?: object;
  /** False: those alone, without the service. */
  readonly ownHost?: boolean;
  /** Name of the cluster, `service` by default; publications name theirs `local_<protocol>_service_…`. */
  readonly clusterName?: string;
  /** Of the service, then of those hosts. */
  readonly labels?: readonly Readonly<Record<string, string>>[];
}

/** A proxy with an ingress `in` and an egress `out` before one service. */
export class World {
  readonly protocol: Protocol;
  readonly service: Service;
  readonly proxy: RunningProxy;
  readonly #options: WorldOptions;
  #version = 1;

  private constructor(protocol: Protocol, service: Service, proxy: RunningProxy, options: WorldOptions) {
    this.protocol = protocol;
    this.service = service;
    this.proxy = proxy;
    this.#options = options;
  }

  static async start(protocol: Protocol, sources: readonly RuleSource[], options: WorldOptions = {}): Promise<World> {
    const service = await Service.listen(protocol);
    const config = configOf(protocol, service.port, sources, 1, options);
    const { threads } = options;
    const proxy = await start(config, threads === undefined ? {} : { threads });
    return new World(protocol, service, proxy, options);
  }

  async change(sources: readonly RuleSource[]): Promise<void> {
    const config = configOf(this.protocol, this.service.port, sources, ++this.#version, this.#options);
    const answer = await this.proxy.reload(config);
    if (answer.status !== 200) throw new Error(answer.body);
  }

  /** One call. */
  ask(listener = 'in', headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return askOver(this.protocol, this.proxy.port(listener), headers);
  }

  /** Native statuses of calls, one after the other. */
  async statuses(count: number, listener = 'in', headers: Readonly<Record<string, string>> = {}): Promise<number[]> {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await this.ask(listener, headers)).status);
    return seen;
  }
}

function configOf(
  protocol: Protocol,
  port: number,
  sources: readonly RuleSource[],
  version: number,
  { route = {}, governance = {}, ports = [], ownHost = true, labels = [], mesh, clusterName = 'service' }: WorldOptions,
): object {
  const codec = protocol === 'grpc' ? 'Http2' : protocol;
  const listener = (name: string, type: string) =>
    proxyListener({
      name,
      type,
      protocol: codec,
      accessLogs: [{ log_path: `${name}.log`, log_format: '%response_code% %response_flag%' }],
    });
  const match =
    codec.startsWith('Http') || codec === 'tri'
      ? { prefix: '/' }
      : { headers: [{ name: 'service', value: '.*', regex: true }] };
  return {
    ...configuration({
      listeners: [listener('in', 'ingress'), listener('out', 'egress')],
      routes: [{ match, route: { cluster_name: clusterName, ...route } }],
      clusters: [withLabels(cluster(clusterName, ownHost ? [port, ...ports] : ports), labels)],
    }),
    ...(mesh === undefined ? {} : { mesh }),
    governance: {
      app: 'demo',
      ...governance,
      documents: sources.map(({ type, list, rules, document }) => ({
        data_id: ruleDataId(type, type === 'ROUTE' ? SERVICES[protocol] : 'demo'),
        version,
        value: { appName: 'demo', ...document, [list]: rules },
      })),
    },
  };
}

function withLabels(config: object, labels: readonly Readonly<Record<string, string>>[]): object {
  const { hosts } = config as { readonly hosts: readonly object[] };
  const metadata = (own: Readonly<Record<string, string>> | undefined) =>
    own === undefined ? {} : { metadata: { filter_metadata: { 'mosn.lb': own } } };
  return { ...config, hosts: hosts.map((host, index) => ({ ...host, ...metadata(labels[index]) })) };
}

/** One call to a port. */
export function askOver(
  protocol: Protocol,
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<Answered> {
  switch (protocol) {
    case 'Http1':
      return askHttp1(port, headers);
    case 'Http2':
    case 'grpc':
    case 'tri':
      return askHttp2(port, headers, protocol !== 'Http2');
    default:
      return askRpc(protocol, port, headers);
  }
}

function askHttp1(port: number, headers: Readonly<Record<string, string>>): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: '127.0.0.1', port, path: '/', headers: { host: 'echo.demo:80', ...headers }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      },
    );
    request.on('error', reject);
  });
}

function askHttp2(port: number, headers: Readonly<Record<string, string>>, grpc: boolean): Promise<Answered> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  return new Promise<Answered>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':path': grpc ? '/demo.Echo/Say' : '/',
      ':authority': 'echo.demo:80',
      ...(grpc ? { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' } : {}),
      ...headers,
    });
    let seen: http2.IncomingHttpHeaders = {};
    let text = '';
    stream.on('response', (answer) => {
      seen = answer;
    });
    stream.on('trailers', (trailers) => {
      seen = { ...seen, ...trailers };
    });
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    stream.on('end', () =>
      resolve(
        grpc
          ? { status: Number(seen['grpc-status']), text: String(seen['grpc-message'] ?? text), headers: seen }
          : { status: Number(seen[':status']), text, headers: seen },
      ),
    );
    stream.on('error', reject);
    stream.end();
  }).finally(() => session.close());
}

async function askRpc(protocol: Rpc, port: number, headers: Readonly<Record<string, string>>): Promise<Answered> {
  const { read, request } = FRAMES[protocol];
  const peer = new Peer(port);
  await peer.connected;
  await peer.send(request(7, headers));
  await until(() => read(peer.bytes) !== null || peer.saw('close') || peer.saw('end'));
  const frame = read(peer.bytes);
  peer.socket.destroy();
  if (frame === null) throw new Error('closed without an answer');
  return { status: frame.status, text: frame.body.toString('latin1'), headers: {} };
}
