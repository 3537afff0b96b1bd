import { Enum, List, type Parsed, Text, TextMap, Type } from '@weft/schema/author';

const descriptors = Text({
  description:
    "One set, in base64: `protoc --include_imports --descriptor_set_out=/dev/stdout orders.proto | base64 | tr -d '\\n'`.",
  minLength: 1,
});

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
        'What a caller of Triple is told when the method throws: `object`, the exception itself, as Dubbo 3 sends it; `status`, grpc-status 2 with its text, and its class in grpc-status-details-bin. Callers with a `.proto` are always told a status.',
      default: 'object',
    }),
    descriptors: List(descriptors, {
      description:
        'Descriptor sets of services with a `.proto`: their messages are converted field by field. Services that are in none of them are called without a `.proto`.',
      maxItems: 64,
    }),
    arguments: Enum(['message', 'fields'], {
      description:
        'What the methods of services with a `.proto` have in Java: `message`, one parameter of the class of the message, which is also what they return; `fields`, a parameter for each field in the order of their numbers, and the only field of the answer as result.',
      default: 'message',
    }),
    javaClasses: TextMap({
      description:
        'Java classes of messages and enums by their names in the `.proto`. Default: `java_package`, or the package, and the name.',
      default: {},
      examples: [{ 'shop.Order': 'com.x.Order' }],
    }),
  },
  { description: 'The transcoders `dubbo_tri` and `tri_dubbo`.' },
);

export type DubboTripleConfig = Parsed<typeof schema>;
