/** What one client knows of one type of resources. */

/** Nothing was said about the resource yet. */
export const UNKNOWN = -1;
/** The client was told that it does not exist. */
export const ABSENT = 0;

export interface Held {
  /** Newest version sent, or `ABSENT`, or `UNKNOWN`. */
  sent: number;
  /** Version that the client applied; 0 = none. */
  acked: number;
  rejectedVersion: number;
  rejectedReason: string;
  /** Times that the same version was sent again because its bytes came damaged. */
  resent: number;
  sentAtMs: number;
  /** Wall clock of the last answer; 0 = none. */
  answeredAtMs: number;
  elapsedMs: number;
}

export interface InFlight {
  readonly nonce: string;
  readonly sentAtMs: number;
  readonly sent: readonly { readonly name: string; readonly version: number }[];
  readonly removed: readonly string[];
  /** Whether it still counts among the concurrent pushes. */
  holdsSlot: boolean;
}

/** Why a name is dirty: a change waits while the type is frozen, a first answer or an urgent change does not. */
export const CHANGE = 0;
export const PRESSING = 1;
export type Urgency = typeof CHANGE | typeof PRESSING;

export class TypeState {
  readonly typeUrl: string;
  /** Subscribed to everything. */
  wildcard = false;
  /** Subscribed by name. */
  readonly names = new Set<string>();
  readonly held = new Map<string, Held>();
  /** One entry per name however often it changes: this is all that a slow client costs. */
  readonly dirty = new Map<string, Urgency>();
  pressing = 0;
  inFlight: InFlight | undefined;

  constructor(typeUrl: string) {
    this.typeUrl = typeUrl;
  }

  hold(name: string): Held {
    let held = this.held.get(name);
    if (held === undefined) {
      held = {
        sent: UNKNOWN,
        acked: 0,
        rejectedVersion: 0,
        rejectedReason: '',
        resent: 0,
        sentAtMs: 0,
        answeredAtMs: 0,
        elapsedMs: 0,
      };
      this.held.set(name, held);
    }
    return held;
  }

  mark(name: string, urgency: Urgency): void {
    const before = this.dirty.get(name);
    if (before === PRESSING || before === urgency) return;
    this.dirty.set(name, urgency);
    if (urgency === PRESSING) this.pressing++;
  }

  clean(name: string): void {
    if (this.dirty.get(name) === PRESSING) this.pressing--;
    this.dirty.delete(name);
  }

  wants(name: string): boolean {
    return this.wildcard || this.names.has(name);
  }

  *ackedVersions(): Iterable<readonly [string, number]> {
    for (const [name, held] of this.held) yield [name, held.acked];
  }
}
