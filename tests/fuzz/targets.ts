import { boltTarget } from './bolt.fuzz.ts';
import { conversionTarget } from './conversion.fuzz.ts';
import { crossTarget } from './cross.fuzz.ts';
import { dubboTarget } from './dubbo.fuzz.ts';
import { dubboThriftTarget } from './dubbo-thrift.fuzz.ts';
import type { FuzzTarget } from './harness.ts';
import { hessianTarget } from './hessian.fuzz.ts';
import { http1Target } from './http1.fuzz.ts';
import { http2Target } from './http2.fuzz.ts';
import { tarsTarget } from './tars.fuzz.ts';
import { tcpTarget } from './tcp.fuzz.ts';
import { tripleTarget } from './triple.fuzz.ts';

export const TARGETS: readonly FuzzTarget[] = [
  http1Target,
  http2Target,
  boltTarget,
  tripleTarget,
  dubboTarget,
  dubboThriftTarget,
  hessianTarget,
  tarsTarget,
  tcpTarget,
  crossTarget,
  conversionTarget,
];
