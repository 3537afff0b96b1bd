import { normalPath } from '@weft/kit/http-path';
import { boltDataId } from '@weft/schema/data-id';
import type { SystemField } from '@weft/schema/wire';
import { baggageOf, httpServiceId, type RuleRequest } from '@weft/sdk';

/** A request in words, for simulation and explanation. */
export interface RequestDescription {
  /** `http`, `grpc` or an RPC protocol such as `bolt`. */
  readonly protocol: string;
  readonly host?: string;
  readonly path?: string;
  /** HTTP verb, or method of an RPC. */
  readonly method?: string;
  /** RPC service. */
  readonly service?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly baggage?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly system?: Partial<Readonly<Record<SystemField, string>>>;
  /** Monotonic ms; the requests of a simulation come in this order. */
  readonly atMs?: number;
  /** How long the caller waits, ms. */
  readonly timeoutMs?: number;
  /** Port that the request comes to. */
  readonly localPort?: number;
  /** Connection that it comes over. */
  readonly connectionId?: number;
}

/** A described request as rules see requests. */
export function describedRequest(description: RequestDescription): RuleRequest {
  const {
    protocol,
    host = '',
    path = '',
    method = '',
    service = '',
    headers = {},
    baggage = {},
    labels = {},
    system = {},
  } = description;
  const isGrpc = protocol === 'grpc' || protocol === 'tri';
  const isHttp = isGrpc || protocol.toLowerCase().startsWith('http');
  const named = new Map(Object.entries(headers).map(([name, value]) => [isHttp ? name.toLowerCase() : name, value]));
  const query = path.indexOf('?');
  const request = {
    nowMs: description.atMs ?? 0,
    timeoutMs: description.timeoutMs ?? 0,
    localPort: description.localPort ?? 0,
    connectionId: description.connectionId ?? 0,
    isHttp,
    host,
    service: isHttp && !isGrpc ? '' : service.replace(/@DEFAULT$/, ''),
    method: isHttp && !isGrpc ? '' : method,
    httpMethod: isGrpc ? 'POST' : isHttp ? method : '',
    path: normalPath(query < 0 ? path : path.slice(0, query)),
    header: (name: string) => named.get(name) ?? '',
    baggage: (name: string): string => baggage[name] ?? baggageOf(request, name),
    label: (name: string) => labels[name] ?? '',
    system(field: SystemField): string {
      const given = system[field];
      if (given !== undefined) return given;
      switch (field) {
        case 'http.method':
          return request.httpMethod;
        case 'http.path':
          return request.path;
        case 'destination.method.name':
          return request.method || request.httpMethod;
        case 'destination.service.name':
          return requestService(request);
        case 'traffic.type':
          return 'online';
        default:
          return '';
      }
    },
  };
  return request;
}

/** The dataId of the service that a request calls. */
export function requestService(request: Pick<RuleRequest, 'isHttp' | 'host' | 'service'>): string {
  if (!request.isHttp) return boltDataId(request.service);
  return httpServiceId(request.host, request.service);
}
