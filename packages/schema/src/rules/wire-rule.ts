import { Count, Enum, Flag, List, Text, Type } from '../author/index.ts';
import { Condition } from './condition.ts';
import { RejectSpec } from './limit-spec.ts';
import { MODE_SPELLINGS, MODES, RuleScope, ruleBodyFields } from './rule-body.ts';

/** Kinds of apps that a document may say it is for. For information only. */
export const DOCUMENT_TYPES = ['SOFA', 'DUBBO', 'SPRING_CLOUD', 'HTTP', 'GRPC', 'ALL'] as const;

/** Rules of one document. */
export const MAX_DOCUMENT_RULES = 5000;

const Resource = Type.Object(
  {
    name: Text({
      description: 'Name of the resource: service, method, direction and kind.',
      default: '',
      maxLength: 2048,
      examples: ['details.bookinfo:9080@Http1:i:r'],
    }),
    resourceType: Count({ description: 'Kind of the resource: 2 is a request.', default: 2, maximum: 255 }),
    trafficType: Count({ description: '0 is inbound, 1 outbound.', default: 0, maximum: 1 }),
    env: Text({ description: 'Environment. Not interpreted.', default: '', maxLength: 256 }),
    conditionId: Text({
      description: 'Id of the conditions of the rule.',
      default: '',
      maxLength: 64,
      examples: ['40f1a27a'],
    }),
  },
  { description: 'What the rule counts; computed from the other fields when not given.', additionalProperties: true },
);

/** What a rule of a wire document has, whatever its type; unknown fields are kept. */
export const wireRuleFields = {
  id: Count({
    description: 'Id of the part of the rule. Not interpreted.',
    default: 0,
    maximum: Number.MAX_SAFE_INTEGER,
  }),
  ruleDbId: Count({
    description: 'Database key of the rule, as logs and answers name it.',
    maximum: Number.MAX_SAFE_INTEGER,
    examples: [341],
  }),
  Resource: Type.Optional(Resource),
  mode: Enum(MODES, {
    description: 'CONTROL enforces the verdict, OBSERVE only logs it.',
    default: 'CONTROL',
    ignoreCase: true,
    spellings: MODE_SPELLINGS,
  }),
  httpPath: Text({
    description: 'Expression that is found in the path of the request; any path when empty.',
    default: '',
    maxLength: 2048,
    examples: ['^/reviews/'],
  }),
  httpMethod: Text({
    description: 'HTTP method of the request; any when empty.',
    default: '',
    maxLength: 64,
    examples: ['GET'],
  }),
  name: Text({ description: 'Name of the rule.', default: '', maxLength: 255 }),
  enabled: Flag({ description: 'Whether the rule acts.', default: true }),
  direction: ruleBodyFields.direction,
  services: List(Text({ description: 'The dataId of a service, or `*`.', minLength: 1, maxLength: 512 }), {
    description: 'Services that the rule is for; those of the resource when empty.',
    maxItems: 100,
    examples: [['details.bookinfo:9080@Http1']],
  }),
  methods: ruleBodyFields.methods,
  conditions: List(Condition, { description: 'Only requests that meet every condition.', maxItems: 32 }),
  scope: RuleScope,
  reject: RejectSpec,
} as const;

/** What a document of rules has beside the list of them. */
export const wireDocumentFields = {
  appName: Text({
    description: 'App that the rules are for; `*` in the document of the rules for every app.',
    default: '',
    maxLength: 128,
    examples: ['crpc-client'],
  }),
  type: Enum(DOCUMENT_TYPES, {
    description: 'Kind of the app. For information only.',
    default: 'ALL',
    ignoreCase: true,
  }),
  enabled: Flag({ description: 'False turns all rules of the document off without removing them.', default: true }),
} as const;
