import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { dubbo, type Edition, sofaRpc, springCloud } from './applications.ts';

export const COLUMNS = [
  'call',
  'exception',
  'one-way',
  'async',
  'generic',
  'heartbeat',
  'large body',
  'timeout',
  'provider restart',
  'proxy restart',
  'limited',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What a consumer is asked, and how it answers. */
type Exchange = readonly [command: string, answer: string | RegExp];

/** An application framework over one protocol, and what each column is for it. */
export interface Framework {
  readonly name: string;
  readonly edition: Edition;
  /** Of the listeners and clusters of the proxies. */
  readonly protocol: 'bolt' | 'dubbo' | 'tri' | 'Http1';
  readonly match: object;
  /** dataId by which a rule finds the service. */
  readonly limited: string;
  readonly providerArguments?: readonly string[];
  readonly consumerArguments?: readonly string[];
  /** For heartbeats that a test can wait for. */
  readonly jvm?: readonly string[];
  /** Follows the port in the address, for the same reason. */
  readonly addressSuffix?: string;
  readonly exchanges: Readonly<Partial<Record<Column, readonly Exchange[]>>>;
  /** Columns that are tried so often where a provider broke its protocol, which it does without a proxy too; see `spoiled`. */
  readonly attempts?: Readonly<Partial<Record<Column, number>>>;
  /** What a consumer catches while its provider is away, and when a rule refuses its call. */
  readonly caught: { readonly lost: RegExp; readonly limited: RegExp };
  /** Why a column is not there. */
  readonly without: Readonly<Partial<Record<Column, string>>>;
}

const INTERFACE = 'org.example.orders.OrderService';
const CALLS: readonly Exchange[] = [
  ['echo hi', 'ok hi'],
  ['null', 'ok null'],
  ['plus 40 2', 'ok 42'],
  ['confirm', 'ok 7 ann 12.50 0.125 1700000000123 3 CONFIRMED 1 cyclic'],
  ['group', 'ok 2'],
];
const EXCEPTION: readonly Exchange[] = [['fail sold', 'OutOfStockException sold 3']];
const ONE_WAY: readonly Exchange[] = [
  ['fire', 'ok fired'],
  ['fired', 'ok 20'],
];
const LARGE: readonly Exchange[] = [
  ['size 1000000', 'ok 1000000'],
  ['large 1000000', 'ok 1000000'],
];
const timeout = (caught: RegExp): readonly Exchange[] => [
  ['slow 1500', caught],
  ['plus 1 1', 'ok 2'],
];

const RPC: Framework['exchanges'] = {
  call: CALLS,
  exception: EXCEPTION,
  'one-way': ONE_WAY,
  async: [['async', 'ok 500']],
  generic: [['generic', 'ok 9']],
  'large body': LARGE,
};

export function sofa(version: string): Framework {
  return {
    name: `SOFARPC ${version}`,
    edition: sofaRpc(version),
    protocol: 'bolt',
    match: { headers: [{ name: 'service', value: `${INTERFACE}:1.0` }] },
    limited: `${INTERFACE}:1.0@DEFAULT`,
    jvm: ['-Dbolt.tcp.heartbeat.interval=500'],
    exchanges: {
      ...RPC,
      generic: [
        ['generic', 'ok 9'],
        ['generic-object', 'ok ann'],
      ],
      timeout: timeout(/^SofaTimeOutException type=200 /),
    },
    caught: { lost: /^SofaRpcException type=250 /, limited: /^SofaRpcException type=100 / },
    without: {},
  };
}

export function dubbo2(version: string): Framework {
  return {
    name: `Dubbo ${version} (dubbo)`,
    edition: dubbo(version),
    protocol: 'dubbo',
    match: { headers: [{ name: 'service', value: INTERFACE }] },
    limited: `${INTERFACE}:1.0:blue@dubbo`,
    addressSuffix: '?heartbeat=1000',
    exchanges: { ...RPC, timeout: timeout(/^RpcException code=2 /) },
    caught: { lost: /^RpcException code=1 /, limited: /^RpcException code=1 .*509\|limit exceeded\|rule=7/ },
    without: {},
  };
}

export function triple(version: string): Framework {
  return {
    name: `Dubbo ${version} (tri)`,
    edition: dubbo(version),
    protocol: 'tri',
    match: { headers: [{ name: 'service', value: `${INTERFACE}:1.0:blue` }] },
    limited: `${INTERFACE}:1.0:blue@tri`,
    providerArguments: ['tri'],
    consumerArguments: ['tri'],
    addressSuffix: '?heartbeat=1000',
    // The proxies know the deadline of a call; whichever of the two times out first answers.
    exchanges: { ...RPC, timeout: timeout(/^RpcException code=(2 |0 .*DEADLINE_EXCEEDED)/) },
    // At 500 calls at once a provider of Dubbo 3.3 loses the block of a HEADERS frame now and then: `000003 0104 <stream>`, and
    // the header of the next frame where its three bytes should be. Whoever reads that ends the connection (RFC 9113 section 4.3).
    // Between Dubbo's own consumer and provider, nothing but a relay that kept the bytes between them: once in 2000 calls with
    // 3.3.5, once in 8000 with 3.3.6; the consumer says GOAWAY 9, "Incomplete header block fragment".
    attempts: { async: 4 },
    caught: {
      lost: /^RpcException code=0 .*UNAVAILABLE/,
      limited: /^RpcException code=0 .*RESOURCE_EXHAUSTED : limit exceeded\|rule=7/,
    },
    without: {},
  };
}

export function feign(version: string, boot: string): Framework {
  return {
    name: `Spring Cloud ${version} (Boot ${boot}, OpenFeign)`,
    edition: springCloud(version, boot),
    protocol: 'Http1',
    match: { prefix: '/' },
    limited: '*',
    exchanges: {
      call: [...CALLS, ['together', 'ok 200']],
      exception: EXCEPTION,
      'large body': LARGE,
      timeout: timeout(/^RetryableException status=-1 cause=SocketTimeoutException /),
    },
    caught: {
      lost: /^BadGateway status=502 /,
      limited: /^RetryableException status=429 cause=TooManyRequests reject=limit /,
    },
    without: {
      'one-way': 'HTTP has no call without an answer',
      async: 'a call of OpenFeign in Spring Cloud waits for its answer; 200 calls from 16 threads are part of “call”',
      generic: 'whoever has no interface sends any HTTP request',
      heartbeat: 'HTTP/1.1 has none',
    },
  };
}

const SOFA = [sofa('5.13.2'), sofa('5.8.8')] as const;
const DUBBO = [dubbo2('2.7.23'), dubbo2('3.3.5')] as const;
const TRIPLE = triple('3.3.5');
const SPRING = [feign('2025.0.3', '3.5.16'), feign('2021.0.9', '2.7.18')] as const;

/** Who calls whom: each version as consumer and as provider of another one, where there is another one. */
export const PAIRS: readonly { readonly consumer: Framework; readonly provider: Framework }[] = [
  { consumer: SOFA[0], provider: SOFA[1] },
  { consumer: SOFA[1], provider: SOFA[0] },
  { consumer: DUBBO[0], provider: DUBBO[1] },
  { consumer: DUBBO[1], provider: DUBBO[0] },
  { consumer: TRIPLE, provider: TRIPLE },
  { consumer: SPRING[0], provider: SPRING[1] },
  { consumer: SPRING[1], provider: SPRING[0] },
];

/** How often these proxies met a peer that broke its protocol: a column is tried again for that and for nothing else. */
export async function spoiled(...proxies: readonly RunningProxy[]): Promise<number> {
  const counts = await Promise.all(proxies.map((proxy) => metric(proxy, 'weft_proxy_protocol_errors_total')));
  return counts.reduce((sum, count) => sum + count, 0);
}
