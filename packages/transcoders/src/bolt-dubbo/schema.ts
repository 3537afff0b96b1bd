import { type Parsed, TextMap, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    services: TextMap({
      description:
        'Services that the provider knows by another name: `interface[:version][:group]` of the callers, or the interface alone, to that of the provider; the group of Dubbo is the unique id of SOFARPC. All others keep their name.',
      default: {},
      examples: [{ 'com.x.UserService:1.0': 'com.x.UserService:1.0:blue' }],
    }),
  },
  { description: 'The transcoders `bolt_dubbo` and `dubbo_bolt`.' },
);

export type BoltDubboConfig = Parsed<typeof schema>;
