import type { RuleType } from '@weft/schema/rules';
import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf, TextMap } from '../contract/index.ts';
import { DrmClientState, Freeze } from '../drm/index.ts';
import { Message } from '../messages/index.ts';
import {
  type AnyRuleKind,
  type BodyOfKind,
  bodyFields,
  RULE_SEGMENTS,
  type RuleInput,
  type RuleKindContract,
} from '../rules/index.ts';
import { FieldChange } from './field-change.ts';
import { RolloutSummary } from './rollout-objects.ts';

export const PUSH_STATES = ['none', 'pending', 'ok', 'partly', 'failed'] as const;
export const PushSummary = Type.Object({
  state: OneOf(PUSH_STATES, 'none: nothing to push, or no live subscriber; ok: every live subscriber acknowledged'),
  target: Type.Integer({ description: 'live subscribers' }),
  acked: Type.Integer(),
  rejected: Type.Integer(),
  pending: Type.Integer(),
  version: Type.Integer({ description: 'version of the document; 0 for none' }),
  lastPushAt: Nullable(Instant('last push')),
  /** Pushing is frozen: who waits, waits for its end. */
  frozen: Type.Optional(Freeze),
});
export type PushSummary = Static<typeof PushSummary>;

const versionFields = {
  version: Type.Integer({ description: 'of the rule; the ETag' }),
  createdBy: Type.String(),
  createdAt: Instant('creation'),
  modifiedBy: Type.String(),
  modifiedAt: Instant('last change'),
};

const DRAFT_VERSION = Type.Integer({ description: 'of the draft; counts those of the rule from 1' });

const ruleFields = {
  ...versionFields,
  changeId: Type.String({ description: 'of the last change' }),
  dataIds: Type.Array(Type.String(), { description: 'documents that carry the rule' }),
  warnings: Type.Array(Type.String(), { description: 'such as: no live proxy of this app' }),
  warningMessages: Type.Array(Message),
  push: PushSummary,
  expiresAt: Nullable(Instant('when it is switched off by itself')),
  draft: Type.Optional(
    Nullable(
      Type.Object(
        { version: DRAFT_VERSION, by: Type.String(), at: Instant('when'), comment: Type.String() },
        { description: 'somebody wants the rule to become another one: `…/draft`' },
      ),
    ),
  ),
  rollout: Nullable(RolloutSummary),
  hits5m: Type.Integer({
    description:
      'refused, or would be in OBSERVE, in the last 5 minutes; of a rule that refuses nobody (ROUTE, MIRROR, ISOLATE) also the requests that it was for',
  }),
};

/** What every stored rule has beside its body. */
export type RuleRecord = Static<ReturnType<typeof recordOf>>;
const recordOf = () => Type.Object({ ruleDbId: Type.Integer(), ...ruleFields });

/** A stored rule of a kind. */
export type RuleOfKind<K extends RuleKindContract> = RuleRecord & { type: K['type'] } & BodyOfKind<K>;
export const ruleOf = <const K extends RuleKindContract>(kind: K) =>
  Type.Unsafe<RuleOfKind<K>>(
    Type.Object({ ruleDbId: Type.Integer(), type: Type.Literal(kind.type), ...bodyFields(kind), ...ruleFields }),
  );
export type LimitRule = RuleOfKind<Extract<AnyRuleKind, { type: 'LIMIT' }>>;
/** A stored rule of some kind, as far as all are alike. */
export type AnyRule = RuleRecord & {
  type: RuleType;
  name: string;
  app: string;
  direction: 'SERVER' | 'CLIENT';
  services: string[];
  mode: 'CONTROL' | 'OBSERVE';
  enabled: boolean;
  description: string;
  spec: object;
};
/** Rules that have the fields of every kind: more may follow. */
export const AnyRule = Type.Unsafe<AnyRule>(
  Type.Object(
    {
      ruleDbId: Type.Integer(),
      type: Type.String({ description: 'such as LIMIT' }),
      name: Type.String(),
      app: Type.String(),
      direction: OneOf(['SERVER', 'CLIENT'], 'where the rule acts'),
      services: Type.Array(Type.String()),
      mode: OneOf(['CONTROL', 'OBSERVE'], 'whether the verdict is enforced'),
      enabled: Type.Boolean(),
      description: Type.String(),
      spec: Type.Object({}, { additionalProperties: true, description: 'by type' }),
      ...ruleFields,
    },
    { additionalProperties: true },
  ),
);

export const PushDetail = Type.Object({
  ...PushSummary.properties,
  dataIds: Type.Array(
    Type.Object({ dataId: Type.String(), version: Type.Integer(), instances: Type.Array(DrmClientState) }),
  ),
});
export type PushDetail = Static<typeof PushDetail>;

export const RuleVersion = Type.Object({
  version: Type.Integer(),
  by: Type.String(),
  at: Instant('when'),
  comment: Type.String(),
  operation: OneOf(
    ['create', 'replace', 'enable', 'disable', 'rollback', 'publish', 'rollout', 'expire', 'import', 'delete'],
    'what was done',
  ),
  changeId: Type.String(),
});
export type RuleVersion = Static<typeof RuleVersion>;
export const versionDetailOf = <const K extends RuleKindContract>(kind: K) =>
  Type.Unsafe<RuleVersion & { body: BodyOfKind<K> }>(
    Type.Object({ ...RuleVersion.properties, body: Type.Object(bodyFields(kind)) }),
  );
/** What a rule may become, beside what it is. */
export const RuleDraft = Type.Object({
  ruleDbId: Type.Integer(),
  version: DRAFT_VERSION,
  by: Type.String({ description: 'who wrote it; with four eyes another user has to publish it' }),
  at: Instant('when'),
  comment: Type.String(),
  baseVersion: Type.Integer({ description: 'version of the rule that it was made from' }),
  stale: Type.Boolean({ description: 'the rule has changed since: it cannot be published as it is' }),
  body: Type.Object({}, { additionalProperties: true, description: 'as a rule of the type is sent' }),
  changes: Type.Array(FieldChange, { description: 'from what the rule is to what it becomes' }),
});
export type RuleDraft = Static<typeof RuleDraft>;
export const PublishDraftBody = Body({
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why; kept in the history' })),
});
export const RuleDiff = Type.Object({ from: Type.Integer(), to: Type.Integer(), changes: Type.Array(FieldChange) });

export const BatchBody = Body({
  op: OneOf(['enable', 'disable', 'delete'], 'what to do'),
  ids: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
    minItems: 1,
    maxItems: 500,
    description: 'ids of rules',
  }),
  versions: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: 500,
      description:
        'versions that were read, in the order of `ids`: a rule that has another one stays as it is; with four eyes nothing that another wrote is switched on without',
    }),
  ),
});
export const RollbackBody = Body({
  to: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'version whose content becomes the next version',
  }),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
});
export const ExportBody = Body({
  ids: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      maxItems: 5000,
      description: 'ids of rules; all when not given',
    }),
  ),
});
/** The file of export and import. */
export const RuleFile = Type.Object({
  format: Type.Literal('weft-rules/v1', { description: 'format of the file' }),
  type: Type.Optional(Type.String({ maxLength: 32, description: 'type of the rules, such as LIMIT' })),
  exportedAt: Type.Optional(Type.String({ maxLength: 64, description: 'when it was exported' })),
  tenant: Type.Optional(Type.String({ maxLength: 64, description: 'where it comes from' })),
  workspace: Type.Optional(Type.String({ maxLength: 64, description: 'where it comes from' })),
  rules: Type.Array(Type.Unsafe<RuleInput>({ type: 'object', additionalProperties: true }), {
    maxItems: 5000,
    description: 'the rules',
  }),
});
export type RuleFile = Static<typeof RuleFile>;
export const ImportResult = Type.Object({
  applied: Type.Boolean({ description: 'false for a dry run, or when one rule is in error: nothing was changed' }),
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      app: Type.String(),
      action: OneOf(['create', 'update', 'unchanged', 'skip', 'error'], 'what happens'),
      message: Type.String(),
      said: Nullable(Message),
    }),
  ),
});

export const RuleTypeInfo = Type.Object({
  type: Type.String({ description: 'such as LIMIT' }),
  segment: Type.String({ description: 'word of paths and permission points' }),
  title: Type.String({ description: 'for people' }),
  rules: Type.Integer({ description: 'rules of the workspace' }),
  enabled: Type.Integer({ description: 'of them switched on' }),
  canWrite: Type.Boolean({ description: 'the caller may create and edit' }),
  canPublish: Type.Boolean({ description: 'the caller may switch on and off' }),
  fourEyes: Type.Optional(
    Type.Boolean({ description: 'nobody puts a content in force that he wrote himself: another user has to' }),
  ),
});
export type RuleTypeInfo = Static<typeof RuleTypeInfo>;

export const SimulateBody = Body({
  type: Type.Optional(
    OneOf(RULE_SEGMENTS, 'only rules of this type; every type that the caller may see when not given'),
  ),
  direction: OneOf(['SERVER', 'CLIENT'], 'which chain'),
  app: Type.String({ minLength: 1, maxLength: 128, description: 'app of the proxy' }),
  service: Type.String({ minLength: 1, maxLength: 512, description: 'dataId of the service' }),
  method: Type.Optional(Type.String({ maxLength: 1024, description: 'method of an RPC call' })),
  httpMethod: Type.Optional(Type.String({ maxLength: 32, description: 'verb' })),
  httpPath: Type.Optional(Type.String({ maxLength: 8192, description: 'path with query' })),
  headers: Type.Optional(TextMap('headers or attachments', 8192)),
  sourceApp: Type.Optional(Type.String({ maxLength: 128, description: 'app of the caller' })),
  sourceIp: Type.Optional(Type.String({ maxLength: 64, description: 'address of the caller' })),
  zone: Type.Optional(Type.String({ maxLength: 64, description: 'zone of the proxy' })),
  requests: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'how many, at one instant; 1 when not given' }),
  ),
  rules: Type.Optional(
    Type.Array(Type.Unsafe<RuleInput>({ type: 'object', additionalProperties: true }), {
      maxItems: 100,
      description: 'try these instead of those in force; each of its own `type`, else of the type given, else LIMIT',
    }),
  ),
});

/** What a rule does with a request; `would_…`: of a rule that only watches. */
export const RULE_VERDICTS = [
  'pass',
  'reject',
  'answer',
  'fault',
  'delay',
  'would_reject',
  'would_answer',
  'would_fault',
  'unknown',
  'would_delay',
  'not_matched',
  'skipped',
] as const;
export type RuleVerdictWord = (typeof RULE_VERDICTS)[number];

/** One thing that was looked at, in words. */
export const ExplainStep = Type.Object({
  kind: Type.String({ description: 'listener, rule, note, route, cluster, host, verdict' }),
  title: Type.String(),
  titleMessage: Nullable(Message),
  matched: Nullable(Type.Boolean({ description: 'null: nothing to match' })),
  detail: Type.String(),
  detailMessage: Nullable(Message),
  ruleDbId: Nullable(Type.Integer()),
  verdict: Nullable(
    OneOf(
      RULE_VERDICTS,
      'of a rule; `answer`: it answers as the service would, `fault`: it fails the request on purpose',
    ),
  ),
  conditions: Type.Array(
    Type.Object({
      left: Type.String(),
      operator: Type.String(),
      right: Type.String(),
      value: Nullable(Type.String()),
      matched: Type.Boolean(),
    }),
  ),
});
export type ExplainStep = Static<typeof ExplainStep>;
export const SimulateResult = Type.Object({
  verdict: OneOf(
    ['pass', 'reject', 'unknown'],
    'of the last request; unknown: it depends on the address of the caller, which was not given',
  ),
  passed: Type.Integer(),
  rejected: Type.Integer(),
  unknown: Type.Integer({ description: 'requests whose verdict depends on the address of the caller' }),
  wouldReject: Type.Integer({ description: 'by rules in OBSERVE' }),
  ruleDbId: Nullable(
    Type.Integer({
      description: 'rule that refused; its place from 1 among the `rules` of the question, where it has any',
    }),
  ),
  steps: Type.Array(ExplainStep),
});
export type SimulateResult = Static<typeof SimulateResult>;

export const RuleHits = Type.Object({
  stepSeconds: Type.Integer(),
  points: Type.Array(
    Type.Object({
      at: Instant('begin of the point'),
      passed: Type.Integer(),
      rejected: Type.Integer(),
      wouldReject: Type.Integer(),
    }),
  ),
  instances: Type.Array(
    Type.Object({
      proxyId: Type.String(),
      ip: Type.String(),
      passed: Type.Integer(),
      rejected: Type.Integer(),
      wouldReject: Type.Integer(),
    }),
  ),
});
export type RuleHits = Static<typeof RuleHits>;

/** What a form shows beside the fields before it is sent. */
const previewFields = {
  instances: Type.Integer({ description: 'live proxies that the rule would reach' }),
  text: Type.String(),
  message: Message,
  warnings: Type.Array(Type.String()),
  warningMessages: Type.Array(Message),
  document: Type.Unknown({ description: 'the wire document of this rule alone' }),
};
export const previewOf = <const P extends RuleKindContract['preview']>({ preview }: { readonly preview: P }) =>
  Type.Object({ ...preview, ...previewFields });
