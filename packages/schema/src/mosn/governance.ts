import { Bytes, Count, Duration, Enum, Flag, JsonMap, List, Name, type Parsed, Text, Type } from '../author/index.ts';

const document = Type.Object(
  {
    data_id: Text({
      description: 'Name of the document: it says which type of rules it holds, and for which app.',
      minLength: 1,
      maxLength: 2048,
      examples: ['sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.details.flowControlRule,version=3.0@DRM'],
    }),
    version: Count({
      description: 'Version of the document.',
      default: 1,
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
    value: Type.Optional(JsonMap({ description: 'The document.' })),
    file: Text({
      description: 'JSON file with the document, instead of `value`.',
      default: '',
      maxLength: 4096,
      examples: ['/etc/weft/rules/details-limits.json'],
    }),
  },
  { description: 'One document of rules.' },
);

/** What a proxy remembers of requests. */
const record = Type.Object(
  {
    enabled: Enum(['auto', 'on', 'off'], {
      description:
        '`auto` remembers requests of ingress and egress listeners in a proxy with a control plane, which may ask for them; `on` elsewhere as well.',
      default: 'auto',
    }),
    samples_per_second: Count({
      description:
        'Requests drawn at random, per second, caller, service and data thread. Rules are tried on them before they act; 0 = none.',
      default: 5,
      maximum: 100_000,
    }),
    noticed_per_second: Count({
      description:
        'Requests kept because a rule refused, delayed or diverted them, or would have, per second, caller, service and data thread; 0 = none.',
      default: 20,
      maximum: 100_000,
    }),
    max_bytes: Bytes({
      description: 'Memory for all of them, in all data threads; the oldest go first.',
      default: '8MiB',
      minimum: 65_536,
      maximum: 268_435_456,
    }),
    max_age: Duration({
      description: 'Older ones are forgotten.',
      default: '15m',
      minimum: '1s',
      maximum: '24h',
    }),
    redact: List(Name({ description: 'Name, in any case.', examples: ['x-customer-id'] }), {
      description:
        'Headers and entries of the baggage whose values are never kept, beside those that are named like a secret: authorization, cookie, token and the like.',
      maxItems: 256,
    }),
  },
  { description: 'What the proxy remembers of requests, to explain them and to try rules on them.', default: {} },
);

/** Governance rules of the file itself, and what callers see of a refusal. */
export const governance = Type.Object(
  {
    reject_profile: Enum(['standard', 'mosn'], {
      description:
        '`standard` answers with what HTTP and RPC clients understand (429 for a limit), `mosn` with what MOSN answers (509).',
      default: 'standard',
    }),
    limit_message: Text({
      description: 'Text of an answer that refuses a request over its limit.',
      default: 'limit exceeded',
      maxLength: 512,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      expected: 'a text of 1 to 512 characters without control characters',
      examples: ['mosn limit excepiton'],
    }),
    app: Text({
      description: 'App that this proxy stands for where `mesh` says nothing: rules of other apps are refused.',
      default: '',
      maxLength: 128,
      examples: ['details'],
    }),
    route_record: Flag({
      description:
        'Writes a line to `routerecord.log` for each request that a routing rule sent somewhere. Without it the level DEBUG of that log does.',
      default: false,
    }),
    record,
    documents: List(document, {
      description: 'Rules that come with the configuration. Those of a control plane take their place.',
      maxItems: 256,
    }),
  },
  { description: 'Governance rules.', default: {}, 'x-weft-strict': true },
);
export type GovernanceConfig = Parsed<typeof governance>;
