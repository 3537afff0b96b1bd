import type { TUnsafe } from 'typebox';
import type { AnyRule, RuleRecord } from '../ms/index.ts';
import { operationId, RULE_OPERATIONS, type RuleOperation, type ruleTable } from '../ms/index.ts';
import { RULE_KINDS, type RuleInput, type RuleKindContract, type RuleSegment } from '../rules/index.ts';
import type { ApiClient, Calls } from './client.ts';

/** A kind of which nothing special is known. */
interface SomeKind extends RuleKindContract {
  readonly body: TUnsafe<Omit<AnyRule, keyof RuleRecord | 'type'>>;
  readonly request: TUnsafe<RuleInput>;
}

/** The operations on rules of one kind, whichever it is: `list`, `create`, `enable` … */
export type RuleCalls = Calls<ReturnType<typeof ruleTable<SomeKind>>>;

/** The operations of `client.ms` on rules of a type, for code that serves every type. */
export function ruleCalls(ms: ApiClient['ms'], segment: RuleSegment): RuleCalls {
  const kind = RULE_KINDS.find((item) => item.segment === segment);
  if (kind === undefined) throw new TypeError(`there is no type of rules "${segment}"`);
  // The operations of a type have its name in theirs: they are looked up by a name that is put together here.
  const calls = ms as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    (Object.keys(RULE_OPERATIONS) as RuleOperation[]).map((operation) => [
      operation,
      calls[operationId(operation, kind.id)],
    ]),
  ) as unknown as RuleCalls;
}
