/** Flags of `start`, those of MOSN's first. A long name may be given with one dash or two, a value after a space or `=`. */
export interface Flag {
  /** Without dashes; the first is the one that is written in help. */
  readonly names: readonly string[];
  /** What stands for the value in help; '' for a flag without one. */
  readonly value: string;
  /** Environment variables that give the value when the flag does not, the first that is set. */
  readonly env: readonly string[];
  readonly help: string;
  /** `node`: the identity that MOSN's control planes pass; accepted, no effect. `ignored`: the same, and not in help. */
  readonly kind: 'own' | 'node' | 'ignored';
}

const own = (names: string[], value: string, help: string, env: string[] = []): Flag => ({
  names,
  value,
  env,
  help,
  kind: 'own',
});
const node = (names: string[], value: string, help: string, env: string[]): Flag => ({
  names,
  value,
  env,
  help,
  kind: 'node',
});
const ignored = (names: string[], value = 'VALUE'): Flag => ({ names, value, env: [], help: '', kind: 'ignored' });

export const FLAGS: readonly Flag[] = [
  own(
    ['config', 'c'],
    'FILE',
    'configuration, .json, .yaml or .yml (default configs/mosn_config.json, else weft.yaml)',
    ['MOSN_CONFIG'],
  ),
  own(['log-level', 'l'], 'LEVEL', 'trace, debug, info, warning, error, critical or off; beats the configuration', [
    'LOG_LEVEL',
  ]),
  own(['feature-gates', 'f'], 'LIST', 'feature gates, such as auto_config=false', [
    'WEFT_FEATURE_GATES',
    'FEATURE_GATES',
  ]),
  own(['drain-time-s'], 'SECONDS', 'time for running requests at a graceful stop; beats graceful_timeout'),
  own(['last-good'], '', 'start from the copy of the last configuration that worked, whatever FILE holds now'),
  own(['control'], 'HOST:PORT', 'control plane; beats mesh.control.address', ['WEFT_CONTROL']),
  own(['control-key-file'], 'FILE', 'access key of this proxy, mode 600; beats mesh.control.key_file', [
    'WEFT_CONTROL_KEY_FILE',
  ]),
  own(['app'], 'NAME', 'name of the application beside this proxy; beats mesh.app', ['APPNAME']),
  own(['zone'], 'NAME', 'zone of this proxy; beats mesh.zone', ['WEFT_ZONE']),
  own(['label'], 'K=V,…', 'labels of this proxy, such as version=v2; added to mesh.labels', ['WEFT_LABELS']),
  own(['json'], '', 'say in one line of JSON on stdout where the proxy listens; errors in JSON, too'),
  own(['help', 'h'], '', 'this text'),
  node(['service-cluster', 's'], 'NAME', 'cluster of this node', ['SERVICE_CLUSTER']),
  node(['service-node', 'n'], 'NAME', 'name of this node', ['SERVICE_NODE']),
  node(['service-type', 'p'], 'TYPE', 'kind of this node', ['SERVICE_TYPE']),
  node(['service-meta', 'sm'], 'K:V', 'metadata of this node', ['SERVICE_META']),
  node(['service-lables', 'service-labels', 'sl'], 'K:V', 'labels of this node', ['SERVICE_LAB']),
  node(['cluster-domain', 'domain'], 'DOMAIN', 'domain of the cluster', ['CLUSTER_DOMAIN']),
  node(['pod-namespace', 'pns'], 'NAME', 'namespace of the pod', ['POD_NAMESPACE']),
  node(['pod-name', 'pn'], 'NAME', 'name of the pod', ['POD_NAME']),
  node(['pod-ip', 'pi'], 'IP', 'address of the pod', ['POD_IP']),
  ignored(['log-format', 'lf']),
  ignored(['component-log-level', 'lc']),
  ignored(['local-address-ip-version']),
  ignored(['restart-epoch']),
  ignored(['parent-shutdown-time-s']),
  ignored(['max-obj-name-len']),
  ignored(['concurrency']),
  ignored(['log-format-prefix-with-location']),
  ignored(['bootstrap-version']),
  ignored(['drain-strategy']),
  ignored(['disable-hot-restart'], ''),
];

const BY_NAME = new Map(FLAGS.flatMap((flag) => flag.names.map((name) => [name, flag] as const)));

export function findFlag(name: string): Flag | undefined {
  return BY_NAME.get(name);
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** The help of `weft proxy start`. */
export function startHelp(): string {
  const row = (flag: Flag): string => {
    const names = flag.names.filter((name) => name !== 'service-lables').sort((a, b) => a.length - b.length);
    const left = `${names.map(dashed).join(', ')}${flag.value === '' ? '' : ` ${flag.value}`}`;
    const env = flag.env.length === 0 ? '' : ` [${flag.env.join(', ')}]`;
    return `  ${left.padEnd(34)} ${flag.help}${env}`;
  };
  const rows = (kind: Flag['kind']): string =>
    FLAGS.filter((flag) => flag.kind === kind)
      .map(row)
      .join('\n');
  return `Usage: weft proxy start [options]

Starts the proxy and stays in the foreground. Ready when it logs "serving"; where the log
is a file, a line on the terminal says so and names the file.

Options [environment variable]:
${rows('own')}

Accepted as MOSN's control planes pass them, and without effect: a mesh of Weft knows a proxy by --app, --zone and --label:
${rows('node')}

Other options that they pass are accepted and do nothing as well.

Signals:
  SIGTERM           graceful stop: callers in the mesh learn of it (leave_time, 5s), then no new connections, running
                    requests end, exit; a second one stops at once
  SIGINT, SIGQUIT   stop at once; a second one does not wait for anything
  SIGUSR1           open the log files again, after something has moved them
  SIGHUP            refused with a log line: use \`weft proxy reload\`

Exit codes: 0 stopped, 2 wrong options, 70 a defect of Weft, 78 the configuration, an address or a limit of the system.

Examples:
  weft proxy init && weft proxy start -c weft.yaml
  weft proxy start -c /etc/weft/proxy.yaml -l debug
`;
}
