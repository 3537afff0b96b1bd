import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SidecarPorts, sidecarConfiguration } from '../commands/sidecar-sample.ts';
import type { DemoDependency, DemoInstance } from './contract.ts';
import type { FreePorts } from './free-ports.ts';
import { javaArguments } from './java/index.ts';
import { callLocal } from './local-call.ts';
import type { PartCommand } from './part.ts';

/** An application of the demo and the proxy beside it. */
export interface Sidecar {
  readonly instance: DemoInstance;
  /** Application and version, as in `reviews-v2`. */
  readonly name: string;
  readonly ports: SidecarPorts;
  /** Null where the application does not speak Dubbo. */
  readonly dubbo: { readonly ingress: number; readonly egress: number; readonly app: number } | null;
  readonly appPort: number;
  /** Folder of this instance alone. */
  readonly directory: string;
}

export const logDirectoryOf = (sidecar: Sidecar): string => path.join(sidecar.directory, 'logs');

export async function planSidecar(instance: DemoInstance, root: string, free: FreePorts): Promise<Sidecar> {
  const name = instance.version === null ? instance.app : `${instance.app}-${instance.version}`;
  const appPort = await free.take();
  const ports: SidecarPorts = {
    httpIngress: await free.take(),
    httpEgress: await free.take(),
    boltIngress: await free.take(),
    boltEgress: await free.take(),
    boltApp: appPort,
    api: await free.take(),
    admin: await free.take(),
    metrics: await free.take(),
  };
  const speaksDubbo = [instance.dataId, ...instance.dependencies.map(({ service }) => service)].some(
    (dataId) => protocolOf(dataId) === 'dubbo',
  );
  const dubbo = speaksDubbo ? { ingress: await free.take(), egress: await free.take(), app: appPort } : null;
  return { instance, name, ports, dubbo, appPort, directory: path.join(root, name) };
}

/** Writes the configuration of the proxy, and says how to start it. */
export function proxyCommand(
  sidecar: Sidecar,
  launcher: string,
  control: { readonly address: string; readonly keyFile: string },
): PartCommand {
  const { instance, name, ports, dubbo, directory } = sidecar;
  mkdirSync(logDirectoryOf(sidecar), { recursive: true, mode: 0o700 });
  const file = path.join(directory, 'proxy.yaml');
  writeFileSync(
    file,
    sidecarConfiguration({
      app: instance.app,
      ports,
      ...(dubbo === null ? {} : { dubbo }),
      runDir: path.join(directory, 'run'),
      stateDir: path.join(directory, 'state'),
      logDir: logDirectoryOf(sidecar),
      // Six proxies share one machine with their applications.
      dataThreads: 1,
    }),
  );
  const labels = instance.version === null ? [] : ['--label', `version=${instance.version}`];
  return {
    name: `the proxy of ${name}`,
    program: process.execPath,
    args: [
      launcher,
      'proxy',
      'start',
      '-c',
      file,
      '--control',
      control.address,
      '--control-key-file',
      control.keyFile,
      '--app',
      instance.app,
      ...labels,
      '--json',
    ],
    directory,
    environment: {},
    outputFile: path.join(directory, 'proxy.out'),
    logFile: path.join(logDirectoryOf(sidecar), 'default.log'),
  };
}

/**
 * Says how to start the application: it is told ports and addresses, and nothing of a mesh. `classPath` is that of an
 * application on the JVM.
 */
export function applicationCommand(sidecar: Sidecar, classPath: string | null): PartCommand {
  const { instance, name, appPort, directory } = sidecar;
  const version: Record<string, string> = instance.version === null ? {} : { VERSION: instance.version };
  return {
    name: `the application ${name}`,
    ...commandOf(sidecar, classPath),
    directory,
    environment: {
      PORT: String(appPort),
      ...version,
      ...Object.assign({}, ...instance.dependencies.map((dependency) => addressesOf(dependency, sidecar))),
    },
    outputFile: path.join(directory, 'application.out'),
  };
}

function commandOf({ instance, ports }: Sidecar, classPath: string | null): Pick<PartCommand, 'program' | 'args'> {
  if (instance.java !== undefined && classPath !== null) {
    const asksByProxy = instance.dependencies.some((dependency) => dependency.asHttpProxy === true);
    return javaArguments(instance.java.mainClass, classPath, asksByProxy ? ports.httpEgress : null);
  }
  if (instance.program === null) throw new Error(`${instance.app} has neither a script nor a class path`);
  return {
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', fileURLToPath(instance.program)],
  };
}

function addressesOf({ service, addressVariable, hostVariable, asHttpProxy }: DemoDependency, sidecar: Sidecar) {
  const { ports, dubbo } = sidecar;
  const address: Record<DemoInstance['protocol'], string> = {
    Http1: asHttpProxy === true ? `http://${hostOf(service)}` : `http://127.0.0.1:${ports.httpEgress}`,
    bolt: `127.0.0.1:${ports.boltEgress}`,
    dubbo: `127.0.0.1:${dubbo?.egress ?? 0}`,
  };
  return {
    [addressVariable]: address[protocolOf(service)],
    ...(hostVariable === undefined ? {} : { [hostVariable]: hostOf(service) }),
  };
}

/** The name under which a request asks for an HTTP service. */
export const hostOf = (dataId: string): string => dataId.slice(0, dataId.lastIndexOf('@'));
const protocolOf = (dataId: string): DemoInstance['protocol'] =>
  dataId.endsWith('@Http1') ? 'Http1' : dataId.endsWith('@dubbo') ? 'dubbo' : 'bolt';

/** Publishes what the application offers and subscribes what it asks for, as the start script of an application does. */
export async function announce({ instance, ports, appPort }: Sidecar): Promise<void> {
  const at = `http://127.0.0.1:${ports.api}/v1/discovery`;
  await callLocal('PUT', `${at}/publications/${encodeURIComponent(instance.dataId)}`, {
    protocol: instance.protocol,
    appPort,
    ...(instance.version === null ? {} : { metadata: { version: instance.version } }),
  });
  for (const { service } of instance.dependencies)
    await callLocal('PUT', `${at}/subscriptions/${encodeURIComponent(service)}`, { protocol: protocolOf(service) });
}

/** How many endpoints of a service the proxy knows. */
export async function endpointsKnown({ ports }: Sidecar, service: string): Promise<number> {
  const url = `http://127.0.0.1:${ports.api}/v1/discovery/subscriptions/${encodeURIComponent(service)}`;
  const answer = (await callLocal('GET', url)) as { readonly endpoints?: number };
  return answer.endpoints ?? 0;
}
