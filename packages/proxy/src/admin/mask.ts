const MASK = '***';

/** Keys whose values are secrets, wherever they stand. A key that names a file tells a path only. */
const SECRET_KEY =
  /(?:secret|token|passw(?:or)?d|passphrase|credentials?|private_?key|access_?key|api_?key|authentication|authorization)$/i;
/** Headers whose values are secrets. */
const SECRET_HEADER = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|.*-(?:token|secret))$/i;

/**
 * A copy of a configuration in which everything that is named like a secret reads `***`. Schemas know the secrets of
 * their own fields; this is for the parts that they pass on as they are, such as the configuration of a plugin.
 */
export function maskByName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskByName);
  if (typeof value !== 'object' || value === null) return value;
  const { key, name } = value as { key?: unknown; name?: unknown };
  const header = typeof key === 'string' ? key : name;
  const secretPair = typeof header === 'string' && SECRET_HEADER.test(header);
  const masked: Record<string, unknown> = {};
  for (const [field, child] of Object.entries(value)) {
    const secret = SECRET_KEY.test(field) || (secretPair && field === 'value');
    if (secret && child !== '' && child !== null && child !== undefined && typeof child !== 'boolean')
      masked[field] = MASK;
    else masked[field] = maskByName(child);
  }
  return masked;
}
