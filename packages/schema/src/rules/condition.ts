import { Enum, List, type Parsed, Text, Type } from '../author/index.ts';
import { CONDITION_OPERATION_LABELS, CONDITION_TYPE_LABELS } from '../words/index.ts';

/** What a condition looks at. */
export const CONDITION_TYPES = ['SYSTEM', 'HEADER', 'TRACE', 'CUSTOM', 'LABEL'] as const;
/** How a condition compares. */
export const CONDITION_OPERATIONS = ['EQUAL', 'NOT_EQUAL', 'IN', 'NOT_IN', 'REGEX'] as const;

/** The fields of type SYSTEM, in the order in which forms offer them. */
export const SYSTEM_FIELDS = [
  'traffic.type',
  'source.app.name',
  'source.ip',
  'destination.app.name',
  'destination.service.name',
  'destination.method.name',
  'destination.ip',
  'system.uniqueId',
  'http.method',
  'http.path',
] as const;
export type SystemField = (typeof SYSTEM_FIELDS)[number];

/** One condition on a request. The conditions of a rule are ANDed in their order. */
export const Condition = Type.Object(
  {
    type: Enum(CONDITION_TYPES, {
      title: 'Kind',
      description:
        'What the condition looks at: a property that the proxy knows, a header (for RPC: an attachment), or the baggage of the trace.',
      default: 'SYSTEM',
      ignoreCase: true,
      spellings: { header_info: 'HEADER', tracer: 'TRACE' },
      examples: ['HEADER'],
      form: {
        zh: { title: '类型', description: '条件所检查的内容：系统字段、请求头（RPC 为附件）或链路透传数据。' },
        widget: 'select',
        values: CONDITION_TYPE_LABELS,
      },
    }),
    field: Text({
      title: 'Field',
      description: 'Name of the system field, header or baggage entry.',
      minLength: 1,
      maxLength: 256,
      pattern: '^[^\\u0000-\\u0020\\u007f]+$',
      expected: 'a name of 1 to 256 characters without blanks and control characters',
      examples: ['source.app.name', 'user'],
      form: { zh: { title: '字段', description: '系统字段、请求头或透传项的名称。' }, widget: 'condition-field' },
    }),
    operation: Enum(CONDITION_OPERATIONS, {
      title: 'Operator',
      description: 'How the value of the request is compared. A field that is missing counts as an empty text.',
      default: 'EQUAL',
      ignoreCase: true,
      examples: ['IN'],
      form: {
        zh: { title: '运算', description: '请求值的比较方式，缺失的字段视为空文本。' },
        widget: 'select',
        values: CONDITION_OPERATION_LABELS,
      },
    }),
    value: List(
      Text({ description: 'One value; for REGEX an expression that is found in the text.', maxLength: 4096 }),
      {
        title: 'Value',
        description: 'What it is compared with: one value, or several for IN and NOT_IN.',
        minItems: 1,
        maxItems: 256,
        examples: [['vip']],
        form: { zh: { title: '值', description: '比较的值；“属于”和“不属于”可填多个。' }, widget: 'tags' },
      },
    ),
  },
  {
    title: 'Condition',
    description: 'One condition on a request.',
    'x-weft-form': { zh: { title: '条件', description: '对请求的一个条件。' } },
  },
);
export type Condition = Parsed<typeof Condition>;
