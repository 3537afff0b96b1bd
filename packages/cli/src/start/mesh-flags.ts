import { ConfigError } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { UsageError } from './usage-error.ts';

/** What the command line says of the part of the proxy in a mesh; '' = that of the configuration. */
export interface MeshFlags {
  readonly control: string;
  readonly keyFile: string;
  readonly app: string;
  readonly zone: string;
  readonly labels: Readonly<Record<string, string>>;
}

const DEFAULT_FRESH_WAIT_MS = 5000;

/** Reads `k=v,k=v`. @throws UsageError */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const item of text.split(',')) {
    if (item === '' && text === '') break;
    const match = /^\s*([A-Za-z0-9._/-]+)=([^,]*)$/.exec(item);
    if (match === null) throw new UsageError(`--label: "${item}" is not NAME=VALUE; several are joined by commas`);
    labels[match[1] as string] = (match[2] as string).trim();
  }
  return labels;
}

/**
 * The configuration with what the command line says of the mesh.
 * @throws ConfigError when it says something and the configuration has no `mesh`
 */
export function withMeshFlags(config: MosnConfig, flags: MeshFlags, file: string): MosnConfig {
  const { control, keyFile, app, zone, labels } = flags;
  const given = control !== '' || keyFile !== '';
  if (config.mesh === undefined) {
    // APPNAME is in the environment of many a machine and says nothing of a mesh by itself.
    if (!given) return config;
    throw new ConfigError([
      {
        file,
        path: 'mesh',
        expected: 'a section that names the listeners of each protocol',
        message: 'mesh is missing, and --control needs it; `weft proxy init --sidecar` writes one',
      },
    ]);
  }
  const { mesh } = config;
  const before = mesh.control;
  if (control === '' && before === undefined && keyFile !== '')
    throw new UsageError(
      '--control-key-file is given, and neither --control nor mesh.control says where the control plane is',
    );
  return {
    ...config,
    mesh: {
      ...mesh,
      app: app || mesh.app,
      zone: zone || mesh.zone,
      labels: { ...mesh.labels, ...labels },
      ...(control === '' && before === undefined
        ? {}
        : {
            control: {
              address: control || (before?.address ?? ''),
              key_file: keyFile || (before?.key_file ?? ''),
              fresh_wait: before?.fresh_wait ?? DEFAULT_FRESH_WAIT_MS,
            },
          }),
    },
  };
}
