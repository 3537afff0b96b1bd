import { DEFAULT_GROUP, parseServiceDataId } from '@weft/schema/data-id';
import type { ServiceNaming } from '@weft/sdk';

/** How the services of a protocol are named; a protocol that does not say it has its own name as the ending of ids. */
export type NamingOf = (protocol: string) => ServiceNaming | undefined;

/** The id of a service as frameworks name it: an ending by the protocol where there is none. */
export function dataIdOf(service: string, protocol: string, naming: ServiceNaming | undefined): string {
  return service.includes('@') ? service : `${service}@${naming?.suffixes[0] ?? protocol}`;
}

/** The name by which requests ask for a service: its id without the ending. */
export function serviceName(dataId: string): string {
  const at = dataId.lastIndexOf('@');
  return at < 0 ? dataId : dataId.slice(0, at);
}

export function groupOf(naming: ServiceNaming | undefined): string {
  return naming?.group ?? DEFAULT_GROUP;
}

/** What is wrong with an id for services of a protocol, or null. */
export function wrongDataId(dataId: string, protocol: string, naming: ServiceNaming | undefined): string | null {
  let parsed: ReturnType<typeof parseServiceDataId>;
  try {
    parsed = parseServiceDataId(dataId);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  // An ending that nobody knows may be spoken by anybody, and what goes with a protocol that does not say so nobody knows.
  if (parsed.kind === 'custom' || naming === undefined || naming.suffixes.includes(parsed.protocol)) return null;
  const fitting = naming.suffixes.map((suffix) => `@${suffix}`).join(' or ');
  return `protocol is ${JSON.stringify(protocol)}, but ${dataId} ends with @${parsed.protocol}: expected ${fitting}`;
}
