/** Of `service.method:i:r#id`, as logs and the interface name what a rule counts by. */
const FORM = /^(.+):([io]):r(?:#.*)?$/s;

/** Service with its method where it has one, and side; a name of another form has no side. */
export function partsOfResource(resource: string): {
  readonly name: string;
  readonly direction: 'SERVER' | 'CLIENT' | null;
} {
  const [, name, side] = FORM.exec(resource) ?? [];
  if (name === undefined) return { name: resource, direction: null };
  return { name, direction: side === 'i' ? 'SERVER' : 'CLIENT' };
}
