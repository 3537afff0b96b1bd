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
    manual: (record: RegistryRecord) => ManualState | undefined,
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
          const state = manual(record);
          return {
            address: publication.address,
            port: publication.port,
            weight: state?.weight ?? publication.weight,
            zone: node.zone,
            dataCenter: node.dataCenter,
            app: node.app,
            proxyId: node.id,
            enabled: state?.enabled ?? true,
            metadata: publication.metadata,
          };
        }),
      }),
    };
    return this.#resource;
  }
}
