import type { Endpoint } from '@weft/distribution';

/** In the metadata of an endpoint: the protocol that its application really speaks. */
const CONVERTED_FROM = 'convertedFrom';
/** In the same place: the protocols in which its proxy takes calls of the service, each with its port, `dubbo:30800,Http1:10080`. */
const PROTOCOLS = 'protocols';
/** And there: the name by which its own callers call the service. */
const CONVERTED_NAME = 'convertedName';

/** What callers are told of a service whose proxy converts calls to it. */
export function conversionMetadata(
  foreign: { readonly protocol: string; readonly port: number },
  native: { readonly protocol: string; readonly port: number; readonly service: string },
): Readonly<Record<string, string>> {
  return {
    [CONVERTED_FROM]: native.protocol,
    [CONVERTED_NAME]: native.service,
    [PROTOCOLS]: [foreign, native].map(({ protocol, port }) => `${protocol}:${port}`).join(','),
  };
}

/** Where calls of a service go, and in what. */
export interface ConversionPlace {
  /** Protocol of the endpoints, to which this proxy converts; '' = that of the callers. */
  readonly protocol: string;
  /** How the service is called in that; '' where nothing is converted here, and where the endpoints do not say one and the same. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
}

/**
 * Decides where calls are converted: here, when the applications of all endpoints speak one and the same other protocol, say
 * where they take it, and this proxy can convert to it; otherwise at the proxies of the endpoints, whose own ports take
 * calls as they come. A list with two kinds of providers is one service only in the protocol that both are called in.
 */
export function conversionPlace(
  endpoints: readonly Endpoint[],
  canConvert: (protocol: string) => boolean,
): ConversionPlace {
  const atEndpoints: ConversionPlace = { protocol: '', service: '', endpoints };
  const protocol = endpoints[0]?.metadata[CONVERTED_FROM] ?? '';
  if (protocol === '' || !canConvert(protocol)) return atEndpoints;
  const native: Endpoint[] = [];
  for (const endpoint of endpoints) {
    const port = endpoint.metadata[CONVERTED_FROM] === protocol ? portOf(endpoint, protocol) : 0;
    if (port === 0) return atEndpoints;
    native.push({ ...endpoint, port });
  }
  return { protocol, service: nameOf(endpoints), endpoints: native };
}

function nameOf(endpoints: readonly Endpoint[]): string {
  const name = endpoints[0]?.metadata[CONVERTED_NAME] ?? '';
  return endpoints.every(({ metadata }) => metadata[CONVERTED_NAME] === name) ? name : '';
}

/** Port at which an endpoint takes calls in `protocol`; 0 where it does not say so. */
function portOf({ metadata }: Endpoint, protocol: string): number {
  for (const item of (metadata[PROTOCOLS] ?? '').split(',')) {
    const [name, port = ''] = item.split(':');
    if (name === protocol && /^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  }
  return 0;
}
