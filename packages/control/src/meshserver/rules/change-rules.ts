import type { StoredValue } from '../../drm/index.ts';
import { invalidRequest } from '../../gateway/validate.ts';
import { ApiFailure, type CallContext, type Place } from '../../http/index.ts';
import type { Transaction } from '../../storage/index.ts';
import type { BaseParts } from '../base-parts.ts';
import { diffOf } from './diff.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';
import { type Operation, type RuleAction, readVersion } from './rule-versions.ts';

/** Permission point of a type of rules. */
export const pointOf = ({ contract }: RuleStore, action: 'read' | 'write' | 'publish'): string =>
  `mesh:rule-${contract.segment}:${action}`;

/** A rule in audit rows and changes. */
export const objectOf = ({ contract }: RuleStore, { ruleDbId, body }: Pick<StoredRule, 'ruleDbId' | 'body'>): string =>
  `rule ${contract.segment}/${ruleDbId} ${body.name}`;

/** Who changes rules: whoever calls, or the control plane itself. */
export type RuleChanger = Pick<CallContext, 'changeId' | 'audit'> & {
  readonly caller: Place & { readonly loginName: string };
};

/** One change of one rule inside a transaction. */
export interface RuleChange {
  readonly before: StoredRule | null;
  /** As it is afterwards; deleted for a removal. */
  readonly after: StoredRule;
  /** Who wrote the content, where the history of the rule does not say. */
  readonly author?: string;
  /** Whoever makes it act has named no version that he looked at. */
  readonly unseen?: boolean;
}

/** Checks a body with the code of the proxies. @throws ApiFailure INVALID with every problem, `at` a place of the request */
export function checkBody({ kind }: RuleStore, input: unknown, at = ''): AnyRuleBody {
  const checked = kind.check(input);
  if (checked.kind === 'ok') return checked.body;
  const problems =
    at === '' ? checked.problems : checked.problems.map((item) => ({ ...item, path: `${at}.${item.path}` }));
  throw invalidRequest(problems, 'body');
}

/**
 * Refuses a change that builds on an older version, inside its transaction.
 * @throws ApiFailure VERSION_CONFLICT with the current version as ETag, and with what has changed since as fields
 */
export async function checkVersion(tx: Transaction, call: CallContext, rule: StoredRule): Promise<void> {
  const { ifMatch } = call;
  if (ifMatch === null || ifMatch === rule.version) return;
  const base = await readVersion(tx, rule.ruleDbId, ifMatch);
  const changes = base === null ? [] : diffOf(base.body, rule.body).slice(0, MAX_SHOWN_CHANGES);
  throw new ApiFailure(
    'VERSION_CONFLICT',
    `rule ${rule.ruleDbId} has version ${rule.version} by ${rule.modifiedBy}, the change builds on ${ifMatch}: read it again`,
    {
      headers: { etag: `"${rule.version}"` },
      fields: changes.map(({ path, before, after }) => ({
        path,
        message: `version ${ifMatch} has ${shortJson(before)}, version ${rule.version} has ${shortJson(after)}`,
      })),
    },
  );
}

const MAX_SHOWN_CHANGES = 50;
const shortJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200).toWellFormed()}…`;
};

/** Changes of rules of one type. */
export interface ChangedRules {
  readonly rules: RuleStore;
  readonly made: readonly RuleChange[];
}

/**
 * Changes rules in one transaction: the rules, their versions, the documents that carry them, the audit row and the trace
 * of the change are stored together, or none of them. Proxies hear of it when it is durable.
 */
export async function changeRules(
  parts: BaseParts,
  rules: RuleStore,
  call: RuleChanger,
  operation: Operation,
  comment: string,
  work: (tx: Transaction, action: RuleAction) => Promise<readonly RuleChange[]>,
): Promise<readonly RuleChange[]> {
  const [changed] = await changeRulesOfTypes(parts, call, operation, comment, async (tx, action) => [
    { rules, made: await work(tx, action) },
  ]);
  return changed?.made ?? [];
}

/** The same for rules of several types. */
export async function changeRulesOfTypes(
  parts: BaseParts,
  call: RuleChanger,
  operation: Operation,
  comment: string,
  work: (tx: Transaction, action: RuleAction) => Promise<readonly ChangedRules[]>,
): Promise<readonly ChangedRules[]> {
  const { caller, changeId } = call;
  const action: RuleAction = { operation, operator: caller.loginName, comment, changeId };
  return parts.storage.write(async (tx) => {
    const changed = await work(tx, action);
    const written = await writeDocuments(parts, tx, caller, changed, action);
    const object = objectsOf(changed);
    if (changed.every(({ made }) => made.length === 0)) {
      await call.audit(tx, { object, diff: { changed: 0 } });
      return changed;
    }
    const made = changed.flatMap((one) => one.made);
    const diffs = made.slice(0, 100).map(({ before, after }) => ({
      id: after.ruleDbId,
      version: after.version,
      changes: diffOf(before === null || before.deleted ? null : before.body, after.deleted ? null : after.body),
    }));
    await call.audit(tx, {
      object,
      diff: { rules: diffs, documents: written.map(({ dataId, version }) => ({ dataId, version })) },
    });
    await parts.changes.record(tx, caller, {
      changeId,
      actor: caller.loginName,
      kind: 'rule',
      object,
      operation,
      summary: comment === '' ? `${operation} ${object}` : comment,
      written,
    });
    tx.afterCommit(() => tellOf(parts, made, written, operation, call));
    return changed;
  });
}

/** What a transaction is given up with that only tries. */
class OnlyTried extends Error {
  override readonly name = 'OnlyTried';
}

/**
 * Does all that `changeRulesOfTypes` does up to the audit row, and takes it back: whatever would be refused is refused.
 * @throws ApiFailure as the change itself would
 */
export async function tryRulesOfTypes(
  parts: BaseParts,
  { caller, changeId }: RuleChanger,
  operation: Operation,
  comment: string,
  work: (tx: Transaction, action: RuleAction) => Promise<readonly ChangedRules[]>,
): Promise<void> {
  const action: RuleAction = { operation, operator: caller.loginName, comment, changeId };
  try {
    await parts.storage.write(async (tx) => {
      await writeDocuments(parts, tx, caller, await work(tx, action), action);
      throw new OnlyTried();
    });
  } catch (error) {
    if (!(error instanceof OnlyTried)) throw error;
  }
}

/** Checks what is about to act, and writes the documents that carry it. */
async function writeDocuments(
  parts: BaseParts,
  tx: Transaction,
  caller: RuleChanger['caller'],
  changed: readonly ChangedRules[],
  action: RuleAction,
): Promise<StoredValue[]> {
  const written: StoredValue[] = [];
  for (const { rules, made } of changed) {
    for (const { before, after, author, unseen } of made)
      if (!after.deleted) await parts.fourEyes.check(tx, before, after, caller.loginName, { author, unseen });
      else await parts.drafts.drop(tx, after.ruleDbId);
    // Rules that act, or acted until now, are in documents.
    const owners = made.flatMap(({ before, after }) => [
      ...(before?.body.enabled === true && !before.deleted ? rules.ownersOf(before.body) : []),
      ...(after.body.enabled && !after.deleted ? rules.ownersOf(after.body) : []),
    ]);
    if (owners.length > 0) written.push(...(await rules.publish(tx, caller, owners, action)));
  }
  return written;
}

/** `rule limit/7 name`, or `rules limit/7,8 route/9`. */
function objectsOf(changed: readonly ChangedRules[]): string {
  const [only] = changed;
  const [first, second] = changed.flatMap(({ made }) => made);
  if (only !== undefined && first !== undefined && second === undefined)
    return objectOf(changed.find(({ made }) => made.length > 0)?.rules ?? only.rules, first.after);
  const groups = changed.map(
    ({ rules, made }) =>
      `${rules.contract.segment}${made.length === 0 ? '' : `/${made.map(({ after }) => after.ruleDbId).join(',')}`}`,
  );
  return `rules ${groups.join(' ')}`;
}

function tellOf(
  { hits, events }: BaseParts,
  made: readonly RuleChange[],
  written: readonly StoredValue[],
  operation: Operation,
  { caller, changeId }: RuleChanger,
): void {
  for (const { after } of made) {
    hits.changed(after.instanceId, after.ruleDbId, written);
    events.tell(caller.instanceId, 'rules', {
      ruleDbId: after.ruleDbId,
      type: after.type,
      version: after.version,
      enabled: after.body.enabled && !after.deleted,
      deleted: after.deleted,
      operation,
      changeId,
    });
    if (after.deleted) hits.forget(after.instanceId, after.ruleDbId);
  }
}
