import path from 'node:path';
import type { MosnConfig } from '@weft/schema';
import { maskSecrets, mosnConfigSchema } from '@weft/schema';
import type { ServiceNaming } from '@weft/sdk';
import type { Mesh, MeshHost } from '../control-plane/index.ts';
import { type Conversions, conversionsOf, type ExtensionCatalog } from '../update/index.ts';
import type { LoadedConfiguration } from './options.ts';

/** What the listeners of a proxy in a mesh convert, as its file has them now. */
export class ListenerConversions {
  #conversions: Conversions = new Map();
  #of: MosnConfig | null = null;

  async read(config: MosnConfig, catalog: ExtensionCatalog): Promise<void> {
    if (config.mesh === undefined || this.#of === config) return;
    this.#conversions = await conversionsOf(config, catalog);
    this.#of = config;
  }

  readonly canConvert = (listener: string, protocol: string): boolean =>
    this.#conversions.get(listener)?.has(protocol.toLowerCase()) === true;
}

/**
 * Joins the mesh when the configuration says so. Loaded here alone: a proxy that its file describes whole carries
 * nothing of discovery and control plane.
 */
export async function joinMesh(
  config: MosnConfig,
  catalog: ExtensionCatalog,
  host: Omit<MeshHost, 'config' | 'namingOf' | 'openProbe'>,
): Promise<Mesh | null> {
  if (config.mesh === undefined) return null;
  const { Mesh } = await import('../control-plane/index.ts');
  const { openProbeOf } = await import('../discovery/index.ts');
  const namings = new Map<string, ServiceNaming | undefined>();
  for (const { protocol } of config.mesh.discovery.protocols)
    if (catalog.has('protocol', protocol)) namings.set(protocol, (await catalog.load('protocol', protocol)).services);
  return Mesh.start({
    ...host,
    config: config.mesh,
    namingOf: (protocol) => namings.get(protocol),
    openProbe: openProbeOf(catalog),
  });
}

/** Folder of what a proxy in a mesh keeps, beside its last good configuration. */
export function meshDirectory(lastGoodFile: string): string {
  return path.join(path.dirname(lastGoodFile), path.basename(lastGoodFile).replace(/\.last-good\.json$/, '.mesh'));
}

/** The configuration of the file with the services that were discovered. What is dumped shows them, too. */
export function withServices(loaded: LoadedConfiguration, mesh: Mesh | null): LoadedConfiguration {
  if (mesh === null) return loaded;
  const config = mesh.overlay(loaded.config);
  if (config === loaded.config) return loaded;
  return {
    ...loaded,
    config,
    get masked(): unknown {
      return maskSecrets(config, mosnConfigSchema);
    },
  };
}
