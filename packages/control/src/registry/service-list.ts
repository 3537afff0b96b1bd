import type { NodeIdentity } from '@weft/distribution';
import { type Publication, type ResourceValue, serviceEndpointsType } from '@weft/distribution';

/** Percent of healthy providers below which callers ignore health, where nobody has set another for the service. */
export const DEFAULT_PROTECT_THRESHOLD = 50;

/** What an operator said of one provider. */
export interface ManualState {
  readonly enabled: boolean;
  /** Null: as published. */
  readonly weight: number | null;
  readonly operator: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** That callers leave a provider out for a while, or take it back by degrees. Not stored: who decides it says it again. */
export interface IsolationState {
  /** Part of its weight, 0 to 1; 0 while it is left out. */
  readonly share: number;
  /** Monotonic ms of its return. */
  readonly untilMs: number;
  /** Name of the rule. */
  readonly by: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** What is said of a provider, beyond what it has published. */
export interface ProviderSaid {
  readonly manual: ManualState | undefined;
  readonly isolation: IsolationState | undefined;
}

/** One publication in force. */
export interface RegistryRecord {
  readonly publication: Publication;
  readonly node: NodeIdentity;
  readonly sessionId: string;
  /** Version of the list with which it came. */
  readonly version: number;
  /** Unix milliseconds. */
  readonly registeredAt: number;
}

/** All providers of one service and group, and what of it is sent. */
export class ServiceList {
  readonly dataInfoId: string;
  readonly dataId: string;
  readonly instanceId: string;
  readonly group: string;
  version: number;
  /** By session and registId. */
  readonly records = new Map<string, RegistryRecord>();
  /** While pushing is closed: what was sent before; null when nothing has changed since. */
  before: { readonly resource: ResourceValue | undefined | null } | null = null;
  #resource: ResourceValue | null = null;
  #confirmed = false;

  constructor(name: { dataInfoId: string; dataId: string; instanceId: string; group: string }, version: number) {
    this.dataInfoId = name.dataInfoId;
    this.dataId = name.dataId;
    this.instanceId = name.instanceId;
    this.group = name.group;
    this.version = version;
  }

  change(version: number): void {
    this.version = version;
    this.#resource = null;
  }

  /** The list as it is sent; encoded once for each version. */
  resource(
    confirmed: boolean,
    protectThreshold: number,
    nowMs: number,
    said: (record: RegistryRecord) => ProviderSaid,
  ): ResourceValue {
    if (this.#resource !== null && this.#confirmed === confirmed) return this.#resource;
    this.#confirmed = confirmed;
    this.#resource = {
      version: this.version,
      body: serviceEndpointsType.encode({
        dataId: this.dataId,
        version: this.version,
        confirmed,
        protectThreshold,
        endpoints: [...this.records.values()].map((record) => {
          const { publication, node } = record;
          const { manual, isolation } = said(record);
          const enabled = manual?.enabled ?? true;
          const out = enabled && isolation?.share === 0;
          return {
            address: publication.address,
            port: publication.port,
            weight: weightOf(manual?.weight ?? publication.weight, isolation),
            zone: node.zone,
            dataCenter: node.dataCenter,
            app: node.app,
            proxyId: node.id,
            enabled: enabled && !out,
            metadata: publication.metadata,
            // Callers count from when they hear of it: clocks of machines differ.
            isolatedMs: out ? Math.max(1, Math.ceil(isolation.untilMs - nowMs)) : 0,
          };
        }),
      }),
    };
    return this.#resource;
  }
}

/** The weight of a provider that gets a part of its calls; some of them, whatever rounding says. */
const weightOf = (weight: number, isolation: IsolationState | undefined): number =>
  isolation === undefined || isolation.share === 0 || weight === 0
    ? weight
    : Math.max(1, Math.round(weight * isolation.share));
