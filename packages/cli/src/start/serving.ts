import type { ListenerConfig, MosnConfig } from '@weft/schema';

interface Ports {
  readonly adminPort: number;
  readonly files: { readonly socketFile: string };
  readonly ownLog: { readonly path: string };
  port(listener: string): number;
}

/** Where a proxy listens, for a person and for a program. */
export interface Serving {
  readonly text: string;
  /** The same in one line, and where the log is; '' where the log is on a stream and says it. */
  readonly line: string;
  readonly json: {
    readonly ok: true;
    readonly pid: number;
    readonly version: string;
    readonly listeners: readonly { readonly name: string; readonly address: string; readonly protocol: string }[];
    /** Null when the admin API is on its socket only. */
    readonly admin: string | null;
    readonly socket: string;
  };
}

export function describeServing(config: MosnConfig, ports: Ports, version: string): Serving {
  const open = config.servers.flatMap((server) => server.listeners).filter((listener) => listener.bind_port);
  const listeners = open.map((listener) => {
    const name = listener.name === '' ? listener.address : listener.name;
    return { name, address: addressOf(listener, ports.port(name)), protocol: protocolOf(listener) };
  });
  const socketAddress = config.admin?.address.socket_address;
  // What is configured, where it is: the proxy has other servers with ports of their own.
  const adminPort = socketAddress === undefined ? 0 : socketAddress.port_value || ports.adminPort;
  const adminHost = socketAddress?.address === '0.0.0.0' ? '127.0.0.1' : socketAddress?.address;
  const admin = adminPort === 0 ? null : `http://${adminHost}:${adminPort}`;
  const rows = listeners.map(({ name, address, protocol }) => `  ${address.padEnd(22)} ${protocol.padEnd(8)} ${name}`);
  const http = listeners.find(({ protocol }) => /http1|auto/i.test(protocol));
  const tries = [
    ...(http === undefined ? [] : [`curl -i http://${http.address.replace(/^(0\.0\.0\.0|\[::\])/, '127.0.0.1')}/`]),
    ...(admin === null ? [] : [`curl ${admin}/api/v1/stats`]),
    'weft proxy status',
  ];
  const log = ports.ownLog.path;
  const places = listeners.map(({ name, address }) => (name === address ? name : `${name} on ${address}`)).join(', ');
  const line = log === '' ? '' : `serving: ${places}; log: ${log}\n`;
  const logText = log === '' ? '' : `\nLog: ${log}\n`;
  const text = `\nWeft ${version} listens on\n${rows.join('\n')}\n${logText}\nTry (in another terminal)\n${tries.map((line) => `  ${line}`).join('\n')}\nCtrl-C stops it.\n\n`;
  return {
    text,
    line,
    json: { ok: true, pid: process.pid, version, listeners, admin, socket: ports.files.socketFile },
  };
}

function addressOf(listener: ListenerConfig, port: number): string {
  if (listener.network === 'unix') return listener.address;
  const host = listener.address.replace(/:\d+$/, '');
  return `${host === '' ? '127.0.0.1' : host}:${port}`;
}

/** What the first network filter expects: protocols of `proxy`, TCP for everything else. */
function protocolOf(listener: ListenerConfig): string {
  const filter = listener.filter_chains[0]?.filters[0];
  const config = filter?.config as { readonly downstream_protocol?: unknown } | undefined;
  return filter?.type === 'proxy' && typeof config?.downstream_protocol === 'string'
    ? config.downstream_protocol
    : 'TCP';
}
