import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import {
  createDistributionClient,
  createLink,
  createMemoryNetwork,
  createRegistrySession,
  type Link,
  type NodeInfo,
  type Publication,
  type RegistrySession,
  SERVICE_ENDPOINTS_TYPE,
  type ServiceEndpoints,
  serviceEndpointsType,
} from '@weft/distribution';
import { noopLogger } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createMemoryCoordinator } from '../coordinator/index.ts';
import { createDistributionHub, type DistributionHub } from '../distribution/index.ts';
import { createOsp, type Osp } from '../osp/index.ts';
import { openSqlite, type Storage } from '../storage/index.ts';
import { createRegistry, REBUILD_MS, type Registry, type RegistryLimits } from './index.ts';

const SERVICE = 'details.bookinfo:9080@Http1';
const INFO = `${SERVICE}#@#000001#@#DEFAULT_GROUP`;
const LIMIT_MS = 15_000;

class Rig {
  readonly clock = createFakeClock();
  readonly network = createMemoryNetwork();
  storage!: Storage;
  osp!: Osp;
  hub!: DistributionHub;
  registry!: Registry;
  readonly keys: { accessKey: string; secret: string }[] = [];
  #links: Link[] = [];
  #listener: { close(ms: number): Promise<void> } | null = null;

  async open(limits: Partial<RegistryLimits> = {}): Promise<this> {
    this.storage ??= openSqlite({ file: ':memory:', wallNow: this.clock.wallNow });
    if (this.osp === undefined) {
      this.osp = await createOsp({ storage: this.storage, vaultKey: randomBytes(32), wallNow: this.clock.wallNow });
      const seeded = await this.osp.seed();
      this.keys.push({ accessKey: seeded?.accessKeyId ?? '', secret: seeded?.secret ?? '' });
    }
    this.hub = createDistributionHub({
      accessKeys: this.osp.accessKeys,
      products: this.osp.products,
      clock: this.clock,
      log: noopLogger,
    });
    this.registry = await createRegistry({
      storage: this.storage,
      coordinator: createMemoryCoordinator(this.clock),
      hub: this.hub,
      clock: this.clock,
      log: noopLogger,
      limits,
    });
    this.#listener = this.network.listen('registry', this.hub.server.accept);
    return this;
  }

  /** Another tenant, with its key. */
  async addTenant(): Promise<string> {
    const place = { tenantId: 'OTHER', workspaceId: 'w', instanceId: '' };
    await this.storage.write(async (tx) => {
      await this.osp.tenants.create(tx, 'OTHER', 'Other');
      await this.osp.products.open(tx, 'OTHER', 'MESH', 'admin');
      await this.osp.products.start(tx, 'OTHER', 'w', 'MESH', 'admin');
    });
    const instanceId = (await this.osp.tenants.find('OTHER'))?.instanceId ?? '';
    const key = await this.storage.write((tx) => this.osp.accessKeys.create(tx, { ...place, instanceId }));
    this.keys.push({ accessKey: key.accessKeyId, secret: key.secret });
    return instanceId;
  }

  link(app: string, keyIndex = 0, ip = '10.0.0.1'): Link {
    const node: NodeInfo = {
      id: `${app}-${this.#links.length}`,
      app,
      ip,
      zone: 'Z1',
      dataCenter: 'd',
      cluster: 'c',
      labels: {},
      version: '0',
      pid: 1,
      startedAtMs: 1,
      adminPort: 0,
    };
    const credentials = this.keys[keyIndex];
    const link = createLink({
      addresses: ['registry'],
      node,
      transport: this.network.transport,
      clock: this.clock,
      ...(credentials === undefined ? {} : { credentials }),
    });
    this.#links.push(link);
    return link;
  }

  provider(app: string, link = this.link(app)): { link: Link; session: RegistrySession } {
    return { link, session: createRegistrySession({ link, clock: this.clock }) };
  }

  /** What a subscriber sees of a service. */
  subscriber(
    link = this.link('front'),
    name = INFO,
  ): { link: Link; pushes: ServiceEndpoints[]; removals: string[]; last(): ServiceEndpoints | undefined } {
    const pushes: ServiceEndpoints[] = [];
    const removals: string[] = [];
    createDistributionClient({ link, clock: this.clock }).subscribe(
      serviceEndpointsType,
      [name],
      ({ updated, removed }) => {
        for (const { value } of updated) pushes.push(value);
        removals.push(...removed);
        return [];
      },
    );
    return { link, pushes, removals, last: () => pushes.at(-1) };
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (!condition()) {
      if (performance.now() > limit) throw new Error(`did not come true: ${what}`);
      await turn();
      this.clock.advance(1);
    }
  }

  /** Lets time pass in small steps, with turns for what is asynchronous; returns when it came true, ms. */
  async pass(ms: number, until: () => boolean = () => false, stepMs = 100): Promise<number> {
    const begin = this.clock.now();
    while (this.clock.now() - begin < ms && !until()) {
      this.clock.advance(stepMs);
      for (let i = 0; i < 8; i++) await turn();
    }
    return this.clock.now() - begin;
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    this.hub.server.stop({ spreadMs: 0 });
    await this.#listener?.close(0);
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.close();
    await this.stop();
    await this.storage.close();
  }
}

const publication = (change: Partial<Publication> = {}): Publication => ({
  registId: 'r1',
  dataId: SERVICE,
  instanceId: '000001',
  group: 'DEFAULT_GROUP',
  protocol: 'Http1',
  address: '10.0.0.9',
  port: 13331,
  weight: 100,
  metadata: { mesh: 'weft' },
  ...change,
});

describe('the registry', () => {
  let rig: Rig;
  afterEach(() => rig.close());
  const start = async (limits?: Partial<RegistryLimits>): Promise<Rig> => {
    rig = await new Rig().open(limits);
    return rig;
  };
  const accepted = (session: RegistrySession): boolean =>
    session.publications().every(({ state }) => state === 'accepted') && session.publications().length > 0;

  test('a publication reaches its subscribers and nobody else; taking it back acts at once', async () => {
    await start();
    const one = rig.subscriber();
    const other = rig.subscriber(rig.link('other'), INFO.replace('details', 'reviews'));
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    expect(one.last()?.endpoints[0]).toEqual({
      address: '10.0.0.9',
      port: 13331,
      weight: 100,
      zone: 'Z1',
      dataCenter: 'd',
      app: 'details',
      proxyId: 'details-2',
      enabled: true,
      isolatedMs: 0,
      metadata: { mesh: 'weft' },
    });
    const before = one.last()?.version ?? 0;
    // Behind the time in which an empty list proves nothing.
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    session.unpublish('r1');
    expect(await rig.pass(5000, () => one.last()?.endpoints.length === 0)).toBeLessThan(1000);
    expect(one.last()?.confirmed).toBe(true);
    expect(one.last()?.version).toBeGreaterThan(before);
    expect(other.pushes.filter(({ endpoints }) => endpoints.length > 0)).toEqual([]);
  });

  test('the entries of a dead proxy vanish within its lease and a second', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    const { session, link } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    // Gone without a word.
    link.close();
    const afterMs = await rig.pass(30_000, () => one.last()?.endpoints.length === 0);
    expect(afterMs).toBeGreaterThan(6000);
    expect(afterMs).toBeLessThanOrEqual(11_000);
  });

  test('a session goes on over a broken connection, and forgets what it does not name again', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    session.publish(publication({ registId: 'r2', port: 13332 }));
    await rig.until('pushed', () => one.last()?.endpoints.length === 2);
    const pushes = one.pushes.length;
    rig.network.cut('registry');
    session.unpublish('r2');
    await rig.pass(20_000, () => one.last()?.endpoints.length === 1);
    expect(one.last()?.endpoints.map(({ port }) => port)).toEqual([13331]);
    // Not once was the list without the provider that lives on.
    expect(one.pushes.slice(pushes).every(({ endpoints }) => endpoints.some(({ port }) => port === 13331))).toBe(true);
  });

  test('the id of a session opens nothing to another proxy', async () => {
    await start();
    const link = rig.link('details');
    const victim = createRegistrySession({ link, clock: rig.clock, sessionId: 'guessed' });
    victim.publish(publication());
    await rig.until('accepted', () => accepted(victim));
    const thief = createRegistrySession({ link: rig.link('thief'), clock: rig.clock, sessionId: 'guessed' });
    thief.publish(publication({ port: 1 }));
    await rig.until('accepted', () => accepted(thief));
    thief.unpublish('r1');
    await rig.pass(2000);
    expect(rig.registry.providers('000001', SERVICE).map(({ address }) => address)).toEqual(['10.0.0.9:13331']);
  });

  test('another workspace neither sees a service nor publishes into it', async () => {
    await start();
    const instanceId = await rig.addTenant();
    expect(instanceId).not.toBe('000001');
    const spy = rig.subscriber(rig.link('spy', 1));
    const intruder = rig.provider('intruder', rig.link('intruder', 1));
    const { session } = rig.provider('details');
    session.publish(publication());
    intruder.session.publish(publication({ address: '6.6.6.6' }));
    await rig.until('accepted', () => accepted(session));
    await rig.until('refused', () => intruder.session.publications()[0]?.state === 'refused');
    expect(intruder.session.publications()[0]?.reason).toContain(
      `instance_id is "000001", the access key is for "${instanceId}"`,
    );
    await rig.pass(2000);
    expect(spy.pushes).toEqual([]);
    expect(rig.registry.entries(instanceId)).toEqual([]);
  });

  test.each([
    [{ dataId: 'no id' }, /expected/],
    [{ group: 'a b' }, /expected a group/],
    [{ registId: '' }, /regist_id has 0 characters, expected 1 to 1024/],
    [{ address: 'host.name' }, /address is "host\.name", expected an IP address/],
    [{ port: 0 }, /port is 0, expected 1 to 65535/],
    [{ port: 70_000 }, /port is 70000/],
    [{ weight: 1001 }, /weight is 1001, expected 0 to 1000/],
    [{ protocol: 'a b' }, /protocol is "a b"/],
    [{ metadata: { big: 'x'.repeat(9000) } }, /metadata has 9003 bytes, expected at most 8192/],
    [{ metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ''])) }, /65 keys/],
  ])('publication %# is refused with value and expectation', async (change, reason) => {
    await start();
    const { session } = rig.provider('details');
    session.publish(publication(change));
    await rig.until('refused', () => session.publications()[0]?.state === 'refused');
    expect(session.publications()[0]?.reason).toMatch(reason);
    expect(rig.registry.stats().publications).toBe(0);
  });

  test('bounds refuse what is beyond and keep what is there', async () => {
    await start({ maxPublications: 3, maxPerService: 2 });
    const { session } = rig.provider('details');
    for (let i = 1; i <= 3; i++) session.publish(publication({ registId: `r${i}`, port: i }));
    session.publish(publication({ registId: 'o1', dataId: 'other:1@Http1' }));
    session.publish(publication({ registId: 'o2', dataId: 'more:1@Http1' }));
    await rig.until('answered', () => session.publications().every(({ state }) => state !== 'waiting'));
    expect(session.publications().map(({ state }) => state)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
    expect(rig.registry.stats().publications).toBe(3);
  });

  test('a disabled provider stays in the list as disabled, over its restart and that of the registry', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    await rig.storage.write((tx) =>
      rig.registry.changeProviders(
        tx,
        '000001',
        SERVICE,
        [{ address: '10.0.0.9:13331', enabled: false, weight: 7 }],
        'ann',
      ),
    );
    const state = () => one.last()?.endpoints.map(({ enabled, weight }) => [enabled, weight]);
    await rig.until('disabled', () => state()?.[0]?.[0] === false);
    expect(state()).toEqual([[false, 7]]);
    await rig.stop();
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.last()?.endpoints.length === 1, 500);
    expect(state()).toEqual([[false, 7]]);
    expect(rig.registry.providers('000001', SERVICE)[0]?.manual).toMatchObject({ operator: 'ann', enabled: false });
  });

  test('an isolated provider is in the list for as long as it is out, and comes back with a part of its weight', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const said = { by: 'own', at: 5 };
    const isolate = (state: { share: number; untilMs: number } | null) =>
      rig.registry.isolate('000001', SERVICE, '10.0.0.9:13331', state === null ? null : { ...said, ...state });
    const state = () =>
      one
        .last()
        ?.endpoints.map(({ enabled, weight, isolatedMs = 0 }) => [enabled, weight, Math.round(isolatedMs / 1000)])[0];
    const published = state()?.[1] as number;
    const until = rig.clock.now() + 60_000;
    isolate({ share: 0, untilMs: until });
    await rig.until('isolated', () => state()?.[0] === false);
    expect(state()).toEqual([false, published, 60]);
    expect(rig.registry.providers('000001', SERVICE)[0]?.isolation).toMatchObject({ share: 0, by: 'own' });
    expect(rig.registry.entries('000001')[0]?.enabled).toBe(false);
    // A moment more or less is not worth a push.
    const { length } = one.pushes;
    isolate({ share: 0, untilMs: until + 100 });
    isolate({ share: 0, untilMs: until + 60_000 });
    await rig.until('longer', () => state()?.[2] === 120);
    expect(one.pushes.length).toBe(length + 1);
    isolate({ share: 0.1, untilMs: until });
    await rig.until('on its way back', () => state()?.[0] === true);
    expect(state()).toEqual([true, Math.max(1, Math.round(published / 10)), 0]);
    isolate(null);
    await rig.until('back', () => state()?.[1] === published);
  });

  test('the protect threshold of a service reaches who subscribed, over a restart of the registry', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    expect(one.last()?.protectThreshold).toBe(50);
    const set = (percent: number) =>
      rig.storage.write((tx) => rig.registry.setProtectThreshold(tx, '000001', SERVICE, percent, 'ann'));
    await set(30);
    await rig.until('set', () => one.last()?.protectThreshold === 30);
    await rig.stop();
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.last()?.endpoints.length === 1, 500);
    expect(one.last()?.protectThreshold).toBe(30);
    await set(50);
    await rig.until('the default again', () => one.last()?.protectThreshold === 50);
    expect(rig.registry.protectThreshold('000001', SERVICE)).toBe(50);
  });

  test('after a restart nobody is told that a service is empty before its providers had time to come back', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const version = one.last()?.version ?? 0;
    await rig.stop();
    await rig.pass(5000);
    await rig.open();
    one.pushes.length = 0;
    one.removals.length = 0;
    await rig.pass(REBUILD_MS + 20_000, () => one.last()?.confirmed === true, 500);
    expect(one.removals).toEqual([]);
    expect(one.pushes.map(({ endpoints, confirmed }) => [endpoints.length, confirmed])).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(one.pushes[0]?.version).toBeGreaterThan(version);
  });

  test('a clock that was set back does not make versions go back', async () => {
    await start();
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const version = one.last()?.version ?? 0;
    await rig.stop();
    const { wallNow } = rig.clock;
    Object.assign(rig.clock, { wallNow: () => wallNow() - 86_400_000 });
    await rig.open();
    one.pushes.length = 0;
    await rig.pass(60_000, () => one.pushes.length > 0, 500);
    expect(one.last()?.version).toBeGreaterThan(version);
  });

  test('when this process stood still, leases begin anew instead of ending all at once', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1);
    const pushes = one.pushes.length;
    // Nothing ran for a minute; then everything that was due is.
    const { now } = rig.clock;
    Object.assign(rig.clock, { now: () => now() + 60_000 });
    rig.clock.advance(10_000);
    expect(rig.registry.providers('000001', SERVICE)).toHaveLength(1);
    await rig.pass(5000);
    expect(one.pushes.slice(pushes).every(({ endpoints }) => endpoints.length === 1)).toBe(true);
  });

  test('closed pushing holds back what changes, except for gray addresses; opening pushes the newest once', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    const gray = rig.subscriber(rig.link('gray', 0, '10.0.0.77'));
    const { session } = rig.provider('details');
    session.publish(publication());
    await rig.until('pushed', () => one.last()?.endpoints.length === 1 && gray.last()?.endpoints.length === 1);
    await rig.storage.write((tx) => rig.registry.setPush(tx, true, ['10.0.0.77'], 'ann'));
    const pushes = one.pushes.length;
    for (let weight = 1; weight <= 3; weight++) {
      session.publish(publication({ weight }));
      await rig.pass(1000);
    }
    expect(one.pushes).toHaveLength(pushes);
    expect(gray.last()?.endpoints[0]?.weight).toBe(3);
    expect(rig.registry.push()).toMatchObject({ state: 'closed', operator: 'ann', pending: 1 });
    await rig.storage.write((tx) => rig.registry.setPush(tx, false, [], 'ann'));
    await rig.pass(1000);
    expect(one.pushes.slice(pushes).map(({ endpoints }) => endpoints[0]?.weight)).toEqual([3]);
  });

  test('many changes within a tenth of a second are one push', async () => {
    await start();
    await rig.pass(REBUILD_MS + 1000, () => false, 1000);
    const one = rig.subscriber();
    await rig.until('empty list', () => one.pushes.length === 1);
    const { session } = rig.provider('details');
    for (let i = 1; i <= 500; i++) session.publish(publication({ registId: `r${i}`, port: i }));
    while (!accepted(session)) await turn();
    await rig.pass(3000, () => one.last()?.endpoints.length === 500, 10);
    expect(one.pushes.map(({ endpoints }) => endpoints.length)).toEqual([0, 500]);
    expect(rig.hub.server.receivers(SERVICE_ENDPOINTS_TYPE, INFO)).toHaveLength(1);
  });
});
