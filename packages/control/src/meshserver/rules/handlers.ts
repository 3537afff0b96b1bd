import type { ms } from '@weft/api';
import type { LimitRuleBody } from '@weft/schema/rules';
import { ApiFailure, type CallContext, type Handlers, pageOfRows } from '../../http/index.ts';
import { stepOf } from '../figures/figures.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso, MINUTE_MS, rangeOf } from '../range.ts';
import { changeRules, checkBody, checkVersion, PUBLISH, type RuleChange, WRITE } from './change-rules.ts';
import { diffOf } from './diff.ts';
import { importRules } from './import-rules.ts';
import type { KeyedRule } from './rule-kind.ts';
import type { StoredRule, StoredVersion } from './rule-store.ts';
import { RuleView } from './rule-view.ts';
import { simulate } from './simulate.ts';

type RuleHandlers = Pick<
  Handlers<(typeof ms)['routes']>,
  {
    [Name in keyof (typeof ms)['routes']]: (typeof ms)['routes'][Name]['path'] extends `/rules${string}` ? Name : never;
  }[keyof (typeof ms)['routes']]
>;

export function ruleHandlers(parts: MeshserverParts): RuleHandlers {
  const { rules, storage } = parts;

  /** The rule as it is now, with its version as ETag. */
  const answer = (call: CallContext, rule: StoredRule) => {
    call.setVersion(rule.version);
    return new RuleView(parts).toRule(rule);
  };
  const one = async (
    call: CallContext,
    operation: Parameters<typeof changeRules>[2],
    comment: string,
    work: Parameters<typeof changeRules>[4],
  ) => {
    const [made] = await changeRules(parts, call, operation, comment, work);
    return (made as RuleChange).after;
  };
  /** Whoever changes what acts publishes. */
  const requirePublish = (call: CallContext, ...bodies: (LimitRuleBody | undefined)[]): void => {
    if (bodies.some((body) => body?.enabled === true)) call.caller.require(PUBLISH);
  };
  const replace = (call: CallContext, id: number, body: LimitRuleBody, comment: string) =>
    one(call, 'replace', comment, async (tx, action) => {
      const before = await rules.read(tx, call.caller, id);
      requirePublish(call, before.body, body);
      checkVersion(call, before);
      return [{ before, after: await rules.replace(tx, before, body, action) }];
    });
  const switchTo = async (call: CallContext, id: number, enabled: boolean) => {
    const known = rules.get(call.caller, id);
    if (known.body.enabled === enabled) {
      await storage.write((tx) => call.audit(tx, { object: `rule limit/${id} ${known.body.name}`, diff: { enabled } }));
      return answer(call, known);
    }
    const after = await one(call, enabled ? 'enable' : 'disable', '', async (tx, action) => {
      const before = await rules.read(tx, call.caller, id);
      checkVersion(call, before);
      return [{ before, after: await rules.replace(tx, before, { ...before.body, enabled }, action) }];
    });
    return answer(call, after);
  };

  return {
    listLimitRules(call) {
      const { app, service, direction, mode, enabled, push, keyword } = call.query;
      const view = new RuleView(parts);
      const word = keyword?.toLowerCase();
      const found = rules
        .list(call.caller)
        .filter(
          ({ body }) =>
            (app === undefined || body.app === app) &&
            (service === undefined || body.services.includes(service)) &&
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
    async createLimitRule(call) {
      const body = checkBody(parts, call.body);
      requirePublish(call, body);
      const after = await one(call, 'create', call.query.comment ?? '', async (tx, action) => [
        { before: null, after: await rules.create(tx, call.caller, body, action) },
      ]);
      return answer(call, after);
    },
    getLimitRule: (call) => answer(call, rules.get(call.caller, call.params.id)),
    async replaceLimitRule(call) {
      const body = checkBody(parts, call.body);
      return answer(call, await replace(call, call.params.id, body, call.query.comment ?? ''));
    },
    async deleteLimitRule(call) {
      await changeRules(parts, call, 'delete', '', async (tx, action) => {
        const before = await rules.read(tx, call.caller, call.params.id);
        requirePublish(call, before.body);
        checkVersion(call, before);
        return [{ before, after: await rules.remove(tx, before, action) }];
      });
      return undefined;
    },
    async putLimitRuleByName(call) {
      const body = checkBody(parts, { ...(call.body as object), name: call.params.name });
      const known = rules.list(call.caller).find((rule) => rule.body.app === body.app && rule.body.name === body.name);
      if (known !== undefined && JSON.stringify(known.body) === JSON.stringify(body)) {
        await storage.write((tx) =>
          call.audit(tx, { object: `rule limit/${known.ruleDbId} ${body.name}`, diff: { changed: 0 } }),
        );
        return answer(call, known);
      }
      const comment = call.query.comment ?? '';
      if (known !== undefined) return answer(call, await replace(call, known.ruleDbId, body, comment));
      requirePublish(call, body);
      const after = await one(call, 'create', comment, async (tx, action) => [
        { before: null, after: await rules.create(tx, call.caller, body, action) },
      ]);
      return answer(call, after);
    },
    enableLimitRule: (call) => switchTo(call, call.params.id, true),
    disableLimitRule: (call) => switchTo(call, call.params.id, false),
    async batchLimitRules(call) {
      const { op, ids } = call.body;
      if (op === 'delete') call.caller.require(WRITE);
      const items: { id: number; ok: boolean; code: string; message: string }[] = [];
      await changeRules(parts, call, op, '', async (tx, action) => {
        const made: RuleChange[] = [];
        for (const id of new Set(ids)) {
          try {
            const before = await rules.read(tx, call.caller, id);
            if (op === 'delete') made.push({ before, after: await rules.remove(tx, before, action) });
            else if (before.body.enabled !== (op === 'enable'))
              made.push({
                before,
                after: await rules.replace(tx, before, { ...before.body, enabled: op === 'enable' }, action),
              });
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
    getLimitRulePush: (call) => new RuleView(parts).pushDetail(rules.get(call.caller, call.params.id)),
    async retryLimitRulePush(call) {
      const rule = rules.get(call.caller, call.params.id);
      for (const dataId of rules.dataIdsOf(rule.body)) parts.drm.pushAgain({ instanceId: rule.instanceId, dataId });
      await storage.write((tx) => call.audit(tx, { object: `rule limit/${rule.ruleDbId} ${rule.body.name}` }));
      return new RuleView(parts).pushDetail(rule);
    },
    async listLimitRuleVersions(call) {
      const versions = await rules.versions(call.caller, call.params.id);
      return pageOfRows(versions.map(toVersion), call.query, ['version', 'at', 'by', 'operation'], '-version');
    },
    async getLimitRuleVersion(call) {
      const version = await rules.version(call.caller, call.params.id, call.params.version);
      return { ...toVersion(version), body: version.body };
    },
    async diffLimitRule(call) {
      const { from, to } = call.query;
      const before = await rules.version(call.caller, call.params.id, from);
      const after = await rules.version(call.caller, call.params.id, to);
      return { from, to, changes: diffOf(before.body, after.body) };
    },
    async rollbackLimitRule(call) {
      const { to, comment } = call.body;
      const old = await rules.version(call.caller, call.params.id, to);
      const after = await one(call, 'rollback', comment ?? `back to version ${to}`, async (tx, action) => {
        const before = await rules.read(tx, call.caller, call.params.id);
        checkVersion(call, before);
        // Whether it acts is a switch of its own: going back to the first version must not turn a rule off.
        const body = checkBody(parts, { ...old.body, enabled: before.body.enabled });
        return [{ before, after: await rules.replace(tx, before, body, action) }];
      });
      return answer(call, after);
    },
    exportLimitRules(call) {
      const wanted = call.body.ids === undefined ? null : new Set(call.body.ids);
      const bodies = rules
        .list(call.caller)
        .filter((rule) => wanted === null || wanted.has(rule.ruleDbId))
        .map((rule) => rule.body);
      return {
        format: 'weft-rules/v1' as const,
        exportedAt: iso(parts.clock.wallNow()),
        tenant: call.caller.tenantId,
        workspace: call.caller.workspaceId,
        rules: bodies as never,
      };
    },
    importLimitRules(call) {
      const { dryRun = false, conflict = 'skip', keepState = false } = call.query;
      if (keepState) call.caller.require(PUBLISH);
      // What is overwritten may be acting.
      if (conflict === 'overwrite' && !dryRun) call.caller.require(PUBLISH);
      return importRules(parts, call, call.body.rules, { dryRun, conflict, keepState });
    },
    getLimitRuleHits(call) {
      const rule = rules.get(call.caller, call.params.id);
      const now = parts.clock.wallNow();
      const { startMs, endMs } = rangeOf(call.query, now, 5 * MINUTE_MS);
      const step = stepOf(startMs, endMs, now, call.query.step);
      return parts.hits.read(rule.instanceId, rule.ruleDbId, startMs, endMs, step);
    },
    previewLimitRule(call) {
      const body = checkBody(parts, call.body);
      const { instanceId } = call.caller;
      const instances = rules
        .dataIdsOf(body)
        .reduce((sum, dataId) => sum + parts.drm.status({ instanceId, dataId }).subscribers, 0);
      const { ratePerSecond, burst, total } = rules.kind.preview(body.spec, instances);
      const of = `${instances} instance${instances === 1 ? '' : 's'}`;
      return {
        ratePerSecond,
        burst: ratePerSecond === null ? null : burst,
        instances,
        totalPerSecond: ratePerSecond === null ? null : total,
        text:
          ratePerSecond === null
            ? `${burst} at one moment per instance, ${total} over ${of}`
            : `${round(ratePerSecond)}/s, burst ${burst} per instance, ${round(total)}/s over ${of}`,
        warnings: new RuleView(parts).warnings(instanceId, body),
        document: rules.kind.toDocument(body.app, [{ ruleDbId: 0, body: { ...body, enabled: true } }]),
      };
    },
    simulateRules(call) {
      const given = call.body.rules?.map(
        (input, index): KeyedRule => ({ ruleDbId: index + 1, body: { ...checkBody(parts, input), enabled: true } }),
      );
      const inForce = (): KeyedRule[] =>
        rules
          .ofInstance(call.caller.instanceId)
          .filter(({ body }) => body.enabled && (body.app === call.body.app || body.app === '*'));
      return simulate(rules.kind, given ?? inForce(), call.body);
    },
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

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
