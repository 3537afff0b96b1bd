import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoint } from '@weft/distribution';
import { noopLogger } from '@weft/kit';
import { byServiceField, type ServiceNaming } from '@weft/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Discovery } from './discovery.ts';
import { DiscoveryRefusal } from './refusal.ts';
import type { ServiceList } from './registry-port.ts';
import { ManualClock, RecordingRegistry } from './testdata/recording-registry.ts';

const NAMINGS: Readonly<Record<string, ServiceNaming>> = {
  Http1: { suffixes: ['Http1', 'Http2'] },
  bolt: {
    suffixes: ['DEFAULT'],
    group: 'SOFA',
    fieldsOf: byServiceField,
    variants: { key: 'p', own: '1', older: [{ value: '13', protocol: 'tr' }] },
  },
};

const REVIEWS = 'reviews.bookinfo:9080@Http1';
const REVIEWS_INFO = `${REVIEWS}#@#000001#@#DEFAULT_GROUP`;

const endpoint = (port: number): Endpoint => ({
  address: '10.0.0.1',
  port,
  weight: 100,
  zone: '',
  dataCenter: '',
  app: 'reviews',
  proxyId: `p${port}`,
  enabled: true,
  metadata: {},
});
const list = (version: number, ports: readonly number[], confirmed = true): ServiceList => ({
  version,
  endpoints: ports.map(endpoint),
  confirmed,
  protectThreshold: 50,
  origin: 'server',
});

let folder: string;
let clock: ManualClock;
let registry: RecordingRegistry;
let changes: number;
/** What comes of a change of the configuration. */
let inPlace: boolean;
/** What an application answers to its check; null while none was asked. */
let answerCheck: ((healthy: boolean) => void) | null = null;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-discovery-'));
  clock = new ManualClock();
  registry = new RecordingRegistry();
  changes = 0;
  inPlace = true;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `more`: protocols of plugins. */
function createDiscovery(...more: string[]): Discovery {
  return new Discovery({
    config: {
      address: '127.0.0.1:0',
      advertise_address: '',
      lease: 10_000,
      leave_time: 5000,
      empty_push_hold: 30_000,
      shrink_guard_percent: 60,
      first_push_wait: 3000,
      connect_ejection: 5000,
      retries: 2,
      protocols: [
        { protocol: 'Http1', ingress_listener: 'in', egress_listener: 'out', app_port: 0 },
        { protocol: 'bolt', ingress_listener: '', egress_listener: 'bolt_out', app_port: 12199 },
        ...more.map((protocol) => ({ protocol, ingress_listener: '', egress_listener: 'more_out', app_port: 0 })),
      ],
    },
    app: 'productpage',
    namingOf: (protocol) => NAMINGS[protocol],
    registry,
    clock,
    log: noopLogger,
    stateFile: path.join(folder, 'discovery_state.json'),
    canConvert: () => false,
    zone: 'Z1',
    dataCenter: 'd1',
    openProbe: async () => ({
      check: (_target, _timeoutMs, done) => {
        answerCheck = (healthy) => done({ healthy, detail: healthy ? '200' : 'ECONNREFUSED' });
        return () => {};
      },
    }),
    listenerAddress: (listener) => ({ host: '127.0.0.1', port: listener === 'in' ? 10080 : 10088 }),
    onChange: async () => {
      changes++;
      return inPlace;
    },
  });
}

const endpointsOf = (discovery: Discovery): number[] =>
  discovery.routedServices().flatMap((service) => service.endpoints.map((item) => item.port));

describe('publications', () => {
  it('register the address of the ingress and route it to the port of the application', async () => {
    const discovery = createDiscovery();
    expect(discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 })).toBe(true);
    expect(discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 })).toBe(false);
    await clock.settle();
    expect([...registry.published.values()]).toMatchObject([{ address: '127.0.0.1', port: 10080, weight: 100 }]);
    expect(discovery.routedServices()).toMatchObject([
      {
        service: 'reviews.bookinfo:9080',
        listener: 'in',
        cluster: `local_http1_service_${REVIEWS}`,
        endpoints: [{ port: 9080 }],
      },
    ]);
  });

  it('are told to the registry when requests find them, and not before; a change of weight at once', async () => {
    const discovery = createDiscovery();
    const publish = (weight = 100, appPort = 9080) =>
      discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort, weight });
    const weights = () => [...registry.published.values()].map((item) => item.weight);
    publish();
    publish();
    discovery.listening();
    clock.advance(100);
    expect([changes, weights()]).toEqual([1, []]);
    await clock.settle();
    expect(weights()).toEqual([100]);
    publish(0);
    expect(weights()).toEqual([0]);
    publish(7, 9081);
    expect(weights()).toEqual([0]);
    await clock.settle();
    expect(weights()).toEqual([7]);
  });

  it('are told when what came while the configuration was made is routed, too', async () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    clock.advance(100);
    discovery.publish({ dataId: 'late.test:80@Http1', protocol: 'Http1', appPort: 9080 });
    await new Promise((resolve) => setImmediate(resolve));
    expect([...registry.published.keys()]).toEqual([`${REVIEWS}|DEFAULT_GROUP`]);
    await clock.settle();
    expect(registry.published.size).toBe(2);
  });

  it('wait while their routes cannot be put in place, and are told with the next change that can', async () => {
    const discovery = createDiscovery();
    inPlace = false;
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    await clock.settle();
    expect([changes, registry.published.size]).toEqual([1, 0]);
    inPlace = true;
    discovery.subscribe(REVIEWS, 'Http1');
    await clock.settle();
    expect([changes, registry.published.size]).toEqual([2, 1]);
  });

  it('are routed for 5 s after they were taken back from the registry, and for good when they come back', async () => {
    const discovery = createDiscovery();
    const publish = (appPort: number) => discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort });
    publish(9080);
    await clock.settle();
    discovery.unpublish(REVIEWS);
    expect([registry.published.size, endpointsOf(discovery), discovery.publications()]).toEqual([0, [9080], []]);
    clock.advance(4999);
    expect(endpointsOf(discovery)).toEqual([9080]);
    publish(9081);
    expect(endpointsOf(discovery)).toEqual([9081]);
    clock.advance(10_000);
    expect(endpointsOf(discovery)).toEqual([9081]);
    discovery.unpublish(REVIEWS);
    await clock.settle();
    const before = changes;
    clock.advance(4900);
    expect(endpointsOf(discovery)).toEqual([]);
    await clock.settle();
    expect(changes).toBe(before + 1);
  });

  it('are not told any more once the proxy stops', async () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    clock.advance(100);
    await clock.settle();
    // Only then there is anybody to wait for.
    expect([discovery.withdraw(), discovery.withdraw()]).toEqual([true, false]);
    await clock.settle();
    expect([changes, registry.published.size]).toEqual([1, 0]);
  });

  it('end when they are not renewed within their time', async () => {
    const discovery = createDiscovery();
    const publish = () => discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, ttlSeconds: 10 });
    publish();
    await clock.settle();
    clock.advance(9_000);
    publish();
    clock.advance(9_999);
    expect(registry.published.size).toBe(1);
    clock.advance(1);
    expect(registry.published.size).toBe(0);
  });

  it.each([
    [
      'an unknown protocol',
      { dataId: REVIEWS, protocol: 'http', appPort: 1 },
      'mesh.discovery.protocols has: Http1, bolt',
    ],
    ['a protocol without an ingress', { dataId: 'a.B:1.0@DEFAULT', protocol: 'bolt' }, 'no ingress_listener'],
    ['no port of the application', { dataId: REVIEWS, protocol: 'Http1' }, 'appPort is missing'],
    [
      'a protocol that the name contradicts',
      { dataId: 'a.B:1.0@DEFAULT', protocol: 'Http1', appPort: 1 },
      'expected @Http1 or @Http2',
    ],
    ['a name that is no dataId', { dataId: 'a b@Http1', protocol: 'Http1', appPort: 1 }, 'a b@Http1'],
  ])('are refused with %s', (_what, request, message) => {
    expect(() => createDiscovery().publish(request)).toThrowError(DiscoveryRefusal);
    expect(() => createDiscovery().publish(request)).toThrowError(message);
  });
});

describe('subscriptions', () => {
  it('are the same when asked for again, and say where the application finds the service', async () => {
    const discovery = createDiscovery();
    for (let times = 0; times < 1000; times++) discovery.subscribe(REVIEWS, 'Http1');
    expect([...registry.subscribed]).toEqual([REVIEWS_INFO]);
    discovery.listening();
    expect(await discovery.openEgress('Http1')).toBe('127.0.0.1:10088');
  });

  it('wait for the listener while the proxy starts', async () => {
    const discovery = createDiscovery();
    let found = '';
    const egress = discovery.openEgress('Http1').then((address) => {
      found = address;
    });
    clock.advance(1999);
    await Promise.resolve();
    expect(found).toBe('');
    discovery.listening();
    await egress;
    expect(found).toBe('127.0.0.1:10088');
  });

  it('are refused where the listener does not open', async () => {
    const discovery = createDiscovery();
    const egress = discovery.openEgress('Http1');
    clock.advance(2000);
    await expect(egress).rejects.toMatchObject({
      status: 503,
      message: 'the egress listener out is not open: nothing was subscribed; ask again when the proxy serves',
    });
    expect(discovery.subscriptions()).toEqual([]);
  });

  it('say which services are called from here, until the last group of one is given up', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.subscribe(REVIEWS, 'Http1', 'BLUE');
    discovery.unsubscribe(REVIEWS, 'BLUE');
    expect(new Set(registry.used)).toEqual(new Set([`+${REVIEWS}`]));
    discovery.unsubscribe(REVIEWS);
    expect(registry.used.at(-1)).toBe(`-${REVIEWS}`);
  });

  it('drop a push that is not newer', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(2, [1, 2]));
    discovery.receive(REVIEWS_INFO, list(2, [3]));
    discovery.receive(REVIEWS_INFO, list(1, [4]));
    expect(endpointsOf(discovery)).toEqual([1, 2]);
  });

  it('take any version after the service was gone from the registry', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(8, [1]));
    discovery.receive(REVIEWS_INFO, list(0, [], false));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.receive(REVIEWS_INFO, list(1, [2]));
    expect(endpointsOf(discovery)).toEqual([2]);
  });

  it('take what the server says for what a snapshot said, whatever its version', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, { ...list(9, [1]), origin: 'snapshot' });
    expect(discovery.routedServices()[0]?.stale).toBe(true);
    discovery.receive(REVIEWS_INFO, list(1, [2]));
    expect(discovery.routedServices()[0]).toMatchObject({ stale: false, endpoints: [{ port: 2 }] });
  });

  it('hold a push that empties the list until it is old enough, or until the next one', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2]));
    discovery.receive(REVIEWS_INFO, list(2, [], false));
    clock.advance(29_999);
    expect(endpointsOf(discovery)).toEqual([1, 2]);
    clock.advance(1);
    expect(endpointsOf(discovery)).toEqual([]);
    discovery.receive(REVIEWS_INFO, list(3, [1]));
    discovery.receive(REVIEWS_INFO, list(4, [], false));
    discovery.receive(REVIEWS_INFO, list(5, [7]));
    clock.advance(60_000);
    expect(endpointsOf(discovery)).toEqual([7]);
  });

  it('hold a push that takes most hosts away, but not one that the registry is sure of', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, list(1, [1, 2, 3, 4, 5]));
    discovery.receive(REVIEWS_INFO, list(2, [1], false));
    expect(endpointsOf(discovery)).toHaveLength(5);
    discovery.receive(REVIEWS_INFO, list(3, [1], true));
    expect(endpointsOf(discovery)).toEqual([1]);
  });

  it('tell watchers what was added, removed and updated', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    const seen: string[] = [];
    const stop = discovery.watch((change) => seen.push(`${change.kind} ${change.endpoint.port} ${change.version}`));
    discovery.receive(REVIEWS_INFO, list(1, [1, 2]));
    discovery.receive(REVIEWS_INFO, { ...list(2, []), endpoints: [{ ...endpoint(2), weight: 5 }, endpoint(3)] });
    stop?.();
    discovery.receive(REVIEWS_INFO, list(3, [9]));
    expect(seen).toEqual(['added 1 1', 'added 2 1', 'updated 2 2', 'added 3 2', 'removed 1 2']);
  });
});

describe('changes', () => {
  it('within 100 ms become one', () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    discovery.subscribe(REVIEWS, 'Http1');
    for (let version = 1; version <= 100; version++) discovery.receive(REVIEWS_INFO, list(version, [version]));
    expect(changes).toBe(0);
    clock.advance(100);
    expect(changes).toBe(1);
    expect(endpointsOf(discovery)).toEqual([9080, 100]);
  });
});

describe('a service of which some providers speak an older protocol', () => {
  const ECHO = 'com.weft.Echo:1.0@DEFAULT';
  const INFO = `${ECHO}#@#000001#@#SOFA`;
  const speaking = (port: number, p?: string): Endpoint => ({
    ...endpoint(port),
    metadata: p === undefined ? {} : { p },
  });
  const providers = (version: number, ...endpoints: Endpoint[]) => ({ ...list(version, []), endpoints });
  const portsOf = (discovery: Discovery) => discovery.routedServices()[0]?.endpoints.map(({ port }) => port);

  it('is announced by the weakest that the proxy speaks, at once, and called where it speaks the protocol itself', () => {
    const discovery = createDiscovery('tr');
    const subscription = discovery.subscribe(ECHO, 'bolt');
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '1' });
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13'), speaking(3, '1')));
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '13' });
    expect(portsOf(discovery)).toEqual([1, 3]);
    // The same list of hosts is the same object: what was compiled from it stays.
    expect(discovery.routedServices()[0]?.endpoints).toBe(discovery.routedServices()[0]?.endpoints);
  });

  it('is announced by the newer one 30 s after the last older provider went, and not if one comes back meanwhile', () => {
    const discovery = createDiscovery('tr');
    const subscription = discovery.subscribe(ECHO, 'bolt');
    const announced = () => discovery.announcedVariant(subscription)['p'];
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13')));
    discovery.receive(INFO, providers(2, speaking(1), speaking(3)));
    clock.advance(29_999);
    expect(announced()).toBe('13');
    discovery.receive(INFO, providers(3, speaking(1), speaking(3), speaking(2, '13')));
    clock.advance(30_000);
    expect(announced()).toBe('13');
    discovery.receive(INFO, providers(4, speaking(1), speaking(3)));
    clock.advance(30_000);
    expect(announced()).toBe('1');
    expect(portsOf(discovery)).toEqual([1, 3]);
  });

  it('is announced by its own protocol where the proxy has none for the older one', () => {
    const discovery = createDiscovery();
    const subscription = discovery.subscribe(ECHO, 'bolt');
    discovery.receive(INFO, providers(1, speaking(1), speaking(2, '13')));
    expect(discovery.announcedVariant(subscription)).toEqual({ p: '1' });
    expect(portsOf(discovery)).toEqual([1]);
  });

  it('finds nobody where all are older', () => {
    const discovery = createDiscovery();
    discovery.subscribe(ECHO, 'bolt');
    discovery.receive(INFO, providers(1, speaking(1, '13'), speaking(2, '13')));
    expect(portsOf(discovery)).toEqual([]);
  });
});

describe('a restart', () => {
  it('takes up what applications had asked for', async () => {
    const before = createDiscovery();
    before.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, metadata: { a: '1' } });
    before.subscribe(REVIEWS, 'Http1');
    clock.advance(1000);
    before.stop();
    registry = new RecordingRegistry();
    const after = createDiscovery();
    after.restore();
    await clock.settle();
    expect([...registry.published.values()]).toMatchObject([{ dataId: REVIEWS, port: 10080, metadata: { a: '1' } }]);
    expect([...registry.subscribed]).toEqual([REVIEWS_INFO]);
  });

  it('goes on without a file that cannot be read', () => {
    writeFileSync(path.join(folder, 'discovery_state.json'), '{"format":');
    const discovery = createDiscovery();
    discovery.restore();
    expect(discovery.publications()).toEqual([]);
  });

  it('says when a subscription is routed, and does not wait for ever', async () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1');
    let placed = false;
    const waiting = discovery.placed().then(() => {
      placed = true;
    });
    await Promise.resolve();
    expect([placed, changes]).toEqual([false, 0]);
    clock.advance(100);
    await waiting;
    expect(changes).toBe(1);
    expect(discovery.routedServices().find((service) => service.cluster === REVIEWS)?.hostsWaitMs).toBe(3000);
    discovery.receive(REVIEWS_INFO, list(1, []));
    expect(discovery.routedServices().find((service) => service.cluster === REVIEWS)?.hostsWaitMs).toBe(0);
  });
});

const CHECK = { type: 'Http1', config: {}, intervalMs: 1000, timeoutMs: 500, fall: 2, raise: 1 };

describe('a publication with a check of the application', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** The answer to the check that waits, and the time until the next one. */
  const answer = (healthy: boolean): void => {
    answerCheck?.(healthy);
    clock.advance(1000);
  };

  it('is registered while the application is well, and only then', async () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    await clock.settle();
    discovery.listening();
    expect(registry.published.size).toBe(0);
    expect(discovery.publications()).toMatchObject([
      { state: 'withheld', reason: 'the application is not well: it was not asked yet', health: { healthy: false } },
    ]);
    answer(false);
    expect(discovery.publications()[0]?.reason).toBe('the application is not well: ECONNREFUSED');
    answer(true);
    expect([...registry.published.keys()]).toEqual([`${REVIEWS}|DEFAULT_GROUP`]);
    expect(discovery.publications()).toMatchObject([{ state: 'accepted', health: { healthy: true, detail: '200' } }]);
    answer(false);
    expect(registry.published.size).toBe(1);
    answer(false);
    expect(registry.published.size).toBe(0);
    // A renewal, and another session with the registry, do not register what is not well.
    discovery.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    discovery.listening();
    expect(registry.published.size).toBe(0);
    answer(true);
    expect(registry.published.size).toBe(1);
    discovery.withdraw();
    answer(true);
    expect(registry.published.size).toBe(0);
    discovery.stop();
  });

  it('keeps its check over a restart, and loses it when it is published without one', async () => {
    const first = createDiscovery();
    first.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080, healthCheck: CHECK });
    await turn();
    answer(true);
    first.stop();
    registry.published.clear();
    const second = createDiscovery();
    second.restore();
    await clock.settle();
    expect(second.publications()).toMatchObject([{ state: 'withheld', healthCheck: CHECK }]);
    expect(registry.published.size).toBe(0);
    second.publish({ dataId: REVIEWS, protocol: 'Http1', appPort: 9080 });
    expect(registry.published.size).toBe(1);
    answer(false);
    answer(false);
    expect(registry.published.size).toBe(1);
    second.stop();
  });
});

describe('the scope of a subscription', () => {
  const places: [string, string][] = [
    ['Z1', 'd1'],
    ['Z2', 'd1'],
    ['Z3', 'd2'],
    ['Z4', 'd2'],
  ];
  const everywhere = (version: number): ServiceList => ({
    ...list(version, [1, 2, 3, 4]),
    endpoints: places.map(([zone, dataCenter], index) => ({ ...endpoint(index + 1), zone, dataCenter })),
  });

  it('is who is asked: of two zones in each of two data centres one, two or four', () => {
    const discovery = createDiscovery();
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
    discovery.receive(REVIEWS_INFO, everywhere(1));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'dataCenter');
    expect(endpointsOf(discovery)).toEqual([1, 2]);
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'global');
    expect(endpointsOf(discovery)).toEqual([1, 2, 3, 4]);
    // Who says nothing leaves it as it is.
    discovery.subscribe(REVIEWS, 'Http1', undefined, undefined, 'zone');
    discovery.subscribe(REVIEWS, 'Http1');
    discovery.receive(REVIEWS_INFO, everywhere(2));
    expect(endpointsOf(discovery)).toEqual([1]);
    discovery.stop();
    const later = createDiscovery();
    later.restore();
    later.receive(REVIEWS_INFO, everywhere(3));
    expect(endpointsOf(later)).toEqual([1]);
    later.stop();
  });
});
