import {
  AuthRuleBody,
  DowngradeRuleBody,
  FaultRuleBody,
  FuseRuleBody,
  HijackRuleBody,
  IsolateRuleBody,
  LimitRuleBody,
  MappingRuleBody,
  MirrorRuleBody,
  RouteRuleBody,
  type RuleType,
} from '@weft/schema/rules';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type {
  AuthRuleInput,
  DowngradeRuleInput,
  FaultRuleInput,
  FuseRuleInput,
  HijackRuleInput,
  IsolateRuleInput,
  LimitRuleInput,
  MappingRuleInput,
  MirrorRuleInput,
  RouteRuleInput,
} from './input.ts';

/** One type of governance rules, as far as the HTTP interface differs from type to type. */
export interface RuleKindContract {
  /** As in the database and in rules. */
  readonly type: RuleType;
  /** Word of paths (`/rules/limit`) and permission points (`mesh:rule-limit:read`): lower case, with `-`. */
  readonly segment: string;
  /** Part of operation ids, such as `Limit` of `listLimitRules`. */
  readonly id: string;
  /** For people, in the singular, such as `rate-limit rule`. */
  readonly title: string;
  /** The whole body; its `spec` is what is special to the type. */
  readonly body: TSchema;
  /** The same schema, typed as what may be sent: what has a default may be missing. */
  readonly request: TSchema;
  /** What a preview says beside its text. */
  readonly preview: Readonly<Record<string, TSchema>>;
  /** A rule has to be off before it may be deleted. */
  readonly deletedWhenOff?: boolean;
}

const defineKind = <const K extends RuleKindContract>(kind: K): K => kind;
const Figure = (description: string) => Type.Union([Type.Number({ description }), Type.Null()]);

/**
 * Every type of rules that the interface has: routes, permission points, the client and the OpenAPI document follow from
 * an entry. In the order in which the types are listed.
 */
export const RULE_KINDS = [
  defineKind({
    type: 'LIMIT',
    segment: 'limit',
    id: 'Limit',
    title: 'rate-limit rule',
    body: LimitRuleBody,
    request: Type.Unsafe<LimitRuleInput>(LimitRuleBody),
    preview: {
      ratePerSecond: Figure('null for concurrency'),
      burst: Figure('requests at one instant; null for concurrency'),
      totalPerSecond: Figure('of all instances together'),
    },
  }),
  defineKind({
    type: 'ROUTE',
    segment: 'route',
    id: 'Route',
    title: 'routing rule',
    body: RouteRuleBody,
    request: Type.Unsafe<RouteRuleInput>(RouteRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'FUSE',
    segment: 'fuse',
    id: 'Fuse',
    title: 'circuit-breaking rule',
    body: FuseRuleBody,
    request: Type.Unsafe<FuseRuleInput>(FuseRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'FAULT_INJECT',
    segment: 'fault-inject',
    id: 'FaultInject',
    title: 'fault-injection rule',
    body: FaultRuleBody,
    request: Type.Unsafe<FaultRuleInput>(FaultRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'AUTH',
    segment: 'auth',
    id: 'Auth',
    title: 'authorization rule',
    body: AuthRuleBody,
    request: Type.Unsafe<AuthRuleInput>(AuthRuleBody),
    preview: {},
    deletedWhenOff: true,
  }),
  defineKind({
    type: 'ISOLATE',
    segment: 'isolate',
    id: 'Isolate',
    title: 'isolation rule',
    body: IsolateRuleBody,
    request: Type.Unsafe<IsolateRuleInput>(IsolateRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'DOWNGRADE',
    segment: 'downgrade',
    id: 'Downgrade',
    title: 'degradation rule',
    body: DowngradeRuleBody,
    request: Type.Unsafe<DowngradeRuleInput>(DowngradeRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'MIRROR',
    segment: 'mirror',
    id: 'Mirror',
    title: 'mirroring rule',
    body: MirrorRuleBody,
    request: Type.Unsafe<MirrorRuleInput>(MirrorRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'HIJACK',
    segment: 'hijack',
    id: 'Hijack',
    title: 'port-limit rule',
    body: HijackRuleBody,
    request: Type.Unsafe<HijackRuleInput>(HijackRuleBody),
    preview: {},
  }),
  defineKind({
    type: 'MAPPING',
    segment: 'mapping',
    id: 'Mapping',
    title: 'conversion mapping',
    body: MappingRuleBody,
    request: Type.Unsafe<MappingRuleInput>(MappingRuleBody),
    preview: {},
  }),
] as const;

/** The entries, one type each. */
export type AnyRuleKind = (typeof RULE_KINDS)[number];
export type RuleSegment = AnyRuleKind['segment'];
export const RULE_SEGMENTS = RULE_KINDS.map(({ segment }) => segment);

/** Body of a rule of a kind, complete. */
export type BodyOfKind<K extends RuleKindContract> = Static<K['body']>;
/** Body of a rule of a kind, as it may be sent. */
export type InputOfKind<K extends RuleKindContract> = Static<K['request']>;

/** Fields of a body. */
export const bodyFields = ({ body }: Pick<RuleKindContract, 'body'>): TObject['properties'] =>
  (body as TObject).properties;

export const isRuleSegment = (text: string): text is RuleSegment => (RULE_SEGMENTS as readonly string[]).includes(text);
