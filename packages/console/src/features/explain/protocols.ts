import type { ExplainRequest } from '../../services/proxies.ts';

export type ExplainProtocol = ExplainRequest['protocol'];

interface ProtocolForm {
  readonly value: ExplainProtocol;
  readonly label: string;
  /** How a service of it is written; null where requests are described by host and path. */
  readonly service: string | null;
}

/** Protocols of the form, the first is what it begins with. */
export const PROTOCOL_FORMS: readonly ProtocolForm[] = [
  { value: 'Http1', label: 'HTTP/1.1', service: null },
  { value: 'Http2', label: 'HTTP/2', service: null },
  { value: 'gRPC', label: 'gRPC', service: 'com.example.RatingService' },
  { value: 'bolt', label: 'Bolt', service: 'com.example.RatingService:1.0' },
  { value: 'boltv2', label: 'Bolt v2', service: 'com.example.RatingService:1.0' },
  { value: 'dubbo', label: 'Dubbo', service: 'com.example.RatingService:1.0:blue' },
  { value: 'dubbo-thrift', label: 'Dubbo Thrift', service: 'com.example.RatingService$Iface' },
  { value: 'tars', label: 'Tars', service: 'Example.RatingServer.RatingObj' },
  { value: 'tri', label: 'Triple', service: 'com.example.RatingService:1.0:blue' },
];

export const EXPLAIN_PROTOCOLS: readonly ExplainProtocol[] = PROTOCOL_FORMS.map(({ value }) => value);

/** How a service of a protocol is written; null where requests are described by host and path. */
export function exampleService(protocol: ExplainProtocol): string | null {
  return PROTOCOL_FORMS.find(({ value }) => value === protocol)?.service ?? null;
}
