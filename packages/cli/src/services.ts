import type { ApiClient, SimulateResult } from '@weft/api';
import type { ConfigProblem } from '@weft/kit';
import type { DemoServices } from './demo/contract.ts';
import type { PackageVersion } from './start/index.ts';

/** What the commands need of the engine; the composition root hands it in, loaded on first use. */
export interface Engine {
  /** Reads, validates and compiles a configuration as a proxy would, and opens nothing. Throws as a start would. */
  compile(file: string): Promise<CompiledSummary>;
  explain(file: string, question: Question): Promise<readonly Explanation[]>;
  /** Files of the proxy with this configuration, which may be broken or gone. */
  runFiles(file: string): {
    readonly runDir: string;
    readonly stateDir: string;
    readonly socketFile: string;
    readonly runFile: string;
    readonly pidFile: string;
    readonly lastGoodFile: string;
  };
  /** Who has a run file, and whether it is the proxy of a configuration file; null where nobody has it. */
  readClaim(runFile: string, configFile: string): Claim | null;
  defaultRunDir(): string;
  /** Whether the FFI is there: without it one thread accepts and no connection moves. */
  canDuplicate(): boolean;
}

export interface Claim {
  readonly pid: number;
  /** Absolute path of the configuration that the proxy was started with. */
  readonly configFile: string;
  /** It is the proxy of the configuration that was asked for. */
  readonly same: boolean;
}

export interface CliServices {
  readonly version: PackageVersion;
  engine(): Promise<Engine>;
  /** The control plane; loaded by the commands that start it, and by nothing else. */
  control(): Promise<ControlRunner>;
  /** The rule types, as proxies and control planes judge by them; loaded by the command that tests rules without either. */
  rules(): Promise<RuleJudge>;
  /** The applications of the demo. @throws CommandError where they are not installed */
  demo(): Promise<DemoServices>;
}

export interface RuleJudge {
  /** Checks rules as a control plane would. `type` is a word in any spelling. */
  give(rules: readonly { readonly type: string; readonly body: unknown }[]): {
    /** What is wrong with each of the rules. */
    readonly problems: readonly (readonly ConfigProblem[])[];
    ask(request: SimulatedQuestion): JudgedRequest;
  };
}

export type SimulatedQuestion = Parameters<ApiClient['ms']['simulateRules']>[0]['body'];

/** What became of the last of the requests that were asked about. */
export interface JudgedRequest {
  readonly result: SimulateResult;
  readonly verdict: 'pass' | 'reject' | 'answer' | 'fault' | 'delay' | 'unknown';
  /** Name of the rule that refused it, else delayed it, else chose its instances; null for none. */
  readonly rule: string | null;
  /** Status of HTTP, or what logs have of other protocols; null when it passes. */
  readonly status: number | null;
  /** 0 when it does not wait. */
  readonly delayMs: number;
  /** Labels of the instances that it would try first; null where no rule chooses. */
  readonly group: string | null;
}

export interface ControlRunner {
  /** Every component of Weft, and whether it is part of this release. */
  list(): readonly { readonly name: string; readonly job: string; readonly here: boolean }[];
  /** @throws Error that says which name is wrong, not there yet, or needs another. */
  select(names: readonly string[]): readonly string[];
  /** Runs in the foreground until a signal, and prints where it is. */
  run(options: ControlRunOptions): Promise<void>;
}

export interface ControlRunOptions {
  readonly dataDirectory: string;
  readonly components: readonly string[];
  readonly http: HostPort;
  readonly grpc: HostPort;
  /** Null for none. */
  readonly drmQuery: HostPort | null;
  /** Nobody puts rules in force that he wrote himself. */
  readonly fourEyes: boolean;
  /** One line of JSON instead of words. */
  readonly json: boolean;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface CompiledSummary {
  readonly warnings: readonly ConfigProblem[];
  readonly digest: string;
  readonly listeners: readonly {
    readonly name: string;
    readonly address: string;
    /** It has `bind_port`: a port is opened for it. */
    readonly bound: boolean;
    readonly protocols: readonly string[];
  }[];
  readonly routers: number;
  readonly routes: number;
  readonly clusters: number;
  readonly hosts: number;
}

/** A governance rule that was considered. */
export interface ExplainedRule {
  readonly type: string;
  readonly ruleDbId: number;
  readonly name: string;
  readonly resource: string;
  readonly mode: string;
  readonly conditions: readonly { readonly condition: string; readonly actual: string; readonly matched: boolean }[];
  readonly verdict: string;
  readonly detail: string;
  readonly effect?: { readonly kind: 'answer' | 'fault'; readonly percent: number };
  /** What the protocol calls the answer of a refusal. */
  readonly answer?: string;
}

/** A request to be explained. */
export interface Question {
  readonly protocol: string;
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly scheme: string;
  readonly service: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly listener: string;
  /** Address of the caller; without it, it is not known. */
  readonly sourceIp?: string;
}

export interface Explanation {
  readonly listener: string;
  readonly address: string;
  readonly router: string;
  readonly filters: readonly string[];
  /** Governance rules of the listener's direction, and what they say of the request. */
  readonly rules: readonly ExplainedRule[];
  readonly virtualHost: string | null;
  readonly considered: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly conditions: readonly {
      readonly left: string;
      readonly operator: string;
      readonly right: string;
      readonly value: string | undefined;
      readonly matched: boolean;
    }[];
  }[];
  readonly route: string | null;
  readonly action:
    | {
        readonly kind: 'forward';
        readonly clusters: readonly ExplainedCluster[];
        /** Where rules leave only some of the hosts: which, and for what part of such requests. */
        readonly choices?: readonly ExplainedChoice[];
        readonly protocol: string;
        /** What makes it a request of that protocol; '' where nothing is converted. */
        readonly transcoder: string;
        readonly mapping: string;
        readonly timeoutMs: number;
        readonly retries: number;
        readonly method: string;
        readonly authority: string;
        readonly path: string;
      }
    | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
    | { readonly kind: 'direct'; readonly status: number; readonly body: string; readonly answer?: string }
    | { readonly kind: 'refused'; readonly status: number; readonly body: string }
    | { readonly kind: 'none'; readonly status: number; readonly answer?: string };
}

export interface ExplainedChoice {
  /** The labels that a rule asks for, in words; '' where it asks for none. */
  readonly group: string;
  readonly percent: number;
  readonly hosts: readonly string[];
}

export interface ExplainedCluster {
  readonly name: string;
  readonly weight: number;
  readonly loadBalancer: string | null;
  readonly hosts: readonly { readonly address: string; readonly weight: number }[];
  readonly names: readonly string[];
}
