import { defineTranscoder } from '@weft/sdk';
import { ServiceTable } from '../common/services.ts';
import { schema } from './schema.gen.ts';
import type { BoltDubboConfig } from './schema.ts';
import { type DubboCaller, DubboToBolt } from './to-bolt.ts';
import { BoltToDubbo } from './to-dubbo.ts';

export type { BoltDubboConfig } from './schema.ts';

/** Calls of SOFARPC go out as Dubbo 2. */
export const boltToDubbo = defineTranscoder<BoltDubboConfig, null>({
  name: 'bolt_dubbo',
  from: 'bolt',
  to: 'dubbo',
  protocol: 'dubbo',
  schema,
  create: ({ services }) => new BoltToDubbo(new ServiceTable(services)),
});

/** Calls of Dubbo 2 go out as SOFARPC. */
export const dubboToBolt = defineTranscoder<BoltDubboConfig, DubboCaller>({
  name: 'dubbo_bolt',
  from: 'dubbo',
  to: 'bolt',
  protocol: 'bolt',
  protocols: ['bolt', 'boltv2'],
  schema,
  create: ({ services }) => new DubboToBolt(new ServiceTable(services)),
});
