import type { DistributionLimits } from './contract.ts';

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: DistributionLimits = {
  maxClients: 20_000,
  maxNamesPerClient: 20_000,
  maxNameBytes: 2048,
  maxMessageBytes: 4 * MIB,
  pushRatePerSecond: 20_000,
  maxConcurrentPushes: 1000,
  ackTimeoutMs: 60_000,
  connectionsPerSecond: 400,
  connectionWaitMs: 5000,
  maxQueued: 1000,
};
