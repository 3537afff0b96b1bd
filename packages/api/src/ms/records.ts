import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf } from '../contract/index.ts';
import { Message } from '../messages/index.ts';
import { RULE_SEGMENTS, type RuleInput } from '../rules/index.ts';

const DIRECTION = OneOf(['SERVER', 'CLIENT'], 'SERVER: what came in to the app; CLIENT: what went out of it');

/** What one rule said of a request that was served. */
export const TracedRule = Type.Object({
  type: Type.String({ description: 'such as LIMIT' }),
  ruleDbId: Type.Integer(),
  name: Type.String(),
  mode: OneOf(['CONTROL', 'OBSERVE'], 'whether the verdict was enforced'),
  matched: Type.Boolean({ description: 'every condition held' }),
  verdict: OneOf(
    ['pass', 'reject', 'would_reject', 'delay', 'would_delay', 'not_matched', 'skipped'],
    'as it was given; skipped: the detail says why the rule did not act',
  ),
  detail: Type.String({ description: 'such as `0 of 5 tokens`: the state right behind the decision' }),
  effect: Nullable(
    Type.Object({
      kind: OneOf(['answer', 'fault'], 'answer: the rule answered; fault: it failed the request on purpose'),
      status: Type.Integer({ description: 'that an HTTP caller gets' }),
      grpcStatus: Type.Optional(Type.Integer({ description: 'that a gRPC caller gets, where the rule names one' })),
      percent: Type.Number(),
    }),
  ),
  since: OneOf(['same', 'changed', 'deleted'], 'whether the rule is still the one that decided'),
  conditions: Type.Array(
    Type.Object({
      left: Type.String(),
      operator: Type.String(),
      right: Type.String(),
      value: Type.String({ description: '`***` for what is secret' }),
      matched: Type.Boolean(),
    }),
    { description: 'up to the first that did not hold' },
  ),
});
export type TracedRule = Static<typeof TracedRule>;

const requestFields = {
  traceId: Type.String({ description: '`-` for a request that belongs to none' }),
  at: Instant('when it came, on the clock of the control plane'),
  proxyId: Type.String(),
  proxy: Type.String({ description: 'name of the proxy' }),
  app: Type.String({ description: 'app of the proxy' }),
  direction: DIRECTION,
  protocol: Type.String(),
  service: Type.String({ description: 'dataId of the service that was called' }),
  method: Type.String({ description: 'RPC method, or verb' }),
  path: Type.String({ description: 'without its query; empty for RPC' }),
  sourceApp: Type.String({ description: 'app of the caller; empty when it is not known' }),
  sourceIp: Type.String(),
  verdict: OneOf(
    ['pass', 'reject', 'delay', 'would_reject', 'would_answer', 'would_delay'],
    'of the rules together; would_: it went on, as the rule is in OBSERVE (in lists of recent requests); would_answer: the rule would have answered in place of the service',
  ),
  ruleDbId: Nullable(
    Type.Integer({ description: 'rule that refused or answered it, or would have, or would have delayed it' }),
  ),
  refusedBy: Type.String({ description: 'word of the type of that rule' }),
  ruleName: Type.Optional(Type.String({ description: 'name of that rule, as far as it is still there' })),
  status: Type.Integer({ description: 'HTTP-like; 0 while there is no answer' }),
  answer: Type.String({
    description:
      'what the protocol itself calls the answer, such as `4 SERVER_THREADPOOL_BUSY` or `14 UNAVAILABLE`; empty where the status says it all',
  }),
  durationMs: Nullable(Type.Number({ description: 'null while it runs' })),
};
export const RecordedRow = Type.Object(requestFields);
export type RecordedRow = Static<typeof RecordedRow>;

/** One proxy that a request went through. */
export const TraceHop = Type.Object({
  ...requestFields,
  offsetMs: Type.Number({ description: 'from the begin of the first hop' }),
  depth: Type.Integer({ description: '0 for the first; a hop stands below the one that it is a part of' }),
  host: Type.String({ description: 'who was asked last; empty when nobody was' }),
  group: Type.String({ description: 'labels of the instances that a rule chose, such as version=v2' }),
  detail: Type.String({ description: 'why the upstream failed' }),
  rules: Type.Array(TracedRule, { description: 'every rule that was considered, in the order of decision' }),
});
export type TraceHop = Static<typeof TraceHop>;
export const Silent = Type.Object({ proxyId: Type.String(), proxy: Type.String(), reason: Type.String() });
export const TraceResult = Type.Object({
  traceId: Type.String(),
  hops: Type.Array(TraceHop, { description: 'in the order of the calls' }),
  asked: Type.Integer({ description: 'proxies that answered' }),
  off: Type.Integer({ description: 'of them, those that remember nothing' }),
  silent: Type.Array(Silent, { description: 'proxies that did not answer: hops of theirs are missing' }),
});
export type TraceResult = Static<typeof TraceResult>;

export const BacktestBody = Body({
  rule: Type.Unsafe<RuleInput>({
    type: 'object',
    additionalProperties: true,
    description: 'the rule, as it would be created; of its own `type`, else of the type given, else LIMIT',
  }),
  type: Type.Optional(OneOf(RULE_SEGMENTS, 'type of a rule that says none itself')),
  minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, description: 'how far back; 10 when not given' })),
});

const counts = {
  requests: Type.Integer({ description: 'of the window, by the counters of the proxies' }),
  sampled: Type.Integer({ description: 'of them played; each stands for its share of the others' }),
  matched: Type.Integer({ description: 'the rule is for them' }),
  rejected: Type.Integer({ description: 'would have been refused' }),
  delayed: Type.Integer({ description: 'would have been delayed' }),
  copied: Type.Integer({ description: 'would have been copied elsewhere' }),
};
export const BacktestRow = Type.Object({
  caller: Type.String({ description: 'app, else address of the caller; empty for all that are not listed, together' }),
  service: Type.String(),
  method: Type.String({ description: 'RPC method, or verb and path' }),
  ...counts,
});
export type BacktestRow = Static<typeof BacktestRow>;
export const BacktestResult = Type.Object({
  ...counts,
  exact: Type.Boolean({ description: 'every request was remembered: the counts are no estimate' }),
  margin: Type.Integer({ description: 'by so many `rejected` may be off, 19 times of 20; 0 when exact' }),
  refusedThen: Type.Integer({ description: 'of the requests, those that rules in force refused' }),
  from: Nullable(Instant('the oldest request that was played')),
  to: Nullable(Instant('the newest')),
  rows: Type.Array(BacktestRow, { description: 'by caller and method, most refused first' }),
  groups: Type.Array(
    Type.Object({ labels: Type.String({ description: 'such as version=v2' }), requests: Type.Integer() }),
    { description: 'where a rule of routing would send requests first' },
  ),
  unmatched: Type.Array(
    Type.Object({
      condition: Type.String({ description: 'such as HEADER user EQUAL [ann]' }),
      value: Type.String({ description: 'what one of the requests had' }),
      requests: Type.Integer({ description: 'for which it was the first that did not hold' }),
    }),
  ),
  proxies: Type.Array(
    Type.Object({ proxyId: Type.String(), proxy: Type.String(), requests: Type.Integer(), sampled: Type.Integer() }),
  ),
  silent: Type.Array(Silent, { description: 'proxies that did not answer: their requests are missing' }),
  warnings: Type.Array(Type.String()),
  warningMessages: Type.Array(Message),
});
export type BacktestResult = Static<typeof BacktestResult>;

/** One thing that was looked at to say why a rule does nothing. */
export const WhyFinding = Type.Object({
  code: Type.String({ description: 'such as why.disabled: id of the message' }),
  result: OneOf(['ok', 'warn', 'fail'], 'fail: for this alone the rule does nothing'),
  text: Type.String(),
  message: Message,
  advice: Type.String({ description: 'what to do; empty for nothing' }),
  adviceMessage: Nullable(Message),
});
export type WhyFinding = Static<typeof WhyFinding>;
export const WhyResult = Type.Object({
  ruleDbId: Type.Integer(),
  type: Type.String(),
  name: Type.String(),
  app: Type.String(),
  acts: Type.Boolean({ description: 'nothing keeps it from acting' }),
  findings: Type.Array(WhyFinding, { description: 'the first that fails is the reason' }),
});
export type WhyResult = Static<typeof WhyResult>;
