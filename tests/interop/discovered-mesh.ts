/** A mesh in which services are found under names of other protocols, and converted at one proxy or another. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sidecarPorts } from '../fault/mesh/ports.ts';
import { Program } from '../fault/mesh/processes.ts';
import { type Control, Sidecar } from '../fault/mesh/sidecar.ts';
import { until } from '../fault/mesh/waiting.ts';
import { type MeshClient, openMeshClient } from '../integration/control/mesh-client.ts';
import { sumOf } from '../support/metrics.ts';
import { freePort } from '../support/ports.ts';

export type Spoken = 'Http1' | 'dubbo' | 'bolt' | 'tri';

/** The stream filter of the listeners for a protocol. */
export type Filters = Readonly<Partial<Record<Spoken, object>>>;

/** How often calls were converted. */
export interface Conversions {
  /** At the proxies of the consumers. */
  readonly consumer: number;
  readonly provider: number;
}

const FOUND_MS = 60_000;

/** A proxy, and where each protocol is spoken at it. */
export interface Meshed {
  readonly sidecar: Sidecar;
  readonly egress: Readonly<Record<Spoken, number>>;
  readonly ingress: Readonly<Record<Spoken, number>>;
}

/** A filter with a rule for each of these transcoders: the route says which of them a call takes. */
export function transcoders(
  ...uses: readonly { readonly type: string; readonly config: object; readonly upstream_protocol?: string }[]
): object {
  return { type: 'transcoder', config: { max_body_bytes: '4MiB', rules: uses.map((use) => ({ rule_info: use })) } };
}

/** A control plane with three proxies: those of two consumers, one that converts and one that does not, and that of the provider. */
export class DiscoveredMesh {
  readonly converting: Meshed;
  readonly plain: Meshed;
  readonly far: Meshed;
  /** A provider that has registered itself. */
  readonly direct: MeshClient;
  readonly #folder: string;
  readonly #control: Program;

  private constructor(
    folder: string,
    control: Program,
    direct: MeshClient,
    [converting, plain, far]: readonly [Meshed, Meshed, Meshed],
  ) {
    this.#folder = folder;
    this.#control = control;
    this.direct = direct;
    this.converting = converting;
    this.plain = plain;
    this.far = far;
  }

  static async start(filters: Filters): Promise<DiscoveredMesh> {
    const folder = mkdtempSync(path.join(tmpdir(), 'weft-discovered-conversion-'));
    const data = path.join(folder, 'control');
    mkdirSync(data, { mode: 0o700 });
    const grpc = `127.0.0.1:${await freePort()}`;
    const control = Program.weft(
      'control',
      [
        ...['up', '--data', data, '--listen', `127.0.0.1:${await freePort()}`, '--grpc', grpc],
        ...['--drm-query', 'off', '--json'],
      ],
      folder,
    );
    await control.up();
    const keyFile = path.join(data, 'proxy-key.json');
    const start = (app: string, own: Readonly<Record<string, readonly object[]>>) =>
      startSidecar(folder, { grpc, keyFile }, app, own);
    const meshed = [
      await start('shop', filtersOn('egress', filters)),
      await start('kiosk', {}),
      await start('orders', filtersOn('ingress', filters)),
    ] as const;
    const direct = openMeshClient({
      address: grpc,
      credentials: JSON.parse(readFileSync(keyFile, 'utf8')),
      id: 'direct',
      app: 'orders',
      ip: '127.0.0.1',
    });
    return new DiscoveredMesh(folder, control, direct, meshed);
  }

  get #sidecars(): readonly Sidecar[] {
    return [this.converting, this.plain, this.far].map(({ sidecar }) => sidecar);
  }

  /** Waits until the one provider of a service is found. */
  async found({ sidecar }: Meshed, dataId: string): Promise<void> {
    await until(dataId, FOUND_MS, async () => (await sidecar.endpoints(dataId)).endpoints === 1);
  }

  /** What was converted since the proxies were started. */
  async conversions(): Promise<Conversions> {
    const [converting = 0, plain = 0, far = 0] = await Promise.all(this.#sidecars.map(conversionsOf));
    return { consumer: converting + plain, provider: far };
  }

  logs(): readonly string[] {
    return this.#sidecars.map((sidecar) => sidecar.log());
  }

  async close(): Promise<void> {
    await this.direct.close();
    for (const sidecar of this.#sidecars) await sidecar.kill();
    await this.#control.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function filtersOn(side: 'ingress' | 'egress', filters: Filters): Readonly<Record<string, readonly object[]>> {
  const named = Object.entries(filters).map(([protocol, filter]) => [
    `${protocol === 'Http1' ? 'http' : protocol}_${side}`,
    [filter],
  ]);
  return Object.fromEntries(named) as Readonly<Record<string, readonly object[]>>;
}

const rpcPorts = async () => ({ ingress: await freePort(), egress: await freePort(), app: await freePort() });

async function startSidecar(
  folder: string,
  control: Control,
  app: string,
  filters: Readonly<Record<string, readonly object[]>>,
): Promise<Meshed> {
  const ports = await sidecarPorts();
  const [dubbo, tri] = [await rpcPorts(), await rpcPorts()];
  const sidecar = new Sidecar(app, app, ports, folder, { dubbo, triple: tri }, filters);
  await sidecar.start(control);
  return {
    sidecar,
    egress: { Http1: ports.httpEgress, bolt: ports.boltEgress, dubbo: dubbo.egress, tri: tri.egress },
    ingress: { Http1: ports.httpIngress, bolt: ports.boltIngress, dubbo: dubbo.ingress, tri: tri.ingress },
  };
}

async function conversionsOf(sidecar: Sidecar): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${sidecar.ports.metrics}/metrics`);
  return sumOf(await response.text(), 'weft_proxy_conversions_total');
}
