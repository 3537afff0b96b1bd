import type {
  AdminAnswer,
  AdminQuery,
  AskVerdict,
  EdgeReport,
  ProcessReport,
  RuleAsk,
  RuleReport,
} from '@weft/distribution';
import type { Logger } from '@weft/kit';
import type { MeshConfig } from '@weft/schema';
import type { CanConvert, NamingOf, OpenProbe } from '../discovery/index.ts';

/** What the part of a proxy in a mesh needs of the proxy. */
export interface MeshHost {
  readonly config: MeshConfig;
  readonly log: Logger;
  readonly version: string;
  /** The configuration file, as it was named at the start. */
  readonly configFile: string;
  /** Folder for the snapshot and for what applications have published; of this proxy alone. */
  readonly stateDirectory: string;
  readonly adminPort: number;
  /** How the services of a protocol are named. */
  readonly namingOf: NamingOf;
  readonly canConvert: CanConvert;
  readonly openProbe: OpenProbe;
  listenerAddress(listener: string): { readonly host: string; readonly port: number } | null;
  /** Discovered services have changed: makes the configuration anew. Fulfilled when that is over: whether requests see them. */
  reconfigure(): Promise<boolean>;
  /** A line about values of the control plane, in a log of its own. */
  readonly drmLog: (level: 'INFO' | 'ERROR', text: string) => void;
  /** Puts rules in force. Returns why not, or null. */
  applyRules(dataId: string, document: string, version: number): Promise<string | null>;
  /** No rules any more under this name. */
  removeRules(dataId: string): Promise<void>;
  /** What happened since it was asked last. */
  takeFigures(): Figures;
  /** What rules ask of the control plane at present. */
  asks(): readonly RuleAsk[];
  /** What the control plane says to what rules asked for. */
  answerAsks(verdicts: readonly AskVerdict[]): void;
  /** Answers a read-only question as the admin API does. */
  answer(query: AdminQuery): Promise<AdminAnswer>;
  configDigest(): string;
}

export interface Figures {
  readonly edges: readonly EdgeReport[];
  readonly histogramBoundsMs: readonly number[];
  readonly process: ProcessReport;
  readonly rules: readonly RuleReport[];
  /** What rules have to tell, such as a breaker that opened. */
  readonly events: readonly { readonly kind: string; readonly message: string }[];
}
