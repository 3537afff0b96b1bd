import type { RuleSegment } from '@weft/api';
import type { RuleType } from '@weft/schema/rules';
import type { Place } from '../../http/index.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';

/** The rules of every type. */
export class Rules {
  readonly stores: readonly RuleStore[];

  constructor(stores: readonly RuleStore[]) {
    this.stores = stores;
  }

  /** Null: this control plane has no such type. */
  bySegment(segment: RuleSegment): RuleStore | null {
    return this.stores.find(({ contract }) => contract.segment === segment) ?? null;
  }

  /** @throws Error for a type that is not there: rules of it are not stored either */
  byType(type: RuleType): RuleStore {
    const store = this.stores.find(({ kind }) => kind.type === type);
    if (store === undefined) throw new Error(`no rules of type ${type}`);
    return store;
  }

  list(place: Place): StoredRule[] {
    return this.stores.flatMap((store) => store.list(place));
  }

  ofInstance(instanceId: string): StoredRule[] {
    return this.stores.flatMap((store) => store.ofInstance(instanceId));
  }

  dataIdsOf(rule: Pick<StoredRule, 'type' | 'body'>): string[] {
    return this.byType(rule.type).dataIdsOf(rule.body);
  }

  get size(): number {
    return this.stores.reduce((sum, store) => sum + store.size, 0);
  }
}
