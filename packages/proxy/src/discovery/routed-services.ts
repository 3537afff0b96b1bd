import type { Endpoint } from '@weft/distribution';
import type { DiscoveryConfig } from '@weft/schema';
import { conversionPlace } from './conversion-place.ts';
import { serviceName } from './naming.ts';
import type { RoutedService } from './overlay.ts';
import type { CanConvert, ProtocolTable } from './protocol-table.ts';
import type { LocalPublication } from './publications.ts';
import type { Subscription } from './subscriptions.ts';

interface RoutingOptions {
  readonly config: DiscoveryConfig;
  /** Name of the application beside this proxy. */
  readonly app: string;
  readonly protocols: ProtocolTable;
}

type Named = Pick<RoutedService, 'protocol' | 'service' | 'fields' | 'aliases'>;

/** Calls to the application, by its own name and by those in other protocols. */
export function routesToApplication(item: LocalPublication, options: RoutingOptions): RoutedService[] {
  const { protocols } = options;
  const cluster = {
    cluster: `local_${item.protocol.toLowerCase()}_service_${item.dataId}`,
    endpoints: [{ address: '127.0.0.1', port: item.appPort, weight: 1, enabled: true }],
    sourceApp: '',
    stale: false,
    hostsWaitMs: 0,
    connectEjectionMs: 0,
    retries: 0,
    protectThreshold: 0,
  };
  const ingress = (protocol: string): string => protocols.get(protocol).ingress_listener;
  return [
    { ...named(item, protocols), ...cluster, listener: ingress(item.protocol), hostProtocol: '', authority: '' },
    ...item.expose
      .filter(({ protocol }) => protocols.canConvert(ingress(protocol), item.protocol))
      .map((one) => ({
        ...named(one, protocols),
        ...cluster,
        listener: ingress(one.protocol),
        hostProtocol: item.protocol,
        authority: '',
      })),
  ];
}

/** Calls of the application to another one, by the name of that one and by those in other protocols. */
export function routesToService(
  item: Subscription,
  endpoints: readonly Endpoint[],
  options: RoutingOptions,
): RoutedService[] {
  const { config, app, protocols } = options;
  const canConvert: CanConvert = (listener, protocol) => protocols.canConvert(listener, protocol);
  const egress = (protocol: string): string => protocols.get(protocol).egress_listener;
  const listener = egress(item.protocol);
  const place = placeOf(endpoints, listener, canConvert);
  const cluster = {
    cluster: item.dataId,
    endpoints: place.endpoints,
    sourceApp: app,
    stale: item.list?.origin === 'snapshot',
    hostsWaitMs: item.list === null ? config.first_push_wait : 0,
    connectEjectionMs: config.connect_ejection,
    retries: config.retries,
    protectThreshold: item.list?.protectThreshold ?? 0,
  };
  // What is converted by the proxies of the providers is converted only once.
  const hosts =
    place.protocol === ''
      ? { hostProtocol: item.protocol, authority: authorityOf(item.protocol, serviceName(item.dataId), protocols) }
      : { hostProtocol: place.protocol, authority: authorityOf(place.protocol, place.service, protocols) };
  const own = place.protocol === '' ? { hostProtocol: '', authority: '' } : hosts;
  return [
    { ...named(item, protocols), ...cluster, listener, ...own },
    ...item.expose
      .filter(({ protocol }) => canConvert(egress(protocol), hosts.hostProtocol))
      .map((one) => ({ ...named(one, protocols), ...cluster, listener: egress(one.protocol), ...hosts })),
  ];
}

const AUTHORITY = /^[\w.-]{1,253}(?::\d{1,5})?$/;

/** What calls that are converted say as their authority: proxies of the providers know a service by it, where its protocol names hosts. */
function authorityOf(protocol: string, service: string, protocols: ProtocolTable): string {
  return protocols.namingOf(protocol)?.fieldsOf === undefined && AUTHORITY.test(service) ? service : '';
}

/** One answer for one list: whoever compiles what it is used in compares by identity. */
const places = new WeakMap<readonly Endpoint[], Map<string, ReturnType<typeof conversionPlace>>>();

function placeOf(
  endpoints: readonly Endpoint[],
  listener: string,
  canConvert: CanConvert,
): ReturnType<typeof conversionPlace> {
  const place = conversionPlace(endpoints, (protocol) => canConvert(listener, protocol));
  const known = places.get(endpoints) ?? new Map<string, typeof place>();
  places.set(endpoints, known);
  const last = known.get(place.protocol);
  if (last !== undefined) return last;
  known.set(place.protocol, place);
  return place;
}

function named(
  { dataId, protocol }: { readonly dataId: string; readonly protocol: string },
  protocols: ProtocolTable,
): Named {
  const service = serviceName(dataId);
  return { protocol, service, fields: protocols.namingOf(protocol)?.fieldsOf?.(service) ?? null, aliases: [] };
}

/**
 * Calls to what is published, and to what was taken back a moment ago: the first of the same name counts, and an address
 * leads to what has left only where nothing else is published at it.
 */
export function withLeaving(
  published: readonly RoutedService[],
  leaving: readonly RoutedService[],
  addressOf: (protocol: string) => string | null,
): RoutedService[] {
  const taken = new Set(published.map(nameOf));
  const left = leaving.filter((service) => {
    const name = nameOf(service);
    return !taken.has(name) && taken.add(name);
  });
  const listeners = new Set(published.map(({ listener }) => listener));
  return [
    ...withAddresses(published, addressOf),
    ...withAddresses(left, addressOf).map((service) =>
      listeners.has(service.listener) ? { ...service, aliases: [] } : service,
    ),
  ];
}

const nameOf = ({ listener, protocol, service }: RoutedService): string => `${listener}\n${protocol}\n${service}`;

/**
 * Callers that found an application in a registry call its address, and say nothing else as their authority. That is enough where
 * all names of a listener lead to one application.
 */
function withAddresses(
  services: readonly RoutedService[],
  addressOf: (protocol: string) => string | null,
): RoutedService[] {
  const targets = new Map<string, string | null>();
  for (const service of services) {
    if (service.fields !== null) continue;
    const target = targetOf(service);
    const known = targets.get(service.listener);
    targets.set(service.listener, known === undefined || known === target ? target : null);
  }
  return services.map((service) => {
    if (service.fields !== null || targets.get(service.listener) !== targetOf(service)) return service;
    // The first of several names has the address.
    targets.delete(service.listener);
    const address = addressOf(service.protocol);
    return address === null ? service : { ...service, aliases: [address] };
  });
}

const targetOf = ({ cluster, hostProtocol }: RoutedService): string => `${cluster}\n${hostProtocol}`;
