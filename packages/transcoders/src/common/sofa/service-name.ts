/** `interface:version[:uniqueId]`, with or without `@DEFAULT`. */
export interface SofaServiceName {
  readonly service: string;
  readonly version: string;
  readonly uniqueId: string;
}

export function parseServiceName(text: string): SofaServiceName {
  const [service = '', version = '', uniqueId = ''] = (text.split('@')[0] as string).split(':');
  return { service, version, uniqueId };
}

/** A version that is not known is 1.0, as SOFARPC has it. */
export function formatServiceName({ service, version, uniqueId }: SofaServiceName): string {
  return `${service}:${version || '1.0'}${uniqueId === '' ? '' : `:${uniqueId}`}`;
}
