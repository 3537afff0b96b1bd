import { byServiceField, type CodecLimits, defineProtocol, type Protocol } from '@weft/sdk';
import { boltAnswers } from './answer-naming.ts';
import { BoltClient } from './client.ts';
import { type BoltConfig, completeBoltConfig } from './config.ts';
import { describeBolt } from './describe.ts';
import { DETECT_BYTES, detectBolt } from './detect.ts';
import { PROTO_V1, PROTO_V2, protocolName } from './frame.ts';
import { BoltRequestHead } from './head.ts';
import { madeUpProblem } from './made-up.ts';
import { schema } from './schema.gen.ts';
import { BoltServer } from './server.ts';

/** Both versions run the same code on any connection; they differ in what they detect and in the heartbeats they send. */
function define(proto: number): Protocol<BoltConfig> {
  return defineProtocol<BoltConfig>({
    name: protocolName(proto),
    family: 'bolt',
    pooling: 'multiplex',
    schema,
    detectBytes: DETECT_BYTES,
    detect: (bytes: Uint8Array, length: number) => detectBolt(proto, bytes, length),
    describe: describeBolt,
    answers: boltAnswers,
    madeUpProblem,
    unread: (request) => (request instanceof BoltRequestHead ? request.unread() : null),
    services: {
      suffixes: ['DEFAULT'],
      group: 'SOFA',
      fieldsOf: byServiceField,
      ...(proto === PROTO_V1 ? { nativeTo: 'sofarpc' } : {}),
      // TR came before Bolt and understands nothing of it. It is not public: only a plugin could speak it.
      variants: { key: 'p', own: '1', older: [{ value: '13', protocol: 'tr' }] },
    },
    createServer: (link, handler, config: BoltConfig, limits: CodecLimits) =>
      new BoltServer(link, handler, proto, completeBoltConfig(config), limits),
    createClient: (link, handler, config: BoltConfig, limits: CodecLimits) =>
      new BoltClient(link, handler, proto, completeBoltConfig(config), limits),
  });
}

export const bolt = define(PROTO_V1);
export const boltv2 = define(PROTO_V2);
export type { BoltConfig } from './config.ts';
