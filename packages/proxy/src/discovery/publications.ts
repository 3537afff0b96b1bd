import type { Publication } from '@weft/distribution';

/** What an application has published through its proxy. */
export interface LocalPublication {
  readonly dataId: string;
  readonly protocol: string;
  readonly group: string;
  /** Port of the application on 127.0.0.1. */
  readonly appPort: number;
  /** 0–1000; 0 takes no new requests. */
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Seconds after which it ends unless it is published again; 0 = never. */
  readonly ttlSeconds: number;
}

export const MAX_PUBLICATIONS = 1000;

/** Name of a publication in the session with the registry; one per service and group. */
export function registIdOf(dataId: string, group: string): string {
  return `${dataId}|${group}`;
}

/** What the registry is told: the address of the ingress in place of that of the application. */
export function toRegistry(
  local: LocalPublication,
  place: { readonly instanceId: string; readonly address: string; readonly port: number },
): Publication {
  return {
    registId: registIdOf(local.dataId, local.group),
    dataId: local.dataId,
    instanceId: place.instanceId,
    group: local.group,
    protocol: local.protocol,
    address: place.address,
    port: place.port,
    weight: local.weight,
    metadata: { ...local.metadata, mesh: 'weft' },
  };
}
