import { Count, Enum, Flag, JsonMap, List, type Parsed, Text, Type } from '../author/index.ts';
import { Condition } from './condition.ts';
import { LOG_LEVELS } from './downgrade-spec.ts';
import { RuleScope, ruleBodyFields } from './rule-body.ts';
import { MAX_DOCUMENT_RULES, wireDocumentFields, wireRuleFields } from './wire-rule.ts';

/** One rule of the wire document. Unknown fields are kept. */
export const DowngradeRule = Type.Object(
  {
    ruleDbId: Count({
      description: 'Database key of the rule, as logs and answers name it.',
      default: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      examples: [341],
    }),
    name: wireRuleFields.name,
    enabled: Flag({ description: 'Whether the rule acts.', default: true }),
    conditions: List(Condition, {
      description: 'Which requests: service and method are conditions, too.',
      maxItems: 40,
      examples: [[{ field: 'destination.method.name', value: ['sayHi'] }]],
    }),
    actions: List(
      Type.Object(
        {
          type: Enum(['REJECT', 'RETURN_NULL', 'OBSERVE', 'MOCK'], {
            description: 'What callers get; OBSERVE only logs.',
            default: 'REJECT',
            ignoreCase: true,
          }),
          enabled: Flag({ description: 'False watches.', default: true }),
          extension: List(
            JsonMap({
              description:
                'Details: status and message, or body, headers and, for gRPC and Triple, the messages of the answer in base64.',
            }),
            {
              description: 'Details of the action.',
              maxItems: 8,
            },
          ),
        },
        { description: 'One action.', additionalProperties: true },
      ),
      {
        description: 'The first that is on acts; without one the rule watches.',
        maxItems: 8,
        examples: [[{ type: 'REJECT', enabled: true }]],
      },
    ),
    logConfig: Type.Object(
      {
        level: Enum(LOG_LEVELS, { description: 'Level of the line of a hit.', default: 'INFO', ignoreCase: true }),
        enabled: Flag({ description: 'Whether a hit is a line.', default: true }),
      },
      { description: 'How hits are logged.', default: {}, additionalProperties: true },
    ),
    scope: RuleScope,
    services: List(Text({ description: 'The dataId of a service, or `*`.', minLength: 1, maxLength: 512 }), {
      description: 'Services as the form has them. The conditions decide.',
      maxItems: 100,
      examples: [['details.bookinfo:9080@Http1']],
    }),
    methods: ruleBodyFields.methods,
    generated: Count({ description: 'How many conditions stand for services and methods.', default: 0, maximum: 8 }),
  },
  { description: 'One rule.', additionalProperties: true },
);
export type DowngradeRule = Parsed<typeof DowngradeRule>;

/** The document that carries the degradation rules of an app to its proxies. */
export const DowngradeDocument = Type.Object(
  {
    ...wireDocumentFields,
    downgradeRules: List(DowngradeRule, { description: 'The rules.', maxItems: MAX_DOCUMENT_RULES }),
  },
  { description: 'The degradation rules of an app.', additionalProperties: true },
);
export type DowngradeDocument = Parsed<typeof DowngradeDocument>;
