/** The resource types that Weft's own control plane and proxies exchange. */

/** A type of resources: its URL and how its message is read and written. */
export interface ResourceType<T> {
  readonly typeUrl: string;
  encode(value: T): Uint8Array;
  /** Throws with a reason when the bytes are not a whole value (e.g. a wrong sha256). */
  decode(body: Uint8Array): T;
}

/** One value of dynamic configuration; the resource name is its dataId. */
export interface DynamicValue {
  readonly dataId: string;
  readonly version: number;
  /** JSON as UTF-8. */
  readonly value: Uint8Array;
  /** Lower-case hex of the SHA-256 of `value`; filled in on encoding, checked on decoding. */
  readonly sha256: string;
  readonly gray: boolean;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** 0..; 100 is usual. */
  readonly weight: number;
  readonly zone: string;
  readonly dataCenter: string;
  readonly app: string;
  readonly proxyId: string;
  readonly enabled: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Of one that is not enabled: it is isolated, and comes back after so many ms if no newer list says otherwise; 0, or absent: it
   * is not isolated.
   */
  readonly isolatedMs?: number;
}

/** All endpoints of a service; the resource name is its dataInfoId (`dataId#@#instanceId#@#group`). */
export interface ServiceEndpoints {
  readonly dataId: string;
  readonly version: number;
  readonly endpoints: readonly Endpoint[];
  /** False while the registry rebuilds after a start: an empty or short list proves nothing yet. */
  readonly confirmed: boolean;
  /** Percent of healthy endpoints below which whoever calls ignores health; 0 = never. */
  readonly protectThreshold: number;
}
