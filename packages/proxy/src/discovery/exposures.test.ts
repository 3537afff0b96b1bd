import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoint } from '@weft/distribution';
import { byServiceField, type ServiceNaming } from '@weft/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Discovery } from './discovery.ts';
import type { ExposureRequest } from './exposures.ts';
import { discoveryOf } from './testdata/discovery-rig.ts';
import { ManualClock, RecordingRegistry } from './testdata/recording-registry.ts';

const NAMINGS: Readonly<Record<string, ServiceNaming>> = {
  Http1: { suffixes: ['Http1', 'Http2'] },
  dubbo: { suffixes: ['dubbo'], fieldsOf: byServiceField },
  bolt: { suffixes: ['DEFAULT'], group: 'SOFA', fieldsOf: byServiceField },
};
const PORTS: Readonly<Record<string, number>> = { http_in: 10_080, dubbo_in: 30_800, bolt_in: 12_200 };

const ORDERS = 'orders.test:80@Http1';
const DUBBO_ORDERS = 'com.x.Orders:1.0@dubbo';
const DUBBO = { protocol: 'dubbo', dataId: DUBBO_ORDERS };

let folder: string;
let registry: RecordingRegistry;
let clock: ManualClock;
/** Listeners with a transcoder, and what it converts to. */
let conversions: Set<string>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-exposures-'));
  registry = new RecordingRegistry();
  clock = new ManualClock();
  conversions = new Set(['dubbo_in>Http1', 'dubbo_out>Http1', 'bolt_in>dubbo']);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (protocol: string, name: string) => ({
  protocol,
  ingress_listener: `${name}_in`,
  egress_listener: `${name}_out`,
  app_port: 0,
});

function createDiscovery(): Discovery {
  const own = {
    folder,
    registry,
    clock,
    namingOf: (protocol: string) => NAMINGS[protocol],
    listenerAddress: (listener: string) => ({ host: '127.0.0.1', port: PORTS[listener] ?? 1 }),
    protocols: [
      entry('Http1', 'http'),
      entry('dubbo', 'dubbo'),
      entry('bolt', 'bolt'),
      { protocol: 'one-way', ingress_listener: '', egress_listener: 'out', app_port: 0 },
    ],
  };
  const canConvert = (listener: string, protocol: string): boolean => conversions.has(`${listener}>${protocol}`);
  return discoveryOf(own, { app: 'shop', canConvert }, '10.0.0.7');
}

const publish = (discovery: Discovery, expose: readonly ExposureRequest[]): boolean =>
  discovery.publish({ dataId: ORDERS, protocol: 'Http1', appPort: 8080, metadata: { version: 'v2' }, expose });
const routes = (discovery: Discovery) =>
  discovery
    .routedServices()
    .map(({ listener, service, cluster, hostProtocol, endpoints }) => [
      listener,
      service,
      cluster,
      hostProtocol,
      ...endpoints.map(({ port }) => port),
    ]);
const records = () => [...registry.published.values()].map(({ dataId }) => dataId);

describe('a publication', () => {
  it('has a record for each protocol: its ingress, and what the application speaks', async () => {
    publish(createDiscovery(), [DUBBO]);
    await clock.settle();
    expect([...registry.published.values()]).toMatchObject([
      {
        dataId: ORDERS,
        protocol: 'Http1',
        address: '10.0.0.7',
        port: 10_080,
        metadata: { version: 'v2', mesh: 'weft' },
      },
      {
        dataId: DUBBO_ORDERS,
        protocol: 'dubbo',
        group: 'DEFAULT_GROUP',
        address: '10.0.0.7',
        port: 30_800,
        metadata: {
          version: 'v2',
          mesh: 'weft',
          convertedFrom: 'Http1',
          convertedName: 'orders.test:80',
          protocols: 'dubbo:30800,Http1:10080',
        },
      },
    ]);
    expect(registry.published.get(`${ORDERS}|DEFAULT_GROUP`)?.metadata['convertedFrom']).toBeUndefined();
  });

  it('is routed to the application by each name', () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    const cluster = `local_http1_service_${ORDERS}`;
    expect(routes(discovery)).toEqual([
      ['http_in', 'orders.test:80', cluster, '', 8080],
      ['dubbo_in', 'com.x.Orders:1.0', cluster, 'Http1', 8080],
    ]);
  });

  it('keeps its name where both protocols name services', async () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: DUBBO_ORDERS, protocol: 'dubbo', appPort: 1, expose: [{ protocol: 'bolt' }] });
    await clock.settle();
    expect([...registry.published.values()][1]).toMatchObject({ dataId: 'com.x.Orders:1.0@DEFAULT', group: 'SOFA' });
  });

  it('takes back the names that it has no more, and all with itself', async () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    await clock.settle();
    expect(records()).toEqual([ORDERS, DUBBO_ORDERS]);
    publish(discovery, []);
    expect(records()).toEqual([ORDERS]);
    publish(discovery, [DUBBO]);
    await clock.settle();
    discovery.unpublish(ORDERS);
    expect(records()).toEqual([]);
    publish(discovery, [DUBBO]);
    await clock.settle();
    expect(records()).toEqual([ORDERS, DUBBO_ORDERS]);
    discovery.withdraw();
    expect(records()).toEqual([]);
  });

  it('is called by a name that it has no more until callers have heard of it', () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    publish(discovery, []);
    expect(routes(discovery).map(([listener]) => listener)).toEqual(['http_in', 'dubbo_in']);
    clock.advance(5000);
    expect(routes(discovery).map(([listener]) => listener)).toEqual(['http_in']);
  });

  it('keeps its names when who renews it says nothing of them', async () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    await clock.settle();
    discovery.publish({ dataId: ORDERS, protocol: 'Http1', appPort: 8081 });
    expect(records()).toEqual([ORDERS, DUBBO_ORDERS]);
    expect(routes(discovery).map((route) => route.at(-1))).toEqual([8081, 8081]);
  });

  it('says what became of each name', async () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    clock.advance(100);
    await clock.settle();
    expect(discovery.publications()).toMatchObject([
      { dataId: ORDERS, state: 'accepted', expose: [{ ...DUBBO, state: 'accepted' }] },
    ]);
  });

  it('comes back after a restart, without names that are not converted any more', async () => {
    const before = createDiscovery();
    publish(before, [DUBBO]);
    before.stop();
    registry.published.clear();
    createDiscovery().restore();
    await clock.settle();
    expect(records()).toEqual([ORDERS, DUBBO_ORDERS]);
    registry.published.clear();
    conversions.clear();
    createDiscovery().restore();
    await clock.settle();
    expect(records()).toEqual([ORDERS]);
  });

  it('has no name whose conversion was taken away, until it is back', async () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    await clock.settle();
    conversions.clear();
    expect(routes(discovery).map(([listener]) => listener)).toEqual(['http_in']);
    discovery.listening();
    expect(records()).toEqual([ORDERS]);
    conversions.add('dubbo_in>Http1');
    discovery.retell();
    expect(records()).toEqual([ORDERS, DUBBO_ORDERS]);
  });

  it.each<[string, readonly ExposureRequest[], string]>([
    ['of its own protocol', [{ protocol: 'Http1' }], 'expose[0] is Http1'],
    ['of a protocol that is not in the mesh', [{ protocol: 'tri' }], 'mesh.discovery.protocols has: Http1, dubbo'],
    ['of a protocol without an ingress', [{ protocol: 'one-way', dataId: 'a:1.0:b@one-way' }], 'no ingress_listener'],
    [
      'that it cannot convert',
      [{ protocol: 'bolt', dataId: 'a:1.0@DEFAULT' }],
      'cannot convert calls of bolt to Http1',
    ],
    ['that nobody can guess', [{ protocol: 'dubbo' }], 'expose[0] has no dataId'],
    ['with the ending of another', [{ protocol: 'dubbo', dataId: 'a:1.0@DEFAULT' }], 'expected @dubbo'],
    ['twice', [DUBBO, DUBBO], `expose[1] names ${DUBBO_ORDERS} once more`],
  ])('is refused with a name %s', (_what, expose, message) => {
    const discovery = createDiscovery();
    expect(() => publish(discovery, expose)).toThrow(message);
    expect([records(), discovery.publications()]).toEqual([[], []]);
  });

  it('does not take the name of another', () => {
    const discovery = createDiscovery();
    discovery.publish({ dataId: DUBBO_ORDERS, protocol: 'dubbo', appPort: 1 });
    expect(() => publish(discovery, [DUBBO])).toThrow(`${DUBBO_ORDERS} is published already, with ${DUBBO_ORDERS}`);
    discovery.unpublish(DUBBO_ORDERS);
    publish(discovery, [DUBBO]);
    expect(() => discovery.publish({ dataId: DUBBO_ORDERS, protocol: 'dubbo', appPort: 1 })).toThrow(
      `${DUBBO_ORDERS} is published already, with ${ORDERS}`,
    );
  });

  it('counts each name against the limit', () => {
    const discovery = createDiscovery();
    for (let index = 0; index < 998; index++)
      discovery.publish({ dataId: `s${index}.test:80@Http1`, protocol: 'Http1', appPort: 1 });
    publish(discovery, [DUBBO]);
    expect(() => discovery.publish({ dataId: 'one.more:80@Http1', protocol: 'Http1', appPort: 1 })).toThrow('1000');
    // Again is not more.
    publish(discovery, [DUBBO]);
  });
});

describe('the address of an ingress stands for its services', () => {
  const aliases = (discovery: Discovery) => discovery.routedServices().map((service) => service.aliases);

  it('where they are one application', () => {
    const discovery = createDiscovery();
    publish(discovery, [DUBBO]);
    expect(aliases(discovery)).toEqual([['10.0.0.7:10080'], []]);
    discovery.publish({ dataId: 'other.test:80@Http1', protocol: 'Http1', appPort: 8080 });
    expect(aliases(discovery)).toEqual([[], [], []]);
    discovery.unpublish('other.test:80@Http1');
    expect(aliases(discovery)).toEqual([['10.0.0.7:10080'], [], []]);
    discovery.unpublish(ORDERS);
    clock.advance(4999);
    discovery.unpublish('other.test:80@Http1');
    clock.advance(1);
    expect(aliases(discovery)).toEqual([]);
    publish(discovery, [DUBBO]);
    discovery.unpublish(ORDERS);
    expect(aliases(discovery)).toEqual([['10.0.0.7:10080'], []]);
  });

  it('also where it is called in HTTP and speaks something else', () => {
    const discovery = createDiscovery();
    conversions.add('http_in>dubbo');
    discovery.publish({
      dataId: DUBBO_ORDERS,
      protocol: 'dubbo',
      appPort: 1,
      expose: [
        { protocol: 'Http1', dataId: ORDERS },
        { protocol: 'Http1', dataId: 'orders.example:80@Http1' },
      ],
    });
    expect(aliases(discovery)).toEqual([[], ['10.0.0.7:10080'], []]);
  });
});

describe('a subscription', () => {
  const info = (dataId: string): string => `${dataId}#@#000001#@#DEFAULT_GROUP`;
  const provider = (metadata: Readonly<Record<string, string>>): Endpoint => ({
    ...{ address: '10.0.0.1', port: 30_800, weight: 100, zone: '', dataCenter: '', app: 'orders', proxyId: 'p' },
    enabled: true,
    metadata,
  });
  const push = (discovery: Discovery, dataId: string, ...endpoints: readonly Endpoint[]): void =>
    discovery.receive(info(dataId), {
      version: 0,
      endpoints,
      confirmed: true,
      protectThreshold: 0,
      origin: 'server',
    });

  it('is converted here when the providers say what they speak, and at their proxies when they do not', () => {
    const discovery = createDiscovery();
    discovery.subscribe(DUBBO_ORDERS, 'dubbo');
    push(discovery, DUBBO_ORDERS, provider({ convertedFrom: 'Http1', protocols: 'dubbo:30800,Http1:10080' }));
    expect(routes(discovery)).toEqual([['dubbo_out', 'com.x.Orders:1.0', DUBBO_ORDERS, 'Http1', 10_080]]);
    push(discovery, DUBBO_ORDERS, provider({ convertedFrom: 'Http1' }));
    expect(routes(discovery)).toEqual([['dubbo_out', 'com.x.Orders:1.0', DUBBO_ORDERS, '', 30_800]]);
  });

  it('is called by its own name once it is converted, where that is the name of a host', () => {
    const discovery = createDiscovery();
    const authorities = () => discovery.routedServices().map(({ authority }) => authority);
    const said = { convertedFrom: 'Http1', protocols: 'dubbo:30800,Http1:10080' };
    discovery.subscribe(DUBBO_ORDERS, 'dubbo');
    push(discovery, DUBBO_ORDERS, provider({ ...said, convertedName: 'orders.test:80' }));
    expect(authorities()).toEqual(['orders.test:80']);
    // As proxies before this one said it, what is no host, and what is converted elsewhere.
    for (const metadata of [
      said,
      { ...said, convertedName: 'orders.test:80\r\nx: y' },
      { ...said, convertedName: 'a/b' },
      { convertedFrom: 'Http1', convertedName: 'orders.test:80' },
    ]) {
      push(discovery, DUBBO_ORDERS, provider(metadata));
      expect(authorities()).toEqual(['']);
    }
    discovery.unsubscribe(DUBBO_ORDERS);
    discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO]);
    expect(authorities()).toEqual(['', 'orders.test:80']);
  });

  it('gives the same list for the same push, so that nothing is compiled anew', () => {
    const discovery = createDiscovery();
    discovery.subscribe(DUBBO_ORDERS, 'dubbo');
    push(discovery, DUBBO_ORDERS, provider({ convertedFrom: 'Http1', protocols: 'dubbo:30800,Http1:10080' }));
    expect(discovery.routedServices()[0]?.endpoints).toBe(discovery.routedServices()[0]?.endpoints);
  });

  it('can be called by names in other protocols, and rules for those are wanted', () => {
    const discovery = createDiscovery();
    discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO]);
    push(discovery, ORDERS, { ...provider({}), port: 8080 });
    expect(routes(discovery)).toEqual([
      ['http_out', 'orders.test:80', ORDERS, '', 8080],
      ['dubbo_out', 'com.x.Orders:1.0', ORDERS, 'Http1', 8080],
    ]);
    expect(registry.used).toEqual([`+${DUBBO_ORDERS}`, `+${ORDERS}`]);
    // Whoever subscribes again without saying more leaves them.
    discovery.subscribe(ORDERS, 'Http1');
    expect(routes(discovery)).toHaveLength(2);
    discovery.subscribe(ORDERS, 'Http1', undefined, []);
    expect(routes(discovery)).toHaveLength(1);
    discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO]);
    discovery.unsubscribe(ORDERS);
    expect(registry.used.at(-2)).toBe(`-${DUBBO_ORDERS}`);
  });

  it('comes back with its names after a restart', () => {
    const before = createDiscovery();
    before.subscribe(ORDERS, 'Http1', undefined, [DUBBO]);
    before.stop();
    const after = createDiscovery();
    after.restore();
    expect(after.subscriptions()).toMatchObject([{ dataId: ORDERS, expose: [DUBBO] }]);
  });

  it('does not take the name of another', () => {
    const discovery = createDiscovery();
    discovery.subscribe(DUBBO_ORDERS, 'dubbo');
    expect(() => discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO])).toThrow('is subscribed already');
    discovery.unsubscribe(DUBBO_ORDERS);
    discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO]);
    expect(() => discovery.subscribe(DUBBO_ORDERS, 'dubbo')).toThrow(`with ${ORDERS}`);
    discovery.unsubscribe(ORDERS);
    discovery.subscribe(DUBBO_ORDERS, 'dubbo');
  });

  it('is refused by a name that this proxy cannot convert', () => {
    const discovery = createDiscovery();
    conversions.clear();
    expect(() => discovery.subscribe(ORDERS, 'Http1', undefined, [DUBBO])).toThrow(
      'the listener dubbo_out cannot convert calls of dubbo to Http1',
    );
    expect(discovery.subscriptions()).toEqual([]);
  });
});
