import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../outcome.ts';
import { writeSample } from './init.ts';
import { SIDECAR_PORTS, type SidecarPorts, sidecarConfiguration } from './sidecar-sample.ts';

/** The offset moves all ports together, so that several sidecars live on one machine. */
export interface SidecarOptions {
  readonly app: string;
  readonly portOffset: string;
  readonly force?: boolean;
}

const HIGHEST = Math.max(...Object.values(SIDECAR_PORTS));

export async function runInitSidecar(file: string, options: SidecarOptions): Promise<Outcome> {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(options.app))
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--app: "${options.app}" is not a name of 1 to 128 letters, digits, ".", "_" and "-"`,
    );
  const offset = Number(options.portOffset);
  if (!/^\d+$/.test(options.portOffset) || HIGHEST + offset > 65_535)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--port-offset: "${options.portOffset}" is not a number from 0 to ${65_535 - HIGHEST}`,
    );
  const ports = Object.fromEntries(
    Object.entries(SIDECAR_PORTS).map(([name, port]) => [name, port + offset]),
  ) as unknown as SidecarPorts;
  writeSample(file, sidecarConfiguration({ app: options.app, ports }), options.force === true);
  const text = `${file}: a proxy beside ${options.app}
  HTTP in ${ports.httpIngress}, out ${ports.httpEgress}; Bolt in ${ports.boltIngress}, out ${ports.boltEgress}; publish and subscribe ${ports.api}

  weft proxy start -c ${file} --control 127.0.0.1:9880 --control-key-file proxy-key.json`;
  return { exitCode: EXIT.OK, text, json: { ok: true, file, app: options.app, ports } };
}
