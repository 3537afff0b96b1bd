import { Enum, Flag, Ignored, JsonMap, Name, type Parsed, Text, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    name: Text({ description: 'A name for dumps and logs.', default: '', maxLength: 256 }),
    downstream_protocol: Text({
      description:
        'Protocol that callers speak, or several in the order of their detection, separated by commas. `Auto` stands for every protocol that can be detected.',
      minLength: 1,
      maxLength: 1024,
      examples: ['Http1', 'Http1,Http2', 'Auto'],
    }),
    upstream_protocol: Ignored(
      Text({ description: 'Protocol towards the hosts.' }),
      'the protocol towards the hosts is that of the route: set `upstream_protocol` there',
    ),
    fallback_for_unknown_protocol: Flag({
      description:
        'A connection in none of the protocols goes to the next network filter, such as `tcp_proxy`, instead of being closed.',
      default: false,
    }),
    router_config_name: Name({ description: 'Name of the router configuration that routes the requests.' }),
    router_handler_name: Enum(['default'], {
      description: 'How routes are looked up; there is one way.',
      default: 'default',
      zeroIsDefault: true,
    }),
    validate_clusters: Ignored(
      Flag({ description: 'Refuses routes to clusters that do not exist.' }),
      'a route may name a cluster that arrives later',
    ),
    extend_config: JsonMap({
      description:
        'Configuration of the protocols by protocol name. With one protocol its keys may also stand here directly.',
      default: {},
      examples: [{ Http1: { max_header_size: 16384 } }],
    }),
    concurrency_num: Ignored(
      Type.Unsafe<number>({ type: 'integer', description: 'Workers of this listener.' }),
      'requests run on the data threads: see `processor` of the server',
    ),
  },
  { description: 'The network filter `proxy`: requests of the protocols named are routed by a router configuration.' },
);

export type ProxyConfig = Parsed<typeof schema>;
