import { Type } from 'typebox';
import {
  OneOf,
  PAGING,
  Params,
  pageOf,
  Query,
  QueryFlag,
  QueryText,
  RANGE,
  type RouteTable,
  STEP,
} from '../contract/index.ts';
import {
  type AnyRuleKind,
  type InputOfKind,
  RULE_KINDS,
  type RuleKindContract,
  type RuleSegment,
} from '../rules/index.ts';
import { EndRolloutBody, Rollout, StartRolloutBody } from './rollout-objects.ts';
import * as o from './rule-objects.ts';

const ID = { id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'ruleDbId' }) };
const id = Params(ID);
const VERSION = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'version' });
/** Operation ids of a type, by what they do: `*` stands for the id of the kind. */
export const RULE_OPERATIONS = {
  list: 'list*Rules',
  create: 'create*Rule',
  get: 'get*Rule',
  replace: 'replace*Rule',
  remove: 'delete*Rule',
  putByName: 'put*RuleByName',
  enable: 'enable*Rule',
  disable: 'disable*Rule',
  batch: 'batch*Rules',
  push: 'get*RulePush',
  retryPush: 'retry*RulePush',
  versions: 'list*RuleVersions',
  version: 'get*RuleVersion',
  diff: 'diff*Rule',
  rollback: 'rollback*Rule',
  getDraft: 'get*RuleDraft',
  saveDraft: 'save*RuleDraft',
  publishDraft: 'publish*RuleDraft',
  discardDraft: 'discard*RuleDraft',
  startRollout: 'start*RuleRollout',
  getRollout: 'get*RuleRollout',
  listRollouts: 'list*RuleRollouts',
  pauseRollout: 'pause*RuleRollout',
  resumeRollout: 'resume*RuleRollout',
  promoteRollout: 'promote*RuleRollout',
  abortRollout: 'abort*RuleRollout',
  exportFile: 'export*Rules',
  importFile: 'import*Rules',
  hits: 'get*RuleHits',
  preview: 'preview*Rule',
} as const;
export type RuleOperation = keyof typeof RULE_OPERATIONS;

/** Operation id of a type, such as `listLimitRules`. */
export type OperationId<
  O extends RuleOperation,
  Id extends string,
> = (typeof RULE_OPERATIONS)[O] extends `${infer Head}*${infer Tail}` ? `${Head}${Id}${Tail}` : never;
export const operationId = (operation: RuleOperation, id: string): string =>
  RULE_OPERATIONS[operation].replace('*', id);

/** Gives a table by what is done the operation ids of a type. */
type Named<T, Id extends string> = { [O in keyof T & RuleOperation as OperationId<O, Id>]: T[O] };
export const nameOperations = <T extends Readonly<Record<RuleOperation, unknown>>, const Id extends string>(
  table: T,
  id: Id,
): Named<T, Id> =>
  Object.fromEntries(
    (Object.keys(RULE_OPERATIONS) as RuleOperation[]).map((operation) => [
      operationId(operation, id),
      table[operation],
    ]),
  ) as Named<T, Id>;

/** The body of a rule without a default for its switch: whoever describes a rule again may leave the switch to others. */
function keepingSwitch(request: object): object {
  const body = JSON.parse(JSON.stringify(request)) as {
    properties: { enabled: { default?: boolean; description: string } };
    required?: string[];
  };
  const { enabled } = body.properties;
  delete enabled.default;
  enabled.description += ' When it is missing, the rule of this name stays as it is, and a new one is off.';
  if (body.required !== undefined) body.required = body.required.filter((name) => name !== 'enabled');
  return body;
}

/**
 * The operations on rules of one kind. Replacing a rule that is switched on acts at once, so the server asks for the
 * right to publish as well.
 */
export function ruleTable<const K extends RuleKindContract>(kind: K) {
  const base = `/rules/${kind.segment}`;
  const { title } = kind;
  const READ = `mesh:rule-${kind.segment as RuleSegment}:read` as const;
  const WRITE = `mesh:rule-${kind.segment as RuleSegment}:write` as const;
  const PUBLISH = `mesh:rule-${kind.segment as RuleSegment}:publish` as const;
  const Rule = o.ruleOf(kind);
  const Request = Type.Unsafe<InputOfKind<K>>(kind.request);
  const RequestByName = Type.Unsafe<InputOfKind<K>>(keepingSwitch(kind.request));
  return {
    list: {
      method: 'GET',
      path: `${base}`,
      summary: `Every ${title}, in pages`,
      access: READ,
      query: Query({
        app: QueryText('app, exact', 128),
        service: QueryText(
          'dataId of a service: rules that name it, and those for all services of an app that provides it or, at callers, consumes it',
        ),
        direction: Type.Optional(OneOf(['SERVER', 'CLIENT'], 'direction')),
        mode: Type.Optional(OneOf(['CONTROL', 'OBSERVE'], 'mode')),
        enabled: QueryFlag('state'),
        push: Type.Optional(OneOf(o.PUSH_STATES, 'state of the push')),
        keyword: QueryText('part of name, app or service'),
        ...PAGING,
      }),
      status: 200,
      reply: pageOf(Rule),
    },
    create: {
      method: 'POST',
      path: `${base}`,
      summary: `Create a ${title}; off unless \`enabled\` is true, which needs the right to publish`,
      access: WRITE,
      query: Query({ comment: QueryText('why', 1024) }),
      body: Request,
      status: 201,
      reply: Rule,
    },
    get: {
      method: 'GET',
      path: `${base}/{id}`,
      summary: 'One rule; the ETag is its version',
      access: READ,
      params: id,
      status: 200,
      reply: Rule,
    },
    replace: {
      method: 'PUT',
      path: `${base}/{id}`,
      summary: 'Replace a rule; acts at once when it is on',
      access: WRITE,
      params: id,
      query: Query({ comment: QueryText('why', 1024) }),
      body: Request,
      status: 200,
      reply: Rule,
      ifMatch: 'required',
    },
    remove: {
      method: 'DELETE',
      path: `${base}/{id}`,
      summary: 'Delete a rule; acts at once',
      access: WRITE,
      params: id,
      status: 204,
      reply: null,
    },
    putByName: {
      method: 'PUT',
      path: `${base}/by-name/{name}`,
      summary:
        'Create or replace the rule of this name and app; the same content again changes nothing, and without `enabled` the switch stays as it is',
      access: WRITE,
      params: Params({
        name: Type.String({ minLength: 1, maxLength: 255, description: 'name of the rule, percent-encoded' }),
      }),
      query: Query({ comment: QueryText('why', 1024) }),
      body: RequestByName,
      status: 200,
      reply: Rule,
    },
    enable: {
      method: 'POST',
      path: `${base}/{id}:enable`,
      summary:
        'Switch a rule on; with `If-Match` only while it has this version, which four eyes ask for where another user wrote it',
      access: PUBLISH,
      params: id,
      status: 200,
      reply: Rule,
    },
    disable: {
      method: 'POST',
      path: `${base}/{id}:disable`,
      summary: 'Switch a rule off',
      access: PUBLISH,
      params: id,
      status: 200,
      reply: Rule,
    },
    batch: {
      method: 'POST',
      path: `${base}:batch`,
      summary: 'Switch on, switch off or delete several rules; a result for each',
      access: PUBLISH,
      body: o.BatchBody,
      status: 200,
      reply: Type.Object({
        items: Type.Array(
          Type.Object({ id: Type.Integer(), ok: Type.Boolean(), code: Type.String(), message: Type.String() }),
        ),
      }),
    },
    push: {
      method: 'GET',
      path: `${base}/{id}/push`,
      summary: 'Which proxy has which version',
      access: READ,
      params: id,
      status: 200,
      reply: o.PushDetail,
    },
    retryPush: {
      method: 'POST',
      path: `${base}/{id}/push:retry`,
      summary: 'Push again to the proxies that have not acknowledged',
      access: PUBLISH,
      params: id,
      status: 202,
      reply: o.PushDetail,
    },
    versions: {
      method: 'GET',
      path: `${base}/{id}/versions`,
      summary: 'History of a rule, newest first; also of a deleted one',
      access: READ,
      params: id,
      query: Query(PAGING),
      status: 200,
      reply: pageOf(o.RuleVersion),
    },
    version: {
      method: 'GET',
      path: `${base}/{id}/versions/{version}`,
      summary: 'One older version',
      access: READ,
      params: Params({ ...ID, version: VERSION }),
      status: 200,
      reply: o.versionDetailOf(kind),
    },
    diff: {
      method: 'GET',
      path: `${base}/{id}/diff`,
      summary: 'What two versions differ in',
      access: READ,
      params: id,
      query: Query({ from: VERSION, to: VERSION }),
      status: 200,
      reply: o.RuleDiff,
    },
    rollback: {
      method: 'POST',
      path: `${base}/{id}:rollback`,
      summary:
        'Make the content of an older version the next version, and push it; whether the rule is on stays as it is',
      access: PUBLISH,
      params: id,
      body: o.RollbackBody,
      status: 200,
      reply: Rule,
    },
    getDraft: {
      method: 'GET',
      path: `${base}/{id}/draft`,
      summary: 'What somebody wants a rule to become, and what that changes; the ETag is the version of the draft',
      access: READ,
      params: id,
      status: 200,
      reply: o.RuleDraft,
    },
    saveDraft: {
      method: 'PUT',
      path: `${base}/{id}/draft`,
      summary:
        'Keep beside a rule what it is to become, in the place of an earlier draft; nothing acts by it until it is published',
      access: WRITE,
      params: id,
      query: Query({
        comment: QueryText('why', 1024),
        baseVersion: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: Number.MAX_SAFE_INTEGER,
            description: 'version of the rule that it was made from; refused where it has another one',
          }),
        ),
      }),
      body: Request,
      status: 200,
      reply: o.RuleDraft,
    },
    publishDraft: {
      method: 'POST',
      path: `${base}/{id}/draft:publish`,
      summary:
        'Make the draft that was seen the next version of its rule (`If-Match`: its version); where four eyes are asked for, by another user than the one who wrote it',
      access: PUBLISH,
      params: id,
      ifMatch: 'required',
      body: o.PublishDraftBody,
      status: 200,
      reply: Rule,
    },
    discardDraft: {
      method: 'DELETE',
      path: `${base}/{id}/draft`,
      summary: 'Forget the draft of a rule',
      access: WRITE,
      params: id,
      status: 204,
      reply: null,
    },
    startRollout: {
      method: 'POST',
      path: `${base}/{id}/rollout`,
      summary:
        'Give a new content of the rule, or the rule that is off, to a growing share of the proxies; gives up by itself when a guard is passed',
      access: PUBLISH,
      params: id,
      body: StartRolloutBody,
      status: 201,
      reply: Rollout,
    },
    getRollout: {
      method: 'GET',
      path: `${base}/{id}/rollout`,
      summary: 'The rollout of a rule that is under way, else its last one',
      access: READ,
      params: id,
      status: 200,
      reply: Rollout,
    },
    listRollouts: {
      method: 'GET',
      path: `${base}/{id}/rollouts`,
      summary: 'The rollouts of a rule with what happened in each, newest first; the last 50',
      access: READ,
      params: id,
      status: 200,
      reply: Type.Object({ items: Type.Array(Rollout) }),
    },
    pauseRollout: {
      method: 'POST',
      path: `${base}/{id}/rollout:pause`,
      summary: 'Stay at this share; guards go on',
      access: PUBLISH,
      params: id,
      body: EndRolloutBody,
      status: 200,
      reply: Rollout,
    },
    resumeRollout: {
      method: 'POST',
      path: `${base}/{id}/rollout:resume`,
      summary: 'Go on with the steps',
      access: PUBLISH,
      params: id,
      body: EndRolloutBody,
      status: 200,
      reply: Rollout,
    },
    promoteRollout: {
      method: 'POST',
      path: `${base}/{id}/rollout:promote`,
      summary: 'Give the new content to every proxy now; it is the next version of the rule',
      access: PUBLISH,
      params: id,
      body: EndRolloutBody,
      status: 200,
      reply: Rollout,
    },
    abortRollout: {
      method: 'POST',
      path: `${base}/{id}/rollout:abort`,
      summary: 'Give up: every proxy has the content from before again',
      access: PUBLISH,
      params: id,
      body: EndRolloutBody,
      status: 200,
      reply: Rollout,
    },
    exportFile: {
      method: 'POST',
      path: `${base}:export`,
      summary: 'Rules as a file',
      access: READ,
      body: o.ExportBody,
      status: 200,
      reply: o.RuleFile,
      readOnly: true,
    },
    importFile: {
      method: 'POST',
      path: `${base}:import`,
      summary: 'Rules from a file, all or nothing; new ones are off, and what is overwritten keeps its switch',
      access: WRITE,
      query: Query({
        dryRun: QueryFlag('only say what would happen'),
        conflict: Type.Optional(
          OneOf(['skip', 'overwrite', 'duplicate'], 'what to do with rules of the same name; skip when not given'),
        ),
        keepState: QueryFlag('switch rules as the file has them; needs the right to publish'),
      }),
      body: o.RuleFile,
      status: 200,
      reply: o.ImportResult,
      maxBodyBytes: 8 * 1024 * 1024,
    },
    hits: {
      method: 'GET',
      path: `${base}/{id}/hits`,
      summary: 'How often a rule let through and refused',
      access: READ,
      params: id,
      query: Query({ ...RANGE, ...STEP }),
      status: 200,
      reply: o.RuleHits,
    },
    preview: {
      method: 'POST',
      path: `${base}:preview`,
      summary: 'Check a rule and say what it would do, without storing it',
      access: READ,
      body: Request,
      status: 200,
      reply: o.previewOf(kind as { readonly preview: K['preview'] }),
      readOnly: true,
    },
  } as const satisfies RouteTable;
}

type TableOf<K> = K extends AnyRuleKind ? Named<ReturnType<typeof ruleTable<K>>, K['id']> : never;
type Together<U> = (U extends unknown ? (item: U) => void : never) extends (all: infer All) => void ? All : never;

/** The operations of every kind, by operation id. */
export const ruleRoutes = Object.assign(
  {},
  ...RULE_KINDS.map((kind) => nameOperations(ruleTable(kind), kind.id)),
) as Together<TableOf<AnyRuleKind>>;

/** What concerns rules of several types. */
export const commonRuleRoutes = {
  listRuleTypes: {
    method: 'GET',
    path: '/rule-types',
    summary: 'The types of rules that this control plane has, and that the caller may see',
    access: 'session',
    status: 200,
    reply: Type.Object({ items: Type.Array(o.RuleTypeInfo) }),
  },
  simulateRules: {
    method: 'POST',
    path: '/rules:simulate',
    summary: 'What the rules would do with a request',
    access: 'session',
    body: o.SimulateBody,
    status: 200,
    reply: o.SimulateResult,
    readOnly: true,
  },
} as const satisfies RouteTable;
