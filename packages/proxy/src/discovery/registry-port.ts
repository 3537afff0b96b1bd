import type { Endpoint, Publication } from '@weft/distribution';

/** Endpoints of one service as the registry, or the snapshot of an earlier push, says them. */
export interface ServiceList {
  /** 0: the registry knows no such service (any more); whatever comes next is newer. */
  readonly version: number;
  readonly endpoints: readonly Endpoint[];
  /** The registry is sure: a list that is empty or much shorter than before is meant to be. */
  readonly confirmed: boolean;
  /** Percent of healthy endpoints below which health is ignored; 0 = never. */
  readonly protectThreshold: number;
  readonly origin: 'server' | 'snapshot';
}

/** What discovery needs of a registry. Calls return at once; what becomes of them shows in `publicationState` and in pushes. */
export interface RegistryPort {
  /** Instance id under which this proxy publishes and subscribes. */
  readonly instanceId: string;
  publish(publication: Publication): void;
  unpublish(registId: string): void;
  /** `waiting` until the registry has said something. */
  publicationState(registId: string): { readonly state: 'waiting' | 'accepted' | 'refused'; readonly reason: string };
  /** Pushes arrive at `Discovery.receive` under the same name. */
  subscribe(dataInfoId: string): void;
  unsubscribe(dataInfoId: string): void;
  /** A service is called from here, or not any more: what concerns its callers is wanted. */
  serviceUsed(dataId: string, used: boolean): void;
}
