import { dataIdOf, groupOf, type NamingOf, serviceName, wrongDataId } from './naming.ts';
import { DiscoveryRefusal } from './refusal.ts';

/** A name in another protocol by which a service can be called, too: those calls are converted to the protocol of the service. */
export interface Exposure {
  readonly protocol: string;
  readonly dataId: string;
  readonly group: string;
}

export interface ExposureRequest {
  readonly protocol: string;
  readonly dataId?: string;
  readonly group?: string;
}

/** Names of one service in other protocols. */
export const MAX_EXPOSURES = 8;

/**
 * The names that were asked for, whole. Without an id a service keeps its name, where both protocols name services and not
 * hosts.
 * @throws DiscoveryRefusal for a name that is none, or of the protocol that the service has anyway
 */
export function completeExposures(
  requests: readonly ExposureRequest[],
  native: { readonly dataId: string; readonly protocol: string },
  namingOf: NamingOf,
): readonly Exposure[] {
  const exposures: Exposure[] = [];
  for (const [index, { protocol, dataId: given, group }] of requests.entries()) {
    const naming = namingOf(protocol);
    if (protocol === native.protocol)
      throw new DiscoveryRefusal(
        400,
        `expose[${index}] is ${protocol}, and ${native.dataId} is of that protocol already`,
      );
    if (given === undefined && (naming?.fieldsOf === undefined || namingOf(native.protocol)?.fieldsOf === undefined))
      throw new DiscoveryRefusal(
        400,
        `expose[${index}] has no dataId, and ${native.protocol} and ${protocol} do not name services alike: say how callers of ${protocol} name it, {"protocol":${JSON.stringify(protocol)},"dataId":"…"}`,
      );
    const dataId = given ?? dataIdOf(serviceName(native.dataId), protocol, naming);
    const wrong = wrongDataId(dataId, protocol, naming);
    if (wrong !== null) throw new DiscoveryRefusal(400, `expose[${index}]: ${wrong}`);
    if (exposures.some((other) => other.dataId === dataId))
      throw new DiscoveryRefusal(400, `expose[${index}] names ${dataId} once more`);
    exposures.push({ protocol, dataId, group: group ?? groupOf(naming) });
  }
  return exposures;
}
