import { isSecretName, MASK, maskText } from '@weft/kit/secret-name';

/** Objects below such a name describe how something is done: what is secret in them has a name of its own. */
const DESCRIBED = /(?:cookie|auth|signature|sig|dsn)$/i;

/**
 * A copy of a configuration in which what is named like a secret, or looks like one, reads `***`. Schemas know the
 * secrets of their own fields; this is for the parts that they pass on as they are, such as the configuration of a
 * plugin, and for texts that hold a secret among other things, such as a URL with a password.
 */
export function maskByName(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map(maskByName);
  if (typeof value !== 'object' || value === null) return value;
  const { key, name } = value as { key?: unknown; name?: unknown };
  const header = typeof key === 'string' ? key : name;
  const secretPair = typeof header === 'string' && isSecretName(header);
  const masked: Record<string, unknown> = {};
  for (const [field, child] of Object.entries(value)) {
    const secret = isSecretName(field) || (secretPair && field === 'value');
    masked[field] = secret && isMaskable(field, child) ? MASK : maskByName(child);
  }
  return masked;
}

function isMaskable(field: string, value: unknown): boolean {
  if (value === '' || value === null || value === undefined || typeof value === 'boolean') return false;
  return typeof value !== 'object' || Array.isArray(value) || !DESCRIBED.test(field);
}
