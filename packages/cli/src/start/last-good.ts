import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { MeshError } from '@weft/kit';
import { type MosnConfig, maskSecrets, mosnConfigSchema, parseMosnConfig } from '@weft/schema';

/** A configuration as the proxy takes it. */
export interface Loaded {
  readonly config: MosnConfig;
  readonly warnings: ReturnType<typeof parseMosnConfig>['warnings'];
  readonly masked: unknown;
  readonly document: unknown;
}

/** Whether two paths lead to one file; by their text where one of them is gone. */
function isSameFile(one: string, other: string): boolean {
  if (path.resolve(one) === path.resolve(other)) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    // One of them is gone, and the paths differ.
    return false;
  }
}

/**
 * Reads the copy that a proxy keeps of the last configuration that worked.
 * @throws MeshError config_unreadable; ConfigError when this version refuses what an older one took
 */
export function loadLastGood(file: string, configFile: string): Loaded {
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
  const { format, document, file: origin } = saved as { format?: unknown; document?: unknown; file?: unknown };
  if (format !== 1 || document === undefined) {
    throw new MeshError('config_unreadable', `${file}: not a last good configuration that this version can read`, {
      origin: 'config',
    });
  }
  // Two files of one name share the folder: starting with what another one held would be a surprise.
  if (typeof origin === 'string' && !isSameFile(origin, configFile)) {
    throw new MeshError(
      'config_unreadable',
      `${file}: the last good configuration kept here is that of ${origin}, not of ${configFile}; give one of them another weft.state_dir`,
      { origin: 'config' },
    );
  }
  const { config, warnings } = parseMosnConfig(document, file);
  return { config, warnings, masked: maskSecrets(config, mosnConfigSchema), document };
}
