import { boltTarget } from './bolt.fuzz.ts';
import { crossTarget } from './cross.fuzz.ts';
import { dubboTarget } from './dubbo.fuzz.ts';
import type { FuzzTarget } from './harness.ts';
import { http1Target } from './http1.fuzz.ts';
import { http2Target } from './http2.fuzz.ts';
import { tcpTarget } from './tcp.fuzz.ts';

export const TARGETS: readonly FuzzTarget[] = [
  http1Target,
  http2Target,
  boltTarget,
  dubboTarget,
  tcpTarget,
  crossTarget,
];
