import { readFileSync, statSync } from 'node:fs';
import { MeshError } from '@weft/kit';

/** The access key of a proxy: who it is to the control plane. */
export interface ProxyKey {
  readonly accessKey: string;
  readonly secret: string;
  readonly tenant: string;
  readonly workspace: string;
  readonly instanceId: string;
}

const FIELDS = ['accessKey', 'secret', 'tenant', 'workspace', 'instanceId'] as const;
const GROUP_OR_OTHERS = 0o077;

/**
 * Reads a key file: JSON with accessKey, secret, tenant, workspace and instanceId, readable for its owner only.
 * @throws MeshError key_file_unusable with what is wrong and what would be right; never with what the file says
 */
export function readKeyFile(file: string): ProxyKey {
  const refuse = (why: string): MeshError => new MeshError('key_file_unusable', `the key file ${file} ${why}`);
  let text: string;
  try {
    const mode = statSync(file).mode;
    if ((mode & GROUP_OR_OTHERS) !== 0)
      throw refuse(`can be read by others (mode ${(mode & 0o777).toString(8)}); expected 600: chmod 600 ${file}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof MeshError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(
      code === 'ENOENT' ? 'is not there; the control plane writes one as proxy-key.json' : `cannot be read (${code})`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  for (const name of FIELDS) {
    const field = fields[name];
    if (typeof field !== 'string' || field === '') throw refuse(`has no ${name}; expected a text`);
  }
  // Each of its fields is a text.
  return fields as unknown as ProxyKey;
}
