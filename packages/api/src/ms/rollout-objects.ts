import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf } from '../contract/index.ts';
import { DrmClientState, GraySelector } from '../drm/index.ts';
import { Message } from '../messages/index.ts';
import type { RuleInput } from '../rules/index.ts';
import { FieldChange } from './field-change.ts';

/** When a rollout gives up by itself, compared with the proxies that do not have the new content. */
export const RolloutGuard = Type.Object(
  {
    maxErrorRate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'errors per request beyond those of the other proxies, 0 to 1; 0.01 is one point of a hundred',
      }),
    ),
    maxRejectRate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'requests refused by rules, per request beyond those of the other proxies, 0 to 1',
      }),
    ),
    maxRtIncreaseMs: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 3_600_000,
        description: 'milliseconds that a request may take longer on average than at the other proxies',
      }),
    ),
    maxP99IncreaseMs: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 3_600_000,
        description:
          'milliseconds that the slowest hundredth of the requests may take longer than at the other proxies; judged from 100 requests on either side, and as finely as durations are counted: proxies count them up to 0.5, 1, 2, 5, 10, 20, 50 ms and so on to 10 s',
      }),
    ),
    minRequests: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description:
          'requests through selected proxies before they are judged, and before the step may end; when not given 10, and 100 before the end of a step with a bound for the slowest hundredth',
      }),
    ),
  },
  { additionalProperties: false, 'x-weft-strict': true, description: 'when the rollout gives up by itself' },
);
export type RolloutGuard = Static<typeof RolloutGuard>;

export const RolloutStep = Type.Object(
  {
    percent: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'share of the proxies, by a hash of address and app; grows from step to step',
    }),
    waitSec: Type.Integer({ minimum: 0, maximum: 604_800, description: 'seconds until the next step' }),
    guard: Type.Optional(RolloutGuard),
  },
  { additionalProperties: false, 'x-weft-strict': true, description: 'one step' },
);
export type RolloutStep = Static<typeof RolloutStep>;

const { percent: _percent, ...placeFields } = GraySelector.properties;
/** Among which proxies the shares are taken. */
export const RolloutSelector = Type.Object(placeFields, {
  additionalProperties: false,
  'x-weft-strict': true,
  description: 'among which proxies the shares are taken; all parts that are given must fit',
});
export type RolloutSelector = Static<typeof RolloutSelector>;

export const StartRolloutBody = Body({
  steps: Type.Array(RolloutStep, { minItems: 1, maxItems: 20, description: 'steps, in order' }),
  selector: Type.Optional(RolloutSelector),
  rule: Type.Optional(
    Type.Unsafe<RuleInput>({
      type: 'object',
      additionalProperties: true,
      description:
        'what the rule becomes, with its name and app as they are; on unless `enabled` is false. The rule as it is, switched on, when not given',
    }),
  ),
  autoPromote: Type.Optional(
    Type.Boolean({
      description: 'after the last step every proxy gets it; when false, somebody has to say so. True when not given',
    }),
  ),
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
});
export type StartRolloutBody = Static<typeof StartRolloutBody>;
export const EndRolloutBody = Body({
  comment: Type.Optional(Type.String({ maxLength: 1024, description: 'why' })),
});

export const ROLLOUT_STATES = ['RUNNING', 'PAUSED', 'PROMOTED', 'ABORTED'] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

const summaryFields = {
  rolloutId: Type.Integer(),
  state: OneOf(ROLLOUT_STATES, 'RUNNING and PAUSED are under way'),
  step: Type.Integer({ description: 'number of the step, from 1' }),
  stepCount: Type.Integer(),
  percent: Type.Integer({ description: 'share that the step selects' }),
  selected: Type.Integer({ description: 'connected proxies that are selected; 0 after its end' }),
  applied: Type.Integer({ description: 'of them those that have the new content' }),
  subscribers: Type.Integer({ description: 'connected proxies in all; 0 after its end' }),
};
/** What a list shows: `rollout at 30 %, 12 of 40 proxies`. */
export const RolloutSummary = Type.Object(summaryFields);
export type RolloutSummary = Static<typeof RolloutSummary>;

const RolloutFigures = Type.Object({
  requests: Type.Integer(),
  errorRate: Nullable(Type.Number({ description: '0 to 1; null without requests' })),
  rejectRate: Nullable(Type.Number({ description: '0 to 1; null without requests' })),
  rtMs: Nullable(Type.Number({ description: 'mean; null without requests' })),
  p99Ms: Nullable(Type.Number({ description: 'what the slowest hundredth takes at least; null below 100 requests' })),
});
export type RolloutFigures = Static<typeof RolloutFigures>;
const REFERENCES = ['others', 'before', 'none'] as const;
/** Evidence of why a rollout gave up. */
export const RolloutBreach = Type.Object({
  at: Instant('when'),
  guard: OneOf(
    ['maxErrorRate', 'maxRejectRate', 'maxRtIncreaseMs', 'maxP99IncreaseMs', 'refused'],
    'bound that was passed; refused: a proxy refused the new content',
  ),
  limit: Type.Number(),
  found: Type.Number({ description: 'of the proxies that have it' }),
  reference: Type.Number({ description: 'of those it is compared with' }),
  referenceOf: OneOf(
    REFERENCES,
    'others: the other proxies; before: the 5 minutes before; none: nothing to compare with',
  ),
  requests: Type.Integer({ description: 'requests that were judged' }),
  windowSec: Type.Integer({ description: 'seconds in which they came' }),
  proxies: Type.Array(Type.String(), { description: 'ids of the proxies that had it, at most 100' }),
  reason: Type.String({ description: 'what the proxy said that refused it' }),
});
export type RolloutBreach = Static<typeof RolloutBreach>;
export const RolloutEvent = Type.Object({
  at: Instant('when'),
  by: Type.String({ description: 'who; weft for what it does by itself' }),
  what: OneOf(['start', 'step', 'pause', 'resume', 'promote', 'abort', 'halt'], 'halt: it gave up by itself'),
  percent: Type.Integer(),
  text: Type.String(),
  said: Nullable(Message),
});
export type RolloutEvent = Static<typeof RolloutEvent>;

export const Rollout = Type.Object({
  ...summaryFields,
  ruleDbId: Type.Integer(),
  steps: Type.Array(RolloutStep),
  selector: RolloutSelector,
  autoPromote: Type.Boolean(),
  comment: Type.String(),
  startedAt: Instant('start'),
  startedBy: Type.String(),
  endedAt: Nullable(Instant('end')),
  endedBy: Nullable(Type.String()),
  secondsLeft: Nullable(Type.Integer({ description: 'of the time of this step; null when it is paused or over' })),
  text: Type.String({ description: 'how it stands' }),
  said: Message,
  changes: Type.Array(FieldChange, { description: 'what the new content changes' }),
  dataIds: Type.Array(Type.String(), { description: 'documents that it goes through' }),
  instances: Type.Array(
    Type.Object({
      ...DrmClientState.properties,
      selected: Type.Boolean({ description: 'has, or gets, the new content' }),
    }),
    { description: 'connected proxies, those that are selected first; at most 1000' },
  ),
  figures: Type.Object(
    {
      windowSec: Type.Integer(),
      selected: RolloutFigures,
      reference: RolloutFigures,
      referenceOf: OneOf(REFERENCES, 'what the selected proxies are compared with'),
    },
    { description: 'of the last seconds' },
  ),
  breach: Nullable(RolloutBreach),
  history: Type.Array(RolloutEvent),
});
export type Rollout = Static<typeof Rollout>;
