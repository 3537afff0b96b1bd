import type { RuleType } from '@weft/schema/wire';
import type { RecordAnswer, RecordQuestion } from '../governance/index.ts';
import type { RequestQuestion } from '../update/index.ts';

export interface HealthPart {
  readonly name: string;
  readonly health: boolean;
  readonly message: string;
}

/** What the admin API shows and does; the proxy implements it. */
export interface AdminTarget {
  readonly version: string;
  readonly revision: string;
  readonly built: string;
  stage(): number;
  containerState(): { readonly state: number; readonly degraded: readonly string[] };
  /** `detailed`: with reasons that quote the configuration. */
  health(detailed: boolean): HealthPart[];
  /** Dumps, with secrets masked. */
  dump(): {
    /** Everything as one document that a proxy can be started with, as far as it holds no secret. */
    readonly document: unknown;
    readonly mosn_config: unknown;
    readonly listener: Readonly<Record<string, unknown>>;
    readonly routers: Readonly<Record<string, unknown>>;
    readonly cluster: Readonly<Record<string, unknown>>;
  };
  digest(detail: boolean): unknown;
  mosnStats(key: string | undefined): unknown;
  statsGlob(): string;
  prometheus(): string;
  logLevels(): Readonly<Record<string, string>>;
  /** `*` = every log; after `ttlMs` the level of before is back, 0 = it stays. False when path or level is unknown. */
  setLogLevel(path: string, level: string, ttlMs: number): boolean;
  setLogEnabled(path: string, enabled: boolean): boolean;
  features(): Readonly<Record<string, boolean>>;
  connections(): Promise<unknown>;
  /** Documents of governance rules in force, of one type or of all. */
  governanceRules(type: RuleType | undefined): unknown;
  /** What each data thread answers about the requests that it remembers. */
  records(question: RecordQuestion): Promise<readonly RecordAnswer[]>;
  /** Circuit breakers as they stand. */
  breakers(): readonly Breaker[];
  /** Closes breakers of a resource, of a rule, or of both when neither is null; returns those that were not closed. */
  resetBreakers(resource: string | null, rule: number | null): readonly Breaker[];
  /** Instances that isolation rules leave out, or that are on their way back. */
  isolations(): readonly Isolated[];
  /** Lets isolated instances come back, those that fit what is not null; returns them. */
  releaseIsolated(which: IsolatedQuery): readonly Isolated[];
  /**
   * What would become of a request, by the configuration and the rules in force.
   * @throws ConfigError for an unknown protocol or listener
   */
  explain(question: RequestQuestion): Promise<unknown>;
  /** Reads the configuration again, from `file` or the one it was started with. */
  reload(file: string | null): Promise<{
    readonly changed: boolean;
    readonly generation: number;
    readonly digest: string;
    readonly warnings: readonly string[];
  }>;
  drain(): void;
  drainState(): unknown;
  stop(graceful: boolean): void;
  /** Only in proxies started for tests: makes threads fail, moves connections between them, reports their memory. */
  readonly testHooks: TestHooks | null;
}

/** A circuit breaker as it stands. */
export interface Breaker {
  readonly resource: string;
  readonly rule: number;
  readonly name: string;
  readonly direction: string;
  readonly mode: string;
  /** CLOSED, OPEN or HALF_OPEN. */
  readonly state: string;
  /** When an open one lets a probe through; null for others. */
  readonly until: string | null;
  /** Calls of the window, how many of them were errors, their mean ms; probes sent. */
  readonly window: Readonly<Record<string, number>>;
}

/** An instance that an isolation rule leaves out, or that is on its way back. */
export interface Isolated {
  /** `ip:port`. */
  readonly host: string;
  readonly service: string;
  readonly rule: number;
  readonly name: string;
  readonly resource: string;
  /** CLIENT: this proxy leaves it out; SERVER: it is the one beside this proxy, and all callers leave it out. */
  readonly direction: string;
  /** CONTROL; with OBSERVE it would be left out. */
  readonly mode: string;
  /** ISOLATED, RECOVERING while it gets a growing share of the requests, or ASKING while the control plane has not granted it. */
  readonly state: string;
  /** Why it is not granted; '' when that has not been said. */
  readonly reason: string;
  readonly since: string;
  readonly until: string;
  /** What it was left out for; the rate is per cent. */
  readonly calls: number;
  readonly exceptions: number;
  readonly rate: number;
}

export interface IsolatedQuery {
  readonly host: string | null;
  readonly service: string | null;
  readonly rule: number | null;
}

export interface TestHooks {
  misbehave(thread: number, kind: string): boolean;
  move(from: number, to: number, count: number): void;
  memory(): Promise<unknown>;
}
