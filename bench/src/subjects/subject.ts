/** What the bench must know of a proxy: where it is, what it can do, how it is configured and started. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';

export type BenchProtocol = 'http1' | 'http2' | 'grpc' | 'bolt' | 'dubbo' | 'tcp';

/** Rules that a scenario loads. */
export interface SetupRules {
  /** What the listener is, as far as rules go: requests of an egress are those of a caller. */
  readonly listenerType: 'ingress' | 'egress';
  readonly app: string;
  readonly documents: readonly { readonly data_id: string; readonly version: number; readonly value: object }[];
}

/** What a scenario asks of a proxy. All addresses are on 127.0.0.1. */
export interface Setup {
  readonly protocol: BenchProtocol;
  readonly listenPort: number;
  /** Ports that a proxy may use for administration and for metrics. */
  readonly adminPort: number;
  readonly metricsPort: number;
  readonly backendPorts: readonly number[];
  /** Data threads or workers. */
  readonly threads: number;
  /** Clusters and routes in the configuration; the request matches the last route. */
  readonly clusters: number;
  readonly routes: number;
  /** Rules of governance, for subjects that have some. */
  readonly rules?: SetupRules;
  /** An empty directory for configuration, logs and sockets of this subject. */
  readonly directory: string;
}

export interface Launch {
  readonly argv: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export type Found =
  | { readonly kind: 'found'; readonly version: string; readonly binary: string }
  | { readonly kind: 'absent'; readonly reason: string };

export interface Subject {
  readonly name: string;
  /** Whether the subject runs on Node, so that heap and profile figures can be had. */
  readonly node: boolean;
  /** Takes the place of the subject where a CPU profile is taken, which needs to know source files. */
  profiled?(): Subject;
  find(): Found;
  /** '' when the subject can take part, else why not. */
  unsupported(setup: Pick<Setup, 'protocol' | 'threads' | 'routes'>): string;
  /** What the backends must speak, where that is not the protocol of the scenario. */
  backendProtocol?(protocol: BenchProtocol): BenchProtocol;
  /** Writes the configuration into `setup.directory` and says how to start. `nodeFlags` only matter to Node subjects. */
  prepare(setup: Setup, binary: string, nodeFlags: readonly string[]): Launch;
}

/** A program named by an environment variable, or found in PATH. */
export function findProgram(variable: string, name: string): string | null {
  const named = process.env[variable];
  if (named !== undefined && named !== '') return named;
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Both output streams of a short command, or null when it cannot be run. */
export function outputOf(command: string, args: readonly string[]): string | null {
  try {
    return execFileSync('sh', ['-c', '"$0" "$@" 2>&1', command, ...args], { encoding: 'utf8', timeout: 15_000 });
  } catch {
    // Cannot be run: the caller reports the program as absent.
    return null;
  }
}

/** Finds a program whose version is the first match of `pattern` in the output of `args`. */
export function findVersioned(variable: string, name: string, args: readonly string[], pattern: RegExp): Found {
  const binary = findProgram(variable, name);
  if (binary === null) return { kind: 'absent', reason: `no \`${name}\` in PATH and ${variable} is not set` };
  const version = pattern.exec(outputOf(binary, args) ?? '')?.[1];
  if (version === undefined) return { kind: 'absent', reason: `${binary} does not run or does not tell its version` };
  return { kind: 'found', version, binary };
}

/** Whether a file is a script rather than a binary: its process would then not be the proxy's own. */
export function isScript(file: string): boolean {
  return readFileSync(file).subarray(0, 2).toString('latin1') === '#!';
}

/** Header values of the routes before the one that the request matches. */
export function otherRouteValue(index: number): string {
  return `lane-${index}`;
}
