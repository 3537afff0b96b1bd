import { readFileSync } from 'node:fs';
import { MeshError } from '@weft/kit';
import { type MosnConfig, maskSecrets, mosnConfigSchema, parseMosnConfig } from '@weft/schema';

/** A configuration as the proxy takes it. */
export interface Loaded {
  readonly config: MosnConfig;
  readonly warnings: ReturnType<typeof parseMosnConfig>['warnings'];
  readonly masked: unknown;
  readonly document: unknown;
}

/**
 * Reads the copy that a proxy keeps of the last configuration that worked.
 * @throws MeshError config_unreadable; ConfigError when this version refuses what an older one took
 */
export function loadLastGood(file: string): Loaded {
  let saved: unknown;
  try {
    saved = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new MeshError(
      'config_unreadable',
      `${file}: there is no last good configuration to start from (${(error as Error).message})`,
      { origin: 'config', cause: error },
    );
  }
  const { format, document } = saved as { format?: unknown; document?: unknown };
  if (format !== 1 || document === undefined) {
    throw new MeshError('config_unreadable', `${file}: not a last good configuration that this version can read`, {
      origin: 'config',
    });
  }
  const { config, warnings } = parseMosnConfig(document, file);
  return { config, warnings, masked: maskSecrets(config, mosnConfigSchema), document };
}
