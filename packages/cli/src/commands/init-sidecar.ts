import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../outcome.ts';
import { writeSample } from './init.ts';
import { MORE_PROTOCOLS, type MorePorts, SIDECAR_PORTS, sidecarConfiguration } from './sidecar-sample.ts';

/** The offset moves all ports together, so that several sidecars live on one machine. */
export interface SidecarOptions {
  readonly app: string;
  readonly portOffset: string;
  /** Listeners for Dubbo 2 beside those for HTTP and Bolt. */
  readonly dubbo?: boolean;
  /** The same for Triple. */
  readonly triple?: boolean;
  readonly force?: boolean;
}

export async function runInitSidecar(file: string, options: SidecarOptions): Promise<Outcome> {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(options.app))
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--app: "${options.app}" is not a name of 1 to 128 letters, digits, ".", "_" and "-"`,
    );
  const names = Object.keys(MORE_PROTOCOLS) as (keyof typeof MORE_PROTOCOLS)[];
  const wanted = names.filter((name) => options[name] === true);
  const wantedPorts = wanted.flatMap((name) => Object.values(MORE_PROTOCOLS[name].ports));
  const highest = Math.max(...Object.values(SIDECAR_PORTS), ...wantedPorts);
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
  const more: MorePorts = Object.fromEntries(wanted.map((name) => [name, moved(MORE_PROTOCOLS[name].ports)]));
  writeSample(file, sidecarConfiguration({ app: options.app, ports, ...more }), options.force === true);
  const moreText = wanted.map((name) => {
    const { ingress, egress, app } = more[name] ?? MORE_PROTOCOLS[name].ports;
    return `; ${MORE_PROTOCOLS[name].title} in ${ingress}, out ${egress}, application ${app}`;
  });
  const text = `${file}: a proxy beside ${options.app}
  HTTP in ${ports.httpIngress}, out ${ports.httpEgress}; Bolt in ${ports.boltIngress}, out ${ports.boltEgress}${moreText.join('')}; publish and subscribe ${ports.api}

  weft proxy start -c ${file} --control 127.0.0.1:9880 --control-key-file proxy-key.json`;
  return { exitCode: EXIT.OK, text, json: { ok: true, file, app: options.app, ports, ...more } };
}
