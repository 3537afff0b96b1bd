import { defineTranscoder } from '@weft/sdk';
import { ServiceTable } from '../common/services.ts';
import { schema } from './schema.gen.ts';
import type { DubboTripleConfig } from './schema.ts';
import { TripleToDubbo } from './to-dubbo.ts';
import { DubboToTriple } from './to-triple.ts';

export type { DubboTripleConfig } from './schema.ts';

/** Calls of Dubbo 2 go out as Triple, without a `.proto`. */
export const dubboToTriple = defineTranscoder<DubboTripleConfig, null>({
  name: 'dubbo_tri',
  from: 'dubbo',
  to: 'http',
  protocol: 'tri',
  protocols: ['tri', 'Http2'],
  schema,
  create: ({ services }) => new DubboToTriple(new ServiceTable(services)),
});

/** Calls of Triple without a `.proto` go out as Dubbo 2. */
export const tripleToDubbo = defineTranscoder<DubboTripleConfig, null>({
  name: 'tri_dubbo',
  from: 'http',
  to: 'dubbo',
  protocol: 'dubbo',
  schema,
  create: ({ services, exceptions }) => new TripleToDubbo(new ServiceTable(services), exceptions === 'object'),
});
