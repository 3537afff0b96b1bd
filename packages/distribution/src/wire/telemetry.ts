/** Messages of `/weft.telemetry.v1.Reports/Stream`. */
import type { AskVerdict, RuleAsk } from '@weft/schema/wire';

export type { AskVerdict, RuleAsk };

/** What happened on one edge since the report before: differences, not totals. */
export interface EdgeReport {
  readonly direction: 'inbound' | 'outbound';
  readonly sourceApp: string;
  readonly targetApp: string;
  /** dataId. */
  readonly service: string;
  /** '' = all methods together. */
  readonly method: string;
  readonly protocol: string;
  readonly requests: number;
  readonly errors: number;
  readonly rejected: number;
  readonly durationMsSum: number;
  /** Counts per bucket, in the order of `histogramBoundsMs` of the report; empty = not measured. */
  readonly histogram: readonly number[];
}

/** What one governance rule decided since the report before, over all its services. */
export interface RuleReport {
  readonly ruleDbId: number;
  readonly passed: number;
  readonly rejected: number;
  /** In OBSERVE. */
  readonly wouldReject: number;
}

export interface ProcessReport {
  /** Since the report before. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  readonly connections: number;
  /** Since the report before. */
  readonly requests: number;
}

export interface ComponentHealth {
  readonly name: string;
  readonly healthy: boolean;
  readonly message: string;
}

export interface AppliedVersion {
  readonly dataId: string;
  readonly version: number;
  /** '' = applied; otherwise why the newest was not. */
  readonly rejectedReason: string;
}

export interface ProxyEvent {
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly kind: string;
  readonly message: string;
}

export interface Report {
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly edges: readonly EdgeReport[];
  /** Upper bounds of the histogram buckets, milliseconds; one more bucket than bounds. */
  readonly histogramBoundsMs: readonly number[];
  readonly process: ProcessReport;
  readonly health: readonly ComponentHealth[];
  readonly configDigest: string;
  readonly applied: readonly AppliedVersion[];
  readonly events: readonly ProxyEvent[];
  /** Rules that judged a request since the report before; missing counts as none. */
  readonly rules?: readonly RuleReport[];
  /** What rules ask for at present, in each report anew; missing counts as nothing. */
  readonly asks?: readonly RuleAsk[];
}

/** A read-only question to a proxy's admin interface. */
export interface AdminQuery {
  readonly id: number;
  readonly path: string;
  /** Empty = none. */
  readonly body: Uint8Array;
}

export interface AdminAnswer {
  readonly id: number;
  /** HTTP status. */
  readonly status: number;
  readonly contentType: string;
  /** At most `MAX_ADMIN_BODY_BYTES`. */
  readonly body: Uint8Array;
}

export const MAX_ADMIN_BODY_BYTES = 1024 * 1024;

export type ReportsClientMessage =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'answer'; readonly answer: AdminAnswer };

export type ReportsServerMessage =
  | { readonly kind: 'query'; readonly query: AdminQuery }
  /** To what rules asked for; a proxy that asks for nothing gets none. */
  | { readonly kind: 'verdicts'; readonly verdicts: readonly AskVerdict[] };
