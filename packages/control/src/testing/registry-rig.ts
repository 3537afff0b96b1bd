/** A registry behind a control plane's hub, and proxies that talk to it, on a fake clock. */
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
  type ServiceEndpoints,
  serviceEndpointsType,
} from '@weft/distribution';
import { noopLogger } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import { createMemoryCoordinator } from '../coordinator/index.ts';
import { createDistributionHub, type DistributionHub } from '../distribution/index.ts';
import { createOsp, type Osp } from '../osp/index.ts';
import { createRegistry, type Registry, type RegistryLimits } from '../registry/index.ts';
import { openSqlite, type Storage } from '../storage/index.ts';

export const SERVICE = 'details.bookinfo:9080@Http1';
export const INFO = `${SERVICE}#@#000001#@#DEFAULT_GROUP`;
const LIMIT_MS = 15_000;

export class RegistryRig {
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

export const publication = (change: Partial<Publication> = {}): Publication => ({
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

export const accepted = (session: RegistrySession): boolean =>
  session.publications().every(({ state }) => state === 'accepted') && session.publications().length > 0;
