/** All scenarios, in the order in which they run. */
import { addedLatency, cpuAtFixedRate } from './fixed-rate.ts';
import { manyRules } from './many-rules.ts';
import { idleConnections, memory } from './memory.ts';
import { mirroring } from './mirroring.ts';
import { registryPublishers } from './registry-publishers.ts';
import { rulePush } from './rule-push.ts';
import { ruleSave } from './rule-save.ts';
import type { Scenario } from './scenario.ts';
import { slowPeers } from './slow-peers.ts';
import { start } from './start.ts';
import { tcpBytes } from './tcp-bytes.ts';
import { boltThroughput, dubboThroughput, grpcUnary, http1Throughput, http2Throughput } from './throughput.ts';
import { twoThreads } from './two-threads.ts';

export const scenarios: readonly Scenario[] = [
  http1Throughput,
  boltThroughput,
  dubboThroughput,
  http2Throughput,
  grpcUnary,
  tcpBytes,
  addedLatency,
  cpuAtFixedRate,
  memory,
  start,
  idleConnections,
  twoThreads,
  manyRules,
  mirroring,
  slowPeers,
  rulePush,
  ruleSave,
  registryPublishers,
];
