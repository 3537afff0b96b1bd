/** Who is at the other end of a stream. */

/** What a proxy says of itself. Nothing here grants anything: tenant, workspace and instance come from its key. */
export interface NodeInfo {
  /** UUID, kept over restarts of the same proxy. */
  readonly id: string;
  readonly app: string;
  readonly ip: string;
  readonly zone: string;
  readonly dataCenter: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Version of Weft. */
  readonly version: string;
  readonly pid: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  readonly adminPort: number;
}

/** What the access key says: the server's word, not the node's. */
export interface NodeScope {
  readonly tenant: string;
  readonly workspace: string;
  readonly instanceId: string;
  /** Id of the access key, '' where none was needed. Never the secret. */
  readonly accessKey: string;
}

export interface NodeIdentity extends NodeInfo, NodeScope {}
