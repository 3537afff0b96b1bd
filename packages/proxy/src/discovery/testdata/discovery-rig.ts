/** Discovery over a registry that records, with a clock of its own: what its tests begin from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Endpoint } from '@weft/distribution';
import { noopLogger } from '@weft/kit';
import { byServiceField, type ServiceNaming } from '@weft/sdk';
import { Discovery, type DiscoveryOptions } from '../discovery.ts';
import type { ServiceList } from '../registry-port.ts';
import { ManualClock, RecordingRegistry } from './recording-registry.ts';

const NAMINGS: Readonly<Record<string, ServiceNaming>> = {
  Http1: { suffixes: ['Http1', 'Http2'] },
  bolt: {
    suffixes: ['DEFAULT'],
    group: 'SOFA',
    fieldsOf: byServiceField,
    variants: { key: 'p', own: '1', older: [{ value: '13', protocol: 'tr' }] },
  },
};

export const REVIEWS = 'reviews.bookinfo:9080@Http1';
export const REVIEWS_INFO = `${REVIEWS}#@#000001#@#DEFAULT_GROUP`;

export const endpoint = (port: number): Endpoint => ({
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
export const list = (version: number, ports: readonly number[], confirmed = true): ServiceList => ({
  version,
  endpoints: ports.map(endpoint),
  confirmed,
  protectThreshold: 50,
  origin: 'server',
});

export const endpointsOf = (discovery: Discovery): number[] =>
  discovery.routedServices().flatMap((service) => service.endpoints.map((item) => item.port));

type Entry = DiscoveryOptions['config']['protocols'][number];
type Own = Pick<DiscoveryOptions, 'registry' | 'clock' | 'namingOf' | 'listenerAddress'> & {
  readonly folder: string;
  readonly protocols: readonly Entry[];
};

/** Discovery of `productpage`, which converts nothing and whose changes of the configuration succeed unless `more` says otherwise. */
export function discoveryOf(own: Own, more: Partial<DiscoveryOptions> = {}, advertised = ''): Discovery {
  const { folder, protocols, ...options } = own;
  return new Discovery({
    config: {
      address: '127.0.0.1:0',
      advertise_address: advertised,
      lease: 10_000,
      leave_time: 5000,
      empty_push_hold: 30_000,
      shrink_guard_percent: 60,
      first_push_wait: 3000,
      connect_ejection: 5000,
      retries: 2,
      protocols: [...protocols],
    },
    app: 'productpage',
    log: noopLogger,
    stateFile: path.join(folder, 'discovery_state.json'),
    canConvert: () => false,
    zone: 'Z1',
    dataCenter: 'd1',
    openProbe: async () => ({ check: () => () => {} }),
    onChange: async () => true,
    ...options,
    ...more,
  });
}

export class DiscoveryRig {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'weft-discovery-'));
  readonly clock = new ManualClock();
  registry = new RecordingRegistry();
  /** Changes of the configuration. */
  changes = 0;
  /** What comes of one. */
  inPlace = true;
  /** What an application answers to its check; null while none was asked. */
  answerCheck: ((healthy: boolean) => void) | null = null;

  /** `more`: protocols of plugins. */
  create(...more: string[]): Discovery {
    const own: Own = {
      folder: this.folder,
      registry: this.registry,
      clock: this.clock,
      namingOf: (protocol) => NAMINGS[protocol],
      listenerAddress: (listener) => ({ host: '127.0.0.1', port: listener === 'in' ? 10080 : 10088 }),
      protocols: [
        { protocol: 'Http1', ingress_listener: 'in', egress_listener: 'out', app_port: 0 },
        { protocol: 'bolt', ingress_listener: '', egress_listener: 'bolt_out', app_port: 12199 },
        ...more.map((protocol) => ({ protocol, ingress_listener: '', egress_listener: 'more_out', app_port: 0 })),
      ],
    };
    return discoveryOf(own, {
      openProbe: async () => ({
        check: (_target, _timeoutMs, done) => {
          this.answerCheck = (healthy) => done({ healthy, detail: healthy ? '200' : 'ECONNREFUSED' });
          return () => {};
        },
      }),
      onChange: async () => {
        this.changes++;
        return this.inPlace;
      },
    });
  }

  /** What it left on disk goes. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
