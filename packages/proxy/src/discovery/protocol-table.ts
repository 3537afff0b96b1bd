import type { MeshProtocolConfig } from '@weft/schema';
import { completeExposures, type Exposure, type ExposureRequest } from './exposures.ts';
import { type NamingOf, wrongDataId } from './naming.ts';
import { DiscoveryRefusal } from './refusal.ts';

/** Whether calls that come to a listener can be converted to a protocol there. */
export type CanConvert = (listener: string, protocol: string) => boolean;

export type Side = 'ingress_listener' | 'egress_listener';

const WHAT: Readonly<Record<Side, string>> = { ingress_listener: 'published', egress_listener: 'subscribed' };

/** The protocols in the mesh, as the configuration has them. */
export class ProtocolTable {
  readonly namingOf: NamingOf;
  readonly canConvert: CanConvert;
  readonly #entries: ReadonlyMap<string, MeshProtocolConfig>;

  constructor(entries: readonly MeshProtocolConfig[], namingOf: NamingOf, canConvert: CanConvert) {
    this.namingOf = namingOf;
    this.canConvert = canConvert;
    this.#entries = new Map(entries.map((entry) => [entry.protocol, entry]));
  }

  has(protocol: string): boolean {
    return this.#entries.has(protocol);
  }

  /** @throws DiscoveryRefusal */
  get(protocol: string): MeshProtocolConfig {
    const entry = this.#entries.get(protocol);
    if (entry !== undefined) return entry;
    const known = [...this.#entries.keys()].join(', ') || 'none';
    throw new DiscoveryRefusal(400, `protocol is ${JSON.stringify(protocol)}; mesh.discovery.protocols has: ${known}`);
  }

  /** @throws DiscoveryRefusal when the protocol has none on this side */
  listener(protocol: string, side: Side): string {
    const listener = this.get(protocol)[side];
    if (listener === '')
      throw new DiscoveryRefusal(
        400,
        `protocol ${protocol} has no ${side} in mesh.discovery.protocols: nothing can be ${WHAT[side]} with it`,
      );
    return listener;
  }

  /** @throws DiscoveryRefusal */
  checkDataId(dataId: string, protocol: string): void {
    const wrong = wrongDataId(dataId, protocol, this.namingOf(protocol));
    if (wrong !== null) throw new DiscoveryRefusal(400, wrong);
  }

  /** @throws DiscoveryRefusal when this proxy has no listener for a name, or cannot convert its calls there */
  exposures(
    native: { readonly dataId: string; readonly protocol: string },
    requests: readonly ExposureRequest[],
    side: Side,
  ): readonly Exposure[] {
    for (const { protocol } of requests) this.get(protocol);
    const exposures = completeExposures(requests, native, this.namingOf);
    for (const { protocol } of exposures) {
      const listener = this.listener(protocol, side);
      if (!this.canConvert(listener, native.protocol))
        throw new DiscoveryRefusal(
          400,
          `the listener ${listener} cannot convert calls of ${protocol} to ${native.protocol}: give it the stream filter \`transcoder\` with a transcoder for these two`,
        );
    }
    return exposures;
  }
}
