/** What threads tell the control thread: the calls of one window that has ended. */
export interface IsolationReport {
  /** Key of the rule's entry. */
  readonly key: string;
  /** Number of the window since the clock of the rules began. */
  readonly window: number;
  readonly services: readonly ServiceReport[];
}

/** In the place of an address: the instance beside the proxy, which rules of the provider's side judge. */
export const OWN = 'own';

export interface ServiceReport {
  readonly service: string;
  /** Clusters whose hosts were asked. */
  readonly clusters: readonly string[];
  readonly hosts: readonly (readonly [address: string, calls: number, exceptions: number])[];
}

/** An instance that is left out, or on its way back. */
export interface IsolatedHost {
  /** That of its own proxy is the one that its callers have. */
  readonly address: string;
  /** On the clock of the rules. */
  readonly untilMs: number;
  /** What it was left out for. */
  readonly calls: number;
  readonly exceptions: number;
  /** It has asked to be left out and is not: what there is to say of that. */
  readonly asking?: string;
}

/** What the control thread tells all threads: by key of the entry, then by service. */
export type IsolationNotice = ReadonlyMap<string, ReadonlyMap<string, readonly IsolatedHost[]>>;
