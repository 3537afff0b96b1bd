/** Starting what a scenario needs: the backends, and each subject with its own configuration and ports. */
import path from 'node:path';
import {
  benchRoot,
  freePorts,
  LOAD_CORE,
  PROXY_CORE,
  type Started,
  startPinned,
  stop,
  temporaryDirectory,
  waitForPort,
} from './processes.ts';
import type { BenchProtocol, Setup, SetupRules, Subject } from './subjects/index.ts';

/** Backends of one scenario. Every process serves every protocol on a port of its own. */
export interface Backends {
  portsOf(protocol: BenchProtocol): readonly number[];
  stop(): Promise<void>;
}

const PROTOCOLS: readonly BenchProtocol[] = ['http1', 'http2', 'grpc', 'bolt', 'dubbo', 'tcp'];
const BACKEND_PROCESSES = 2;

export async function startBackends(): Promise<Backends> {
  const directory = temporaryDirectory('backend');
  const ports = await freePorts(PROTOCOLS.length * BACKEND_PROCESSES);
  const processes: Started[] = [];
  for (let index = 0; index < BACKEND_PROCESSES; index++) {
    const args = PROTOCOLS.map((protocol, offset) => `${protocol}=${ports[index * PROTOCOLS.length + offset]}`);
    processes.push(
      startPinned(LOAD_CORE, [process.execPath, path.join(benchRoot, 'load/backend.ts'), ...args], directory),
    );
  }
  for (const [index, process_] of processes.entries()) {
    for (let offset = 0; offset < PROTOCOLS.length; offset++) {
      await waitForPort(ports[index * PROTOCOLS.length + offset] as number, process_);
    }
  }
  return {
    portsOf: (protocol) =>
      processes.map((_, index) => ports[index * PROTOCOLS.length + PROTOCOLS.indexOf(protocol)] as number),
    stop: async () => {
      await Promise.all(processes.map(stop));
    },
  };
}

export interface SubjectOptions {
  readonly protocol: BenchProtocol;
  /** Default 1. */
  readonly threads?: number;
  /** Default 1 other cluster. */
  readonly clusters?: number;
  /** Default 2: one that does not match, and one that does. */
  readonly routes?: number;
  readonly nodeFlags?: readonly string[];
  readonly rules?: SetupRules;
}

export interface RunningSubject {
  readonly name: string;
  readonly node: boolean;
  readonly port: number;
  /** Where a subject that can tells its metrics. */
  readonly metricsPort: number;
  readonly pid: number;
  readonly directory: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** A subject that was found on this machine. */
export interface Candidate {
  readonly subject: Subject;
  readonly binary: string;
  readonly version: string;
}

export async function startSubject(
  candidate: Candidate,
  options: SubjectOptions,
  backends: Backends,
): Promise<RunningSubject> {
  const { subject, binary } = candidate;
  const [listenPort = 0, adminPort = 0, metricsPort = 0] = await freePorts(3);
  const directory = temporaryDirectory(subject.name);
  const setup: Setup = {
    protocol: options.protocol,
    listenPort,
    adminPort,
    metricsPort,
    backendPorts: backends.portsOf(subject.backendProtocol?.(options.protocol) ?? options.protocol),
    threads: options.threads ?? 1,
    clusters: options.clusters ?? 1,
    routes: options.routes ?? 2,
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    directory,
  };
  const launch = subject.prepare(setup, binary, options.nodeFlags ?? []);
  const process_ = startPinned(PROXY_CORE, launch.argv, directory, launch.environment);
  try {
    await waitForPort(listenPort, process_);
  } catch (error) {
    await stop(process_);
    throw new Error(`${subject.name} ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    name: subject.name,
    node: subject.node,
    port: listenPort,
    metricsPort,
    pid: process_.pid,
    directory,
    logFile: process_.logFile,
    stop: () => stop(process_),
  };
}
