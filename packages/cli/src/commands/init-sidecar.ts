import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../outcome.ts';
import { writeSample } from './init.ts';
import { DUBBO_PORTS, SIDECAR_PORTS, sidecarConfiguration } from './sidecar-sample.ts';

/** The offset moves all ports together, so that several sidecars live on one machine. */
export interface SidecarOptions {
  readonly app: string;
  readonly portOffset: string;
  /** Listeners for Dubbo beside those for HTTP and Bolt. */
  readonly dubbo?: boolean;
  readonly force?: boolean;
}

export async function runInitSidecar(file: string, options: SidecarOptions): Promise<Outcome> {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(options.app))
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--app: "${options.app}" is not a name of 1 to 128 letters, digits, ".", "_" and "-"`,
    );
  const wanted = options.dubbo === true ? DUBBO_PORTS : undefined;
  const highest = Math.max(...Object.values(SIDECAR_PORTS), ...Object.values(wanted ?? {}));
  const offset = Number(options.portOffset);
  if (!/^\d+$/.test(options.portOffset) || highest + offset > 65_535)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--port-offset: "${options.portOffset}" is not a number from 0 to ${65_535 - highest}`,
    );
  const moved = <Ports extends object>(ports: Ports): Ports =>
    Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, port + offset])) as Ports;
  const ports = moved(SIDECAR_PORTS);
  const dubbo = wanted === undefined ? {} : { dubbo: moved(wanted) };
  writeSample(file, sidecarConfiguration({ app: options.app, ports, ...dubbo }), options.force === true);
  const dubboText =
    dubbo.dubbo === undefined
      ? ''
      : `; Dubbo in ${dubbo.dubbo.ingress}, out ${dubbo.dubbo.egress}, application ${dubbo.dubbo.app}`;
  const text = `${file}: a proxy beside ${options.app}
  HTTP in ${ports.httpIngress}, out ${ports.httpEgress}; Bolt in ${ports.boltIngress}, out ${ports.boltEgress}${dubboText}; publish and subscribe ${ports.api}

  weft proxy start -c ${file} --control 127.0.0.1:9880 --control-key-file proxy-key.json`;
  return { exitCode: EXIT.OK, text, json: { ok: true, file, app: options.app, ports, ...dubbo } };
}
