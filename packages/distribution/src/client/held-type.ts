import { digestOf } from '../wire/resource-types.ts';
import type { ResourceType } from '../wire/resources.ts';
import type { AppliedResource, Apply } from './contract.ts';

export interface HeldResource {
  version: number;
  origin: 'server' | 'snapshot';
  atMs: number;
  /** Kept for the snapshot; empty when the type is not persisted. */
  body: Uint8Array;
  /** See `contentOf`; empty: not made yet. */
  content: string;
}

export interface RejectedVersion {
  readonly version: number;
  readonly reason: string;
}

/** What a client holds of one type. */
export class HeldType {
  readonly type: ResourceType<unknown>;
  readonly apply: Apply<unknown>;
  readonly persist: boolean;
  readonly names: Set<string>;
  readonly held = new Map<string, HeldResource>();
  readonly rejected = new Map<string, RejectedVersion>();
  lastNonce = '';

  constructor(type: ResourceType<unknown>, names: readonly string[], apply: Apply<unknown>, persist: boolean) {
    this.type = type;
    this.names = new Set(names);
    this.apply = apply;
    this.persist = persist;
  }

  wants(name: string): boolean {
    return this.names.has(name) || this.names.has('*');
  }

  digest(): string {
    const { held } = this;
    const versions = function* (): Iterable<readonly [string, number]> {
      for (const [name, { version }] of held) yield [name, version];
    };
    return digestOf(versions());
  }

  applied(): AppliedResource[] {
    const all: AppliedResource[] = [];
    for (const [name, { version, origin, atMs }] of this.held) {
      all.push({ name, version, origin, atMs, rejected: this.rejected.get(name) });
    }
    for (const [name, rejected] of this.rejected) {
      if (!this.held.has(name)) all.push({ name, version: 0, origin: 'server', atMs: 0, rejected });
    }
    return all;
  }
}
