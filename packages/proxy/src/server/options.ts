import type { ConfigProblem } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import type { ExtensionEntry } from '@weft/sdk';
import type { LogLevel } from '@weft/telemetry';

export interface LoadedConfiguration {
  readonly config: MosnConfig;
  readonly warnings: readonly ConfigProblem[];
  /** The configuration with secrets masked, for dumps. */
  readonly masked: unknown;
  /** The document as it was read, for the last good copy. */
  readonly document: unknown;
  /** Names the file of a problem that is found later. */
  readonly locate?: (problem: ConfigProblem) => ConfigProblem;
}

export interface ProxyOptions {
  readonly configFile: string;
  load(file: string): Promise<LoadedConfiguration>;
  readonly extensions: readonly ExtensionEntry[];
  /** Module that runs a data thread. */
  readonly threadEntry: URL;
  readonly version: string;
  readonly revision: string;
  /** When the package was made, ISO 8601; '' in a clone. */
  readonly built?: string;
  /** Beats the level of the configuration. */
  readonly logLevel?: LogLevel;
  readonly features?: Readonly<Record<string, boolean>>;
  /** For tests: borrowed bytes are overwritten, threads can be told to fail. */
  readonly poison?: boolean;
  readonly faults?: boolean;
  /** Called when the proxy has ended, with the exit code. */
  onStopped(code: number): void;
}
