import { Enum, type Parsed, TextMap, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    services: TextMap({
      description:
        'Services that the provider knows by another name: `interface[:version][:group]` of the callers, or the interface alone, to that of the provider. All others keep their name.',
      default: {},
      examples: [{ 'com.x.UserService:1.0': 'com.x.UserService:2.0:blue' }],
    }),
    exceptions: Enum(['object', 'status'], {
      description:
        'What a caller of Triple is told when the method throws: `object`, the exception itself, as Dubbo 3 sends it; `status`, grpc-status 2 with its text, and its class in grpc-status-details-bin.',
      default: 'object',
    }),
  },
  { description: 'The transcoders `dubbo_tri` and `tri_dubbo`.' },
);

export type DubboTripleConfig = Parsed<typeof schema>;
