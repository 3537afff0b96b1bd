import { Count, DurationNs, Ignored, List, Name, type Parsed, Text, Type } from '@weft/schema/author';

const addressRange = Type.Object(
  {
    Address: Text({ description: 'IP address.', minLength: 2, maxLength: 64, examples: ['10.0.0.0', 'fd00::'] }),
    Length: Type.Optional(
      Count({
        description: 'Bits of the address that count; all of them when not given.',
        maximum: 128,
        unit: 'bits',
        examples: [8],
      }),
    ),
  },
  { description: 'One block of addresses.' },
);
export type AddressRange = Parsed<typeof addressRange>;

const addresses = (description: string) => List(addressRange, { description, maxItems: 1024 });
const ports = (description: string) => Text({ description, default: '', maxLength: 1024, examples: ['80,8000-9000'] });

const route = Type.Object(
  {
    Cluster: Name({ description: 'Cluster that takes the connections.' }),
    SourceAddrs: addresses('Addresses of callers; any when empty.'),
    DestinationAddrs: addresses('Addresses that callers connected to; any when empty.'),
    SourcePort: ports('Ports of callers, and ranges of ports, separated by commas; any when empty.'),
    DestinationPort: ports('Ports that callers connected to, and ranges, separated by commas; any when empty.'),
  },
  { description: 'One route: every condition has to be met.' },
);
export type TcpRoute = Parsed<typeof route>;

export const schema = Type.Object(
  {
    stat_prefix: Ignored(
      Text({ description: 'Prefix of metric names.' }),
      'metrics carry the names of the listener and the cluster as labels',
    ),
    cluster: Text({
      description: 'Cluster that takes the connections which no route matches; those are closed when it is empty.',
      default: '',
      maxLength: 256,
    }),
    idle_timeout: DurationNs({
      description:
        'Closes a connection on which nothing happened for so long; 0 means the timeout of the listener. A number is one of nanoseconds.',
      default: 0,
      examples: ['10m', 600_000_000_000],
    }),
    max_connect_attempts: Ignored(
      Count({ description: 'Hosts that are tried.' }),
      'a connection that cannot be made goes on to another host as the cluster says',
    ),
    routes: List(route, { description: 'Routes by addresses, first match wins.', maxItems: 4096 }),
  },
  { description: 'The network filter `tcp_proxy`: connections are passed on byte by byte.' },
);

export type TcpProxyConfig = Parsed<typeof schema>;
