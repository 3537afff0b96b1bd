import type { LoopProtocol } from './callers.ts';

/** What the script in a proxy is told. */
export interface LoopPlan {
  readonly protocol: LoopProtocol;
  readonly connections: number;
  /** Calls that a caller sends at once; the next ones when all are answered. */
  readonly inFlight: number;
  /** 0: no proxy in between. */
  readonly listenPort: number;
  readonly backendPorts: readonly number[];
  /** Whether the thread that forwards is the main thread. */
  readonly onMainThread: boolean;
  readonly warmupMs: number;
  readonly sampleMs: number;
  readonly samples: number;
  readonly resultFile: string;
  /** Where a CPU profile of the samples goes; '' for none. */
  readonly profileFile: string;
}

/** Time of one request in each sample, µs, and bytes that one allocated, of turns without a collection. */
export interface LoopResult {
  readonly micros: readonly number[];
  readonly bytes: readonly number[];
}
