import { Enum, List, type Parsed, Text, Type } from '@weft/schema/author';

const action = (description: string) =>
  Enum(['allow', 'deny'], { description, default: 'allow', zeroIsDefault: true, ignoreCase: true });

const entry = Type.Object(
  {
    action: action('What happens to requests from these addresses.'),
    addrs: List(
      Text({
        description: 'An IP address, or a block of them.',
        minLength: 2,
        maxLength: 64,
        examples: ['10.0.0.0/8', '192.0.2.1', 'fd00::/8'],
      }),
      { description: 'Addresses and blocks.' },
    ),
  },
  { description: 'Addresses and what happens to requests from them.' },
);

export const schema = Type.Object(
  {
    default_action: action('What happens to requests from addresses that no entry of `ips` has.'),
    header: Text({
      description:
        'Header that holds the address of the caller, for proxies behind another one; the address of the connection when empty or when a request does not have it.',
      default: '',
      maxLength: 256,
      examples: ['x-real-ip'],
    }),
    ips: List(entry, { description: 'Entries in order; the first that has the address decides.', maxItems: 1024 }),
  },
  { description: 'The stream filter `ip_access`: refuses requests with 403 by the address of the caller.' },
);

export type IpAccessConfig = Parsed<typeof schema>;
