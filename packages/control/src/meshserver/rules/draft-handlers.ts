import type { RuleKindContract, ruleTable } from '@weft/api';
import { type CallContext, type Handlers, invalid } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { changeRules, checkBody, checkVersion, objectOf } from './change-rules.ts';
import { diffOf } from './diff.ts';
import { checkDraft, draftView, noDraft } from './drafts.ts';
import type { RuleStore } from './rule-store.ts';
import { RuleView } from './rule-view.ts';

type DraftHandlers = Pick<
  Handlers<ReturnType<typeof ruleTable<RuleKindContract>>>,
  'getDraft' | 'saveDraft' | 'publishDraft' | 'discardDraft'
>;

/** The operations on drafts of rules of one type. */
export function draftHandlers(parts: MeshserverParts, rules: RuleStore): DraftHandlers {
  const { storage, drafts, clock, events } = parts;
  const tell = ({ caller, changeId, params }: CallContext & { readonly params: { readonly id: number } }): void =>
    events.tell(caller.instanceId, 'rules', {
      ruleDbId: params.id,
      type: rules.kind.type,
      operation: 'draft',
      changeId,
    });
  return {
    getDraft(call) {
      const rule = rules.get(call.caller, call.params.id);
      const draft = drafts.of(rule.ruleDbId);
      if (draft === null) throw noDraft(rule.body.name);
      call.setVersion(draft.version);
      return draftView(rule, draft);
    },
    async saveDraft(call) {
      const body = checkBody(rules, call.body);
      return storage.write(async (tx) => {
        const rule = await rules.read(tx, call.caller, call.params.id);
        await checkVersion(tx, { ...call, ifMatch: call.query.baseVersion ?? null }, rule);
        if (call.ifMatch !== null) checkDraft(await drafts.read(tx, rule.ruleDbId), call.ifMatch, rule);
        for (const field of ['name', 'app'] as const)
          if (body[field] !== rule.body[field])
            throw invalid(`/${field}`, `found "${body[field]}", expected "${rule.body[field]}" as the rule has it`);
        const draft = await drafts.save(tx, call.caller, {
          ruleDbId: rule.ruleDbId,
          body,
          baseVersion: rule.version,
          author: call.caller.loginName,
          comment: call.query.comment ?? '',
          at: clock.wallNow(),
        });
        await call.audit(tx, {
          object: objectOf(rules, rule),
          diff: { changes: diffOf(rule.body, body), comment: draft.comment },
        });
        tx.afterCommit(() => tell(call));
        call.setVersion(draft.version);
        return draftView(rule, draft);
      });
    },
    async publishDraft(call) {
      const { comment } = call.body;
      const [made] = await changeRules(parts, rules, call, 'publish', comment ?? '', async (tx, action) => {
        const before = await rules.read(tx, call.caller, call.params.id);
        const draft = await drafts.read(tx, before.ruleDbId);
        // Its author may have saved another one since somebody looked at it.
        checkDraft(draft, call.ifMatch, before);
        // What it was made from may be another rule by now: whoever publishes has seen the difference to that one.
        await checkVersion(tx, { ...call, ifMatch: draft.baseVersion }, before);
        await drafts.drop(tx, before.ruleDbId);
        const body = checkBody(rules, draft.body);
        return [{ before, after: await rules.replace(tx, before, body, action), author: draft.author }];
      });
      const { after } = made as NonNullable<typeof made>;
      call.setVersion(after.version);
      return new RuleView(parts).toRule(after);
    },
    async discardDraft(call) {
      await storage.write(async (tx) => {
        const rule = await rules.read(tx, call.caller, call.params.id);
        const draft = await drafts.read(tx, rule.ruleDbId);
        checkDraft(draft, call.ifMatch, rule);
        await drafts.drop(tx, rule.ruleDbId);
        await call.audit(tx, {
          object: objectOf(rules, rule),
          diff: { discarded: diffOf(rule.body, draft.body), author: draft.author },
        });
        tx.afterCommit(() => tell(call));
      });
      return undefined;
    },
  };
}
