import { Count, Flag, List, type Parsed, Text, Type } from '../author/index.ts';
import { Condition } from './condition.ts';
import { MAX_DESTINATIONS, MAX_PRIORITY } from './route-spec.ts';
import { RuleScope, ruleBodyFields } from './rule-body.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const RouteRule = Type.Object(
  {
    id: Count({
      description: 'Database key of the rule, as logs and answers name it.',
      maximum: Number.MAX_SAFE_INTEGER,
      examples: [20_001_772],
    }),
    name: wireRuleFields.name,
    orderNum: Count({
      description: 'Priority; larger first.',
      default: 0,
      minimum: -MAX_PRIORITY,
      maximum: MAX_PRIORITY,
      examples: [10],
    }),
    enabled: Flag({ description: 'Whether the rule acts.', default: true }),
    fallback: Flag({ description: 'Rules behind this one are tried when it has no instance.', default: false }),
    faultProtection: Flag({ description: 'Other groups are tried when the chosen one is empty.', default: false }),
    strict: Flag({ description: 'A request that no rule behind this one can place fails.', default: false }),
    grays: List(Condition, { description: 'Only callers that meet every condition.', maxItems: 32 }),
    conditions: List(Condition, { description: 'Only requests that meet every condition.', maxItems: 32 }),
    destinations: List(
      Type.Object(
        {
          weight: Count({ description: 'Percent of the matching requests.', default: 100, minimum: 0, maximum: 100 }),
          destination: List(Condition, {
            description: 'Labels that an instance must have; EQUAL only.',
            maxItems: 32,
            examples: [[{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: ['v1'] }]],
          }),
        },
        { description: 'A group of instances.', additionalProperties: true },
      ),
      {
        description: 'Groups of instances; their weights sum to 100.',
        minItems: 1,
        maxItems: MAX_DESTINATIONS,
        examples: [[{ weight: 100 }]],
      },
    ),
    methods: ruleBodyFields.methods,
    scope: RuleScope,
  },
  { description: 'One rule.', additionalProperties: true },
);
export type RouteRule = Parsed<typeof RouteRule>;

/** The document that carries the routing rules of a service to the proxies of its callers. */
export const RouteDocument = Type.Object(
  {
    appName: wireDocumentFields.appName,
    dataId: Text({
      description: 'Id of the service; that of the name of the document when empty.',
      default: '',
      maxLength: 512,
      examples: ['reviews.bookinfo:9080@Http1'],
    }),
    type: Text({ description: 'Kind of the document. For information only.', default: 'service', maxLength: 64 }),
    enabled: wireDocumentFields.enabled,
    rules: List(RouteRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The routing rules of a service.', additionalProperties: true },
);
export type RouteDocument = Parsed<typeof RouteDocument>;
