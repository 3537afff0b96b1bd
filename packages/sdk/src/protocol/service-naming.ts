/** How services of a protocol are published and asked for, where they are found by their names. */
export interface ServiceNaming {
  /**
   * Endings of the ids of services that this protocol can speak, without the `@`. The first one is put behind names that
   * have none.
   */
  readonly suffixes: readonly string[];
  /** Group of publications and subscriptions that name none. Default: that of the registry. */
  readonly group?: string;
  /** Fields of a request's head by which a request for the service is known. Default: requests say it as their authority. */
  fieldsOf?(service: string): Readonly<Record<string, string>>;
  /** Framework whose registry clients mean this protocol when they name none, in its own word, such as `sofarpc`. */
  readonly nativeTo?: string;
  /** Default: all providers of a service speak the same. */
  readonly variants?: ProtocolVariants;
}

/**
 * Older relatives of a protocol that may be spoken under the same ids. Who speaks an older one understands nothing newer,
 * so callers are told the weakest that any provider of a service speaks, where this proxy has a protocol for it: what
 * callers are told they say to the proxy. Calls of a protocol go to providers that speak it, and to no older ones.
 */
export interface ProtocolVariants {
  /** Metadata by which a provider says what it speaks; without it, it speaks `own`. */
  readonly key: string;
  readonly own: string;
  /** The weakest first: what a provider says, and the name of the protocol that this is. */
  readonly older: readonly { readonly value: string; readonly protocol: string }[];
}

/** Requests name their service in one field. */
export const byServiceField = (service: string): Readonly<Record<string, string>> => ({ service });
