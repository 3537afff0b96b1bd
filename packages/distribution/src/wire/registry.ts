/** Messages of `/weft.registry.v1.Registry/Session`; exactly one member of each is set. */
import type { RuleAsk } from '@weft/schema/wire';

/** One endpoint that a proxy publishes for its application. */
export interface Publication {
  /** Chosen by the client, unique in its session. */
  readonly registId: string;
  readonly dataId: string;
  readonly instanceId: string;
  readonly group: string;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export type RegistryClientMessage =
  | {
      readonly kind: 'hello';
      readonly sessionId: string;
      readonly leaseSeconds: number;
      /** What rules ask for at present, as in reports: heard before anything of the session is published. */
      readonly asks: readonly RuleAsk[];
    }
  | { readonly kind: 'publish'; readonly publication: Publication }
  | { readonly kind: 'unpublish'; readonly registId: string }
  | { readonly kind: 'renew' };

export type RegistryServerMessage =
  | { readonly kind: 'accepted'; readonly registId: string; readonly version: number }
  | { readonly kind: 'refused'; readonly registId: string; readonly reason: string }
  | { readonly kind: 'renewed' }
  | { readonly kind: 'goaway'; readonly reconnectAfterMs: number };
