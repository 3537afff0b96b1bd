import { ConfigError } from '@weft/kit';
import { defineTranscoder, TranscodeError } from '@weft/sdk';
import { Descriptors } from '../common/proto/index.ts';
import { ServiceTable } from '../common/services.ts';
import { JavaCalls } from './proto/java-calls.ts';
import { schema } from './schema.gen.ts';
import type { DubboTripleConfig } from './schema.ts';
import { type TripleCaller, TripleToDubbo } from './to-dubbo.ts';
import { DubboToTriple, type TripleCallee } from './to-triple.ts';

export type { DubboTripleConfig } from './schema.ts';

/** Calls of Dubbo 2 go out as Triple or gRPC. */
export const dubboToTriple = defineTranscoder<DubboTripleConfig, TripleCallee>({
  name: 'dubbo_tri',
  from: 'dubbo',
  to: 'http',
  protocol: 'tri',
  protocols: ['tri', 'Http2'],
  schema,
  create: (config) => new DubboToTriple(new ServiceTable(config.services), javaCalls(config)),
});

/** Calls of Triple and gRPC go out as Dubbo 2. */
export const tripleToDubbo = defineTranscoder<DubboTripleConfig, TripleCaller>({
  name: 'tri_dubbo',
  from: 'http',
  to: 'dubbo',
  protocol: 'dubbo',
  schema,
  create: (config) =>
    new TripleToDubbo(new ServiceTable(config.services), javaCalls(config), config.exceptions === 'object'),
});

/** @throws ConfigError for descriptors that are none, or lack what they refer to */
function javaCalls({ descriptors, javaClasses, arguments: form }: DubboTripleConfig): JavaCalls {
  try {
    const sets = descriptors.map((text) => Buffer.from(text, 'base64'));
    return new JavaCalls(new Descriptors(sets, new Map(Object.entries(javaClasses))), form === 'fields');
  } catch (error) {
    if (!(error instanceof TranscodeError || error instanceof RangeError)) throw error;
    throw new ConfigError([
      {
        file: '',
        path: 'descriptors',
        message: error.message,
        expected: 'what protoc --include_imports --descriptor_set_out wrote, in base64',
      },
    ]);
  }
}
