import type net from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import type { EdgeDelta } from '@weft/telemetry/edges';
import type { StatsRef } from '@weft/telemetry/stats';
import type { RulesUpdate } from '../governance/messages.ts';
import type { RecordAnswer, RecordQuestion } from '../governance/record-questions.ts';
import type { ProgramUpdate } from '../update/index.ts';
import type { MemoryInUse } from './memory-in-use.ts';

/** What a data thread gets when it is created. */
export interface ThreadInit {
  readonly index: number;
  readonly threads: number;
  /** `PROCESS` cells of this thread. */
  readonly process: StatsRef;
  readonly shared: SharedState;
  /** Ring for access log lines. */
  readonly ring: SharedArrayBuffer;
  readonly softBufferBytes: number;
  readonly hardBufferBytes: number;
  readonly poison: boolean;
  /** Allows the messages that make a thread fail, for tests. */
  readonly faults: boolean;
}

/** Words that all threads and main see. */
export interface SharedState {
  /** One Int32 per thread, moved by the thread itself: a word that stands still is a thread that hangs. */
  readonly heartbeats: SharedArrayBuffer;
  /** One Int32 per thread: 1 while it serves. Connections are not passed to one that does not. */
  readonly serving: SharedArrayBuffer;
  /** One Int32 per thread: downstream connections. */
  readonly connections: SharedArrayBuffer;
  /** One Float64 per thread: buffered bytes. */
  readonly buffered: SharedArrayBuffer;
}

/** Where a thread accepts: a duplicate of main's socket, or an address to bind itself where there are no duplicates. */
export interface AcceptSource {
  readonly listener: string;
  readonly fd?: number;
  readonly host?: string;
  readonly port?: number;
}

export type ToThread =
  /** Build the objects of an update. `commits`: put them in place at once; otherwise say `prepared` and wait. */
  | {
      readonly type: 'update';
      readonly update: ProgramUpdate;
      readonly accept: readonly AcceptSource[];
      readonly commits: boolean;
    }
  /** Every thread is prepared: put it in place. */
  | { readonly type: 'commit'; readonly generation: number }
  /** Some thread refused: forget it. */
  | { readonly type: 'abort'; readonly generation: number }
  /** Governance rules. */
  | { readonly type: 'rules'; readonly update: RulesUpdate }
  /** What the part of a rule type on the control thread tells its rules. */
  | { readonly type: 'rule-notice'; readonly name: string; readonly notice: unknown }
  | { readonly type: 'drain' }
  | { readonly type: 'connections'; readonly id: number }
  /** A fresh connection that another thread passes on. */
  | { readonly type: 'handover'; readonly listener: string; readonly socket: net.Socket }
  /** A living connection that another thread gave up. */
  | { readonly type: 'adopt'; readonly connection: MovedConnection }
  /** Give up to `count` connections that can move. */
  | { readonly type: 'release'; readonly count: number; readonly to: number }
  | { readonly type: 'memory'; readonly id: number }
  | { readonly type: 'records'; readonly id: number; readonly question: RecordQuestion }
  | { readonly type: 'fault'; readonly kind: 'throw' | 'exit' | 'loop' | 'refuse' };

export interface MovedConnection {
  readonly listener: string;
  readonly protocol: string;
  readonly fd: number;
  readonly state: unknown;
  readonly unread: Uint8Array;
}

export interface ConnectionRow {
  readonly id: number;
  readonly thread: number;
  readonly side: 'downstream' | 'upstream';
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly inFlight: number;
  readonly ageMs: number;
}

export type FromThread =
  /** The thread is up. `kernelId`: by which `/proc` knows it, 0 where there is none. */
  | { readonly type: 'ready'; readonly kernelId: number }
  | { readonly type: 'prepared'; readonly generation: number }
  | {
      readonly type: 'applied';
      readonly generation: number;
      readonly longestSliceMs: number;
      readonly ports: Readonly<Record<string, number>>;
    }
  | { readonly type: 'rejected'; readonly generation: number; readonly message: string }
  | {
      readonly type: 'log';
      readonly level: 'error' | 'warn' | 'info' | 'debug';
      readonly component: string;
      readonly fields: object;
      readonly message: string;
    }
  /** Rules are in place, or `reason` says why they are not. */
  | { readonly type: 'rules'; readonly id: number; readonly reason: string | null }
  /** What the rules of a type tell its part on the control thread. */
  | { readonly type: 'rule-report'; readonly name: string; readonly report: unknown }
  /** What happened since the message before, by service. */
  | { readonly type: 'edges'; readonly deltas: readonly EdgeDelta[] }
  /** Nothing runs on this thread. `taken`: connections of other threads that it has got so far. */
  | { readonly type: 'drained'; readonly taken: number }
  | { readonly type: 'records'; readonly id: number; readonly answer: RecordAnswer }
  | { readonly type: 'connections'; readonly id: number; readonly rows: readonly ConnectionRow[] }
  | ({
      readonly type: 'memory';
      readonly id: number;
      readonly connections: number;
      /** Longest slice of an update, in CPU time of the thread, since this was asked last. */
      readonly longestSliceMs: number;
    } & MemoryInUse)
  | { readonly type: 'handover'; readonly to: number; readonly listener: string; readonly socket: net.Socket }
  | { readonly type: 'moved'; readonly to: number; readonly connections: readonly MovedConnection[] };

/** The half of a port that a data thread uses. */
export type ThreadPort = Pick<MessagePort, 'postMessage' | 'on'>;
