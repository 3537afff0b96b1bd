import { Bytes, Count, JsonMap, List, type Parsed, Text, Type } from '@weft/schema/author';

const protocol = Text({
  description: 'Protocol that converted calls go out with; empty: the one that the transcoder has by default.',
  default: '',
  maxLength: 64,
  examples: ['Http1', 'dubbo'],
});

const type = (description: string) =>
  Text({ description, default: '', maxLength: 128, examples: ['dubbo_http', 'http_dubbo'] });

const files = List(
  Text({
    description: 'Path, from the folder of the process where it is not absolute.',
    minLength: 1,
    maxLength: 4096,
  }),
  {
    description: 'JSON or YAML files, each with one mapping: they stand behind the `mappings` in `config`.',
    maxItems: 4096,
    examples: [['/etc/weft/mappings/users-v3.yaml']],
  },
);

const refs = List(
  Text({
    description: 'Name of a mapping, or `*` for every one.',
    minLength: 1,
    maxLength: 128,
  }),
  {
    description:
      'Mappings of the control plane. They take the place of those above that have the same name or are for the same service; until one came, what is above stays. A proxy that has none refuses the calls.',
    maxItems: 256,
    examples: [['users-v3'], ['*']],
  },
);

const matcher = Type.Object(
  {
    matcher_type: Text({
      description: '`dataId`: the service of the call; `simpleMatcher`: a header of the call. Empty: every call.',
      default: '',
      maxLength: 64,
      examples: ['dataId', 'simpleMatcher'],
    }),
    config: Type.Object(
      {
        service: Text({
          description: 'For `dataId`: the service, as registries and rules name it; for HTTP the host name.',
          default: '',
          maxLength: 512,
          examples: ['com.x.UserService:1.0@dubbo'],
        }),
        name: Text({ description: 'For `simpleMatcher`: name of the header.', default: '', maxLength: 256 }),
        value: Text({ description: 'For `simpleMatcher`: its value.', default: '', maxLength: 4096 }),
      },
      { description: 'What is compared.', default: {} },
    ),
  },
  { description: 'Which calls a rule is for.' },
);

const info = Type.Object(
  {
    type: type('Name of the transcoder; empty: the first one that takes the call and converts to `upstream_protocol`.'),
    upstream_protocol: protocol,
    description: Text({ description: 'For people.', default: '', maxLength: 1024 }),
    config: JsonMap({ description: 'Configuration of the transcoder, such as its `mappings`.', default: {} }),
    mapping_files: files,
    mapping_refs: refs,
  },
  { description: 'What happens to them.' },
);

const rule = Type.Object(
  { matcher_config: Type.Optional(matcher), rule_info: info },
  { description: 'One rule; the first one counts that matches and whose transcoder takes the call.' },
);

export const schema = Type.Object(
  {
    type: type('Name of the transcoder of every call, where there are no `rules`.'),
    upstream_protocol: protocol,
    config: JsonMap({ description: 'Configuration of the transcoder that `type` names.', default: {} }),
    mapping_files: files,
    mapping_refs: refs,
    rules: List(rule, { description: 'Which calls are converted, and to what.', maxItems: 256 }),
    trans: Type.Object(
      {
        receiver_phase: Count({
          description:
            'When calls are converted: 0 before the route is looked up, which then sees the converted call; 1 behind it; 2 when the host is chosen.',
          default: 1,
          maximum: 2,
        }),
      },
      { description: 'The place in the life of a request.', default: {} },
    ),
    max_body_bytes: Bytes({
      description:
        'Longest body of a call or an answer that is converted; it is kept in memory as a whole. It has at most 200 000 values; with more than 1 MiB here 200 000 for each MiB, up to 500 000.',
      default: 1_048_576,
      minimum: 1,
      maximum: 67_108_864,
      examples: ['1MiB'],
    }),
  },
  {
    description:
      'The stream filter `transcoder`: calls go out in another protocol, and their answers come back in their own.',
  },
);

export type TranscoderConfig = Parsed<typeof schema>;
