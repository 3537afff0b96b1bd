/** The registry with 10 000 publishers: how long they take, what each costs, and when a subscriber hears of a change. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startControlPlane } from '@weft/control';
import {
  createDistributionClient,
  createLink,
  createMemoryNetwork,
  createRegistrySession,
  type Link,
  type RegistrySession,
  serviceEndpointsType,
} from '@weft/distribution';
import { formatDataInfoId } from '@weft/schema/data-id';
import { spreadOf } from '../statistics.ts';
import { judge, type Scenario } from './scenario.ts';

const PUBLISHERS = 10_000;
const SERVICES = 500;
const CHANGES = 300;
const MAX_P99_MS = 1000;
const ANY_PORT = { host: '127.0.0.1', port: 0 };
const LIMIT_MS = 120_000;

const serviceOf = (index: number): string => `service-${index % SERVICES}.bench:80@Http1`;

async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function measure() {
  const directory = mkdtempSync(path.join(tmpdir(), 'weft-bench-registry-'));
  const plane = await startControlPlane({
    dataDirectory: directory,
    http: ANY_PORT,
    grpc: ANY_PORT,
    drmQuery: null,
    version: { version: '', revision: '' },
    distributionLimits: { connectionsPerSecond: 100_000 },
  });
  const network = createMemoryNetwork();
  const listener = network.listen('registry', plane.context.hub.server.accept);
  const links: Link[] = [];
  try {
    const { seeded } = plane;
    if (seeded === null) throw new Error('the directory was not empty');
    const { instanceId } = seeded;
    const open = (app: string): Link => {
      const node = {
        id: `node-${links.length}`,
        app,
        ip: '127.0.0.1',
        zone: 'z',
        dataCenter: 'd',
        cluster: 'c',
        labels: {},
        version: '0',
        pid: process.pid,
        startedAtMs: 1,
        adminPort: 0,
      };
      const credentials = { accessKey: seeded.accessKeyId, secret: seeded.secret };
      const link = createLink({ addresses: ['registry'], node, transport: network.transport, credentials });
      links.push(link);
      return link;
    };
    const publication = (index: number, weight: number) => ({
      registId: 'r',
      dataId: serviceOf(index),
      instanceId,
      group: 'DEFAULT_GROUP',
      protocol: 'Http1',
      address: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
      port: 80,
      weight,
      metadata: { mesh: 'weft' },
    });

    const rssBefore = process.memoryUsage.rss();
    const begin = performance.now();
    let accepted = 0;
    const sessions: RegistrySession[] = [];
    for (let index = 0; index < PUBLISHERS; index++) {
      const session = createRegistrySession({
        link: open(`app-${index}`),
        events: { accepted: () => void accepted++ },
      });
      session.publish(publication(index, 100));
      sessions.push(session);
    }
    await until('all accepted', () => accepted >= PUBLISHERS);
    const registeredMs = performance.now() - begin;
    const residentKib = (process.memoryUsage.rss() - rssBefore) / 1024 / PUBLISHERS;

    const names = Array.from({ length: SERVICES }, (_, i) =>
      formatDataInfoId({ dataId: serviceOf(i), instanceId, group: 'DEFAULT_GROUP' }),
    );
    const waiting = new Map<string, (weight: number) => void>();
    let lists = 0;
    createDistributionClient({ link: open('subscriber') }).subscribe(serviceEndpointsType, names, ({ updated }) => {
      for (const { value } of updated) {
        lists++;
        for (const endpoint of value.endpoints) waiting.get(endpoint.address)?.(endpoint.weight);
      }
      return [];
    });
    await until('all lists', () => lists >= SERVICES);
    const elapsedMs: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      const index = (change * 37) % PUBLISHERS;
      const next = publication(index, 1 + (change % 999));
      const changedAt = performance.now();
      await new Promise<void>((resolve) => {
        waiting.set(next.address, (weight) => {
          if (weight === next.weight) resolve();
        });
        sessions[index]?.publish(next);
      });
      waiting.delete(next.address);
      elapsedMs.push(performance.now() - changedAt);
    }
    elapsedMs.sort((a, b) => a - b);
    const at = (share: number): number => elapsedMs[Math.ceil(elapsedMs.length * share) - 1] ?? Number.NaN;
    return { registeredMs, residentKib, p50Ms: at(0.5), p99Ms: at(0.99) };
  } finally {
    for (const link of links) link.close();
    await listener.close(0);
    await plane.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

export const registryPublishers: Scenario = {
  name: 'registry-publishers',
  summary: '10 000 publishers: time to register, memory of each, time until a subscriber has a change',
  startsNoSubject: true,
  run: async (settings) => {
    const { registeredMs, residentKib, p50Ms, p99Ms } = await measure();
    settings.say(
      `  ${PUBLISHERS} publishers in ${(registeredMs / 1000).toFixed(1)} s, ${residentKib.toFixed(1)} KiB each with both ends; a change p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`,
    );
    return [
      {
        scenario: 'registry-publishers',
        variant: `${PUBLISHERS} publishers, ${SERVICES} services, 1 subscriber of all`,
        subjects: [
          {
            subject: 'weft',
            version: '',
            figures: {
              registeredMs: spreadOf([registeredMs]),
              residentKibPerPublisher: spreadOf([residentKib]),
              p50Ms: spreadOf([p50Ms]),
              p99Ms: spreadOf([p99Ms]),
            },
            errors: 0,
            notes: [],
          },
        ],
        comparisons: [],
        verdicts: [judge(`p99 of a change ≤ ${MAX_P99_MS} ms`, p99Ms, (value) => value <= MAX_P99_MS)],
        absent: [],
        notes: [
          'Clients and registry share a process and talk over the in-memory transport: memory is that of both ends and of their links. A change waits up to 100 ms for others of the same push.',
        ],
        functions: [],
        budgets: [],
      },
    ];
  },
};
