import { Enum, List, type Parsed, Text, Type } from '@weft/schema/author';

const descriptors = Text({
  description:
    "One set, in base64: `protoc --include_imports --descriptor_set_out=/dev/stdout library.proto | base64 | tr -d '\\n'`.",
  minLength: 1,
});

export const schema = Type.Object(
  {
    descriptors: List(descriptors, {
      description:
        'Descriptor sets of the services: their methods, the options `google.api.http` of these, and the messages.',
      maxItems: 64,
    }),
    unknownFields: Enum(['refuse', 'ignore'], {
      description:
        'What becomes of names and parameters of a request that the message has no field for: `refuse`, the caller is told; `ignore`, they are left out. In answers of a provider they are left out always.',
      default: 'refuse',
    }),
    defaults: Enum(['omit', 'write'], {
      description:
        'Fields of a message that have no value: `omit`, they are not in the JSON; `write`, they are there with 0, false, "" or an empty list.',
      default: 'omit',
    }),
  },
  { description: 'The transcoders `http_grpc` and `grpc_http`.' },
);

export type GrpcHttpConfig = Parsed<typeof schema>;
