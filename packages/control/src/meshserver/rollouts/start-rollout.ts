import { isDeepStrictEqual } from 'node:util';
import { type BodyOf, message, type ms } from '@weft/api';
import { ruleDataId } from '@weft/schema/data-id';
import { parseDataId } from '../../drm/index.ts';
import { ApiFailure, type CallContext, invalid, retryAfter } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { checkBody, checkVersion, objectOf, pointOf } from '../rules/change-rules.ts';
import { diffOf } from '../rules/diff.ts';
import type { AnyRuleBody } from '../rules/rule-kind.ts';
import type { RuleStore, StoredRule } from '../rules/rule-store.ts';
import type { RuleAction } from '../rules/rule-versions.ts';
import { insertRollout, type StoredRollout } from './stored-rollout.ts';

type StartBody = BodyOf<(typeof ms)['routes']['startLimitRuleRollout']>;

/**
 * Gives the new content to the share of the first step.
 * @throws ApiFailure INVALID, CONFLICT (nothing to roll out, or one is under way), VERSION_CONFLICT, FROZEN
 */
export async function startRollout(
  parts: MeshserverParts,
  store: RuleStore,
  call: CallContext & { readonly body: StartBody },
  id: number,
): Promise<StoredRollout> {
  const { drm, storage, rollouts, clock, changes } = parts;
  const { caller, body } = call;
  const { steps, selector = {}, autoPromote = true, comment = '' } = body;
  checkSteps(steps, autoPromote);
  const known = store.get(caller, id);
  const after = contentOf(store, call, known);
  rollouts.refuseFor(known);
  if (diffOf(known.body, after).length === 0)
    throw new ApiFailure(
      'CONFLICT',
      `rule ${id} is ${known.body.enabled ? 'on' : 'off'} with this content already: send another one as \`rule\``,
    );
  const freeze = drm.freezes.state(caller);
  if (freeze.frozen)
    throw retryAfter('FROZEN', `pushing is frozen by ${freeze.operator} until ${freeze.until}: ${freeze.reason}`, 60);
  const owners = [
    ...new Set([
      ...(known.body.enabled ? store.ownersOf(known.body) : []),
      ...(after.enabled ? store.ownersOf(after) : []),
    ]),
  ];
  const { instanceId, workspaceId } = caller;
  rollouts.refuseForDocuments(
    instanceId,
    owners.map((owner) => ruleDataId(store.kind.type, owner)),
  );
  const action: RuleAction = { operation: 'rollout', operator: caller.loginName, comment, changeId: call.changeId };
  // Who is not selected needs a value to keep, though it be an empty one.
  const bare = owners.some(
    (owner) => drm.get({ instanceId, dataId: ruleDataId(store.kind.type, owner) })?.workspaceId !== workspaceId,
  );
  if (bare) await storage.write((tx) => store.publish(tx, caller, owners, action, { evenEmpty: true }));

  return storage.write(async (tx) => {
    const before = await store.read(tx, caller, id);
    await checkVersion(tx, call, before);
    if (before.version !== known.version)
      throw new ApiFailure('VERSION_CONFLICT', `rule ${id} has version ${before.version} meanwhile: read it again`);
    rollouts.refuseFor(before);
    await parts.fourEyes.check(
      tx,
      before,
      { ruleDbId: id, body: after, version: before.version + 1 },
      caller.loginName,
      // Who sends the content has it; who means that of the rule says which one he has seen.
      { unseen: body.rule === undefined && call.ifMatch === null },
    );
    const object = objectOf(store, before);
    const [first] = steps;
    const share = { ...selector, percent: first?.percent ?? 0 };
    // A content that is no other one makes no version.
    const version = isDeepStrictEqual(before.body, after) ? before.version : before.version + 1;
    const documents: { dataId: string; version: number }[] = [];
    for (const owner of owners) {
      const dataId = ruleDataId(store.kind.type, owner);
      const value = await store.draft(tx, caller, owner, { ruleDbId: id, version, body: after }, action);
      if (value === drm.get({ instanceId, dataId })?.value) continue;
      drm.validators.check(value, parseDataId(dataId, '/rule'));
      const gray = await drm.gray.start(
        tx,
        { instanceId, dataId },
        { value, selector: share, operator: caller.loginName, comment: `rollout of ${object}` },
      );
      documents.push({ dataId, version: gray.version });
    }
    if (documents.length === 0)
      throw new ApiFailure(
        'CONFLICT',
        `rule ${id}: what changes reaches no proxy, so that there is nothing to roll out`,
      );
    const now = clock.wallNow();
    const row = await insertRollout(tx, {
      ruleDbId: id,
      type: before.type,
      tenantId: before.tenantId,
      workspaceId: before.workspaceId,
      instanceId,
      state: 'RUNNING',
      step: 0,
      stepSince: now,
      waitedMs: 0,
      baseVersion: before.version,
      plan: { steps, selector, autoPromote, comment, before: before.body, after, documents },
      history: [
        {
          atMs: now,
          by: caller.loginName,
          what: 'start',
          percent: share.percent,
          said: message('rollout.by-hand', { comment }),
        },
      ],
      breach: null,
      startedBy: caller.loginName,
      startedAt: now,
      endedBy: '',
      endedAt: 0,
    });
    await call.audit(tx, {
      object,
      diff: { rollout: row.rolloutId, steps, selector, autoPromote, documents, changes: diffOf(before.body, after) },
    });
    await changes.record(tx, caller, {
      changeId: call.changeId,
      actor: caller.loginName,
      kind: 'rule',
      object,
      operation: 'rollout',
      summary: comment === '' ? `rollout of ${object}` : comment,
      written: documents,
      part: true,
    });
    rollouts.hold(tx, row);
    return row;
  });
}

/** Shares grow: nobody goes back and forth. What everybody gets by itself has been with a part for some time. */
function checkSteps(steps: StartBody['steps'], autoPromote: boolean): void {
  steps.forEach(({ percent }, index) => {
    const before = steps[index - 1]?.percent ?? 0;
    if (percent <= before)
      throw invalid(`/steps/${index}/percent`, `found ${percent}, expected more than the ${before} of the step before`);
  });
  const last = steps.length - 1;
  const { percent = 100, waitSec = 1 } = steps[last] ?? {};
  if (autoPromote && percent < 100 && waitSec === 0)
    throw invalid(
      `/steps/${last}/waitSec`,
      `found 0, expected 1 or more: everybody gets it after the last step, and ${percent} % would try it for no time`,
    );
}

/** What the rule becomes. */
function contentOf(
  store: RuleStore,
  { body, caller }: CallContext & { readonly body: StartBody },
  { body: own }: StoredRule,
): AnyRuleBody {
  if (body.rule === undefined) return { ...own, enabled: true };
  caller.require(pointOf(store, 'write'));
  const given = body.rule as { readonly enabled?: boolean };
  const after = checkBody(store, { ...given, enabled: given.enabled ?? true }, 'rule');
  for (const field of ['name', 'app'] as const)
    if (after[field] !== own[field])
      throw invalid(`/rule/${field}`, `found "${after[field]}", expected "${own[field]}" as the rule has it`);
  return after;
}
