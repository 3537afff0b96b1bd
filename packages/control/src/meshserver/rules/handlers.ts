import { messageText, type RuleKindContract, type ruleTable } from '@weft/api';
import { ApiFailure, type CallContext, type Handlers, invalid, pageOfRows } from '../../http/index.ts';
import { stepOf } from '../figures/figures.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso, MINUTE_MS, rangeOf } from '../range.ts';
import { rolloutHandlers } from '../rollouts/handlers.ts';
import { changeRules, checkBody, checkVersion, objectOf, pointOf, type RuleChange } from './change-rules.ts';
import { diffOf } from './diff.ts';
import { draftHandlers } from './draft-handlers.ts';
import { importRules } from './import-rules.ts';
import { isFor } from './is-for.ts';
import type { AnyRuleBody } from './rule-kind.ts';
import type { RuleStore, StoredRule } from './rule-store.ts';
import type { StoredVersion } from './rule-versions.ts';
import { RuleView } from './rule-view.ts';

type RuleHandlers = Handlers<ReturnType<typeof ruleTable<RuleKindContract>>>;

/** The operations on the rules of one type. */
export function ruleHandlers(parts: MeshserverParts, rules: RuleStore): RuleHandlers {
  const { storage } = parts;
  const PUBLISH = pointOf(rules, 'publish');
  const WRITE = pointOf(rules, 'write');

  /** The rule as it is now, with its version as ETag. */
  const answer = (call: CallContext, rule: StoredRule) => {
    call.setVersion(rule.version);
    return new RuleView(parts).toRule(rule);
  };
  const one = async (
    call: CallContext,
    operation: Parameters<typeof changeRules>[3],
    comment: string,
    work: Parameters<typeof changeRules>[5],
  ) => {
    const [made] = await changeRules(parts, rules, call, operation, comment, work);
    return (made as RuleChange).after;
  };
  /** Whoever changes what acts publishes. */
  const requirePublish = (call: CallContext, ...bodies: (AnyRuleBody | undefined)[]): void => {
    if (bodies.some((body) => body?.enabled === true)) call.caller.require(PUBLISH);
  };
  const replaceWith = (call: CallContext, id: number, body: AnyRuleBody, comment: string) =>
    one(call, 'replace', comment, async (tx, action) => {
      const before = await rules.read(tx, call.caller, id);
      requirePublish(call, before.body, body);
      await checkVersion(tx, call, before);
      return [{ before, after: await rules.replace(tx, before, body, action) }];
    });
  const switchTo = async (call: CallContext, id: number, enabled: boolean) => {
    const known = rules.get(call.caller, id);
    if (known.body.enabled === enabled) {
      // A rule that a rollout is switching on is off until then: whoever switches it off must not believe that it stays so.
      parts.rollouts.refuseFor(known);
      await storage.write((tx) => call.audit(tx, { object: objectOf(rules, known), diff: { changed: 0, enabled } }));
      return answer(call, known);
    }
    const after = await one(call, enabled ? 'enable' : 'disable', '', async (tx, action) => {
      const before = await rules.read(tx, call.caller, id);
      await checkVersion(tx, call, before);
      const after = await rules.replace(tx, before, { ...before.body, enabled }, action);
      return [{ before, after, unseen: call.ifMatch === null }];
    });
    return answer(call, after);
  };

  return {
    list(call) {
      const { app, service, direction, mode, enabled, push, keyword } = call.query;
      const view = new RuleView(parts);
      const word = keyword?.toLowerCase();
      const found = rules
        .list(call.caller)
        .filter(
          ({ body }) =>
            (app === undefined || body.app === app) &&
            (service === undefined || isFor(parts.registry, call.caller.instanceId, body, service)) &&
            (direction === undefined || body.direction === direction) &&
            (mode === undefined || body.mode === mode) &&
            (enabled === undefined || body.enabled === enabled) &&
            (word === undefined ||
              `${body.name}\n${body.app}\n${body.services.join('\n')}`.toLowerCase().includes(word)),
        )
        .filter((rule) => push === undefined || view.push(rule).state === push);
      // Only the rows of the page are looked at closely.
      const sortable = found.map((rule) => ({
        ruleDbId: rule.ruleDbId,
        name: rule.body.name,
        app: rule.body.app,
        direction: rule.body.direction,
        mode: rule.body.mode,
        enabled: rule.body.enabled,
        version: rule.version,
        createdAt: rule.createdAt,
        modifiedAt: rule.modifiedAt,
        modifiedBy: rule.modifiedBy,
        rule,
      }));
      const page = pageOfRows(
        sortable,
        call.query,
        ['ruleDbId', 'name', 'app', 'direction', 'mode', 'enabled', 'version', 'createdAt', 'modifiedAt', 'modifiedBy'],
        '-modifiedAt',
      );
      return { ...page, items: page.items.map(({ rule }) => view.toRule(rule)) };
    },
    async create(call) {
      const body = checkBody(rules, call.body);
      requirePublish(call, body);
      const after = await one(call, 'create', call.query.comment ?? '', async (tx, action) => [
        { before: null, after: await rules.create(tx, call.caller, body, action) },
      ]);
      return answer(call, after);
    },
    get: (call) => answer(call, rules.get(call.caller, call.params.id)),
    async replace(call) {
      const body = checkBody(rules, call.body);
      return answer(call, await replaceWith(call, call.params.id, body, call.query.comment ?? ''));
    },
    async remove(call) {
      await changeRules(parts, rules, call, 'delete', '', async (tx, action) => {
        const before = await rules.read(tx, call.caller, call.params.id);
        requirePublish(call, before.body);
        await checkVersion(tx, call, before);
        return [{ before, after: await rules.remove(tx, before, action) }];
      });
      return undefined;
    },
    async putByName(call) {
      const given = call.body as { readonly app: string; readonly enabled?: boolean };
      const { name } = call.params;
      const known = rules.list(call.caller).find((rule) => rule.body.app === given.app && rule.body.name === name);
      // A file that says nothing of the switch leaves it to whoever enables and disables.
      const body = checkBody(rules, { ...given, name, enabled: given.enabled ?? known?.body.enabled ?? false });
      if (known !== undefined && diffOf(known.body, body).length === 0) {
        await storage.write((tx) => call.audit(tx, { object: objectOf(rules, known), diff: { changed: 0 } }));
        return answer(call, known);
      }
      const comment = call.query.comment ?? '';
      if (known !== undefined) return answer(call, await replaceWith(call, known.ruleDbId, body, comment));
      requirePublish(call, body);
      const after = await one(call, 'create', comment, async (tx, action) => [
        { before: null, after: await rules.create(tx, call.caller, body, action) },
      ]);
      return answer(call, after);
    },
    enable: (call) => switchTo(call, call.params.id, true),
    disable: (call) => switchTo(call, call.params.id, false),
    async batch(call) {
      const { op, ids, versions } = call.body;
      if (versions !== undefined && versions.length !== ids.length)
        throw invalid('/versions', `found ${versions.length}, expected ${ids.length}, one for each of the ids`);
      const versionOf = new Map(ids.map((id, place) => [id, versions?.[place] ?? null]));
      if (op === 'delete') call.caller.require(WRITE);
      const items: { id: number; ok: boolean; code: string; message: string }[] = [];
      await changeRules(parts, rules, call, op, '', async (tx, action) => {
        const made: RuleChange[] = [];
        for (const [id, seen] of versionOf) {
          try {
            const before = await rules.read(tx, call.caller, id);
            await checkVersion(tx, { ...call, ifMatch: seen }, before);
            if (op === 'delete') made.push({ before, after: await rules.remove(tx, before, action) });
            else if (before.body.enabled !== (op === 'enable'))
              made.push({
                before,
                after: await rules.replace(tx, before, { ...before.body, enabled: op === 'enable' }, action),
                unseen: seen === null,
              });
            else parts.rollouts.refuseFor(before);
            items.push({ id, ok: true, code: '', message: '' });
          } catch (error) {
            if (!(error instanceof ApiFailure)) throw error;
            items.push({ id, ok: false, code: error.code, message: error.message });
          }
        }
        return made;
      });
      return { items };
    },
    push: (call) => new RuleView(parts).pushDetail(rules.get(call.caller, call.params.id)),
    async retryPush(call) {
      const rule = rules.get(call.caller, call.params.id);
      const { instanceId } = rule;
      let addressed = 0;
      for (const dataId of rules.dataIdsOf(rule.body)) addressed += parts.drm.pushAgain({ instanceId, dataId });
      await storage.write((tx) => call.audit(tx, { object: objectOf(rules, rule), diff: { addressed } }));
      return new RuleView(parts).pushDetail(rule);
    },
    async versions(call) {
      const versions = await rules.versions(call.caller, call.params.id);
      return pageOfRows(versions.map(toVersion), call.query, ['version', 'at', 'by', 'operation'], '-version');
    },
    async version(call) {
      const version = await rules.version(call.caller, call.params.id, call.params.version);
      return { ...toVersion(version), body: version.body };
    },
    async diff(call) {
      const { from, to } = call.query;
      const before = await rules.version(call.caller, call.params.id, from);
      const after = await rules.version(call.caller, call.params.id, to);
      return { from, to, changes: diffOf(before.body, after.body) };
    },
    async rollback(call) {
      const { to, comment } = call.body;
      const old = await rules.version(call.caller, call.params.id, to);
      const after = await one(call, 'rollback', comment ?? `back to version ${to}`, async (tx, action) => {
        const before = await rules.read(tx, call.caller, call.params.id);
        await checkVersion(tx, call, before);
        // Whether it acts is a switch of its own: going back to the first version must not turn a rule off.
        const body = checkBody(rules, { ...old.body, enabled: before.body.enabled });
        return [{ before, after: await rules.replace(tx, before, body, action) }];
      });
      return answer(call, after);
    },
    ...draftHandlers(parts, rules),
    ...rolloutHandlers(parts, rules),
    exportFile(call) {
      const wanted = call.body.ids === undefined ? null : new Set(call.body.ids);
      const bodies = rules
        .list(call.caller)
        .filter((rule) => wanted === null || wanted.has(rule.ruleDbId))
        .map((rule) => rule.body);
      return {
        format: 'weft-rules/v1' as const,
        type: rules.kind.type,
        exportedAt: iso(parts.clock.wallNow()),
        tenant: call.caller.tenantId,
        workspace: call.caller.workspaceId,
        rules: bodies,
      };
    },
    importFile(call) {
      const { dryRun = false, conflict = 'skip', keepState = false } = call.query;
      if (keepState) call.caller.require(PUBLISH);
      // What is overwritten may be acting.
      if (conflict === 'overwrite' && !dryRun) call.caller.require(PUBLISH);
      return importRules(parts, rules, call, call.body.rules, { dryRun, conflict, keepState });
    },
    hits(call) {
      const rule = rules.get(call.caller, call.params.id);
      const now = parts.clock.wallNow();
      const { startMs, endMs } = rangeOf(call.query, now, 5 * MINUTE_MS);
      const step = stepOf(startMs, endMs, now, call.query.step);
      return parts.hits.read(rule.instanceId, rule.ruleDbId, startMs, endMs, step);
    },
    preview(call) {
      const body = checkBody(rules, call.body);
      const { instanceId, tenantId, workspaceId } = call.caller;
      const instances = rules
        .dataIdsOf(body)
        .reduce((sum, dataId) => sum + parts.drm.status({ instanceId, workspaceId, dataId }).subscribers, 0);
      const { said, fields } = rules.kind.preview(body, instances);
      const warnings = new RuleView(parts).warnings({ type: rules.kind.type, instanceId, tenantId, workspaceId, body });
      const [owner = ''] = rules.ownersOf(body);
      return {
        ...fields,
        instances,
        text: messageText(said),
        message: said,
        warnings: warnings.map((item) => messageText(item)),
        warningMessages: warnings,
        document: rules.kind.toDocument(owner, [{ ruleDbId: 0, body: { ...body, enabled: true } }]),
      };
    },
  };
}

function toVersion(version: StoredVersion) {
  return {
    version: version.version,
    by: version.operator,
    at: iso(version.at),
    comment: version.comment,
    operation: version.operation,
    changeId: version.changeId,
  };
}
