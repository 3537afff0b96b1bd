import type { ExtensionEntry } from '@weft/sdk';

/** The built-in extensions, one line each. Nothing is loaded before a configuration names it. */
export const extensions: readonly ExtensionEntry[] = [
  { kind: 'protocol', name: 'Http1', load: async () => (await import('@weft/protocols/http1')).http1 },
  { kind: 'protocol', name: 'Http2', load: async () => (await import('@weft/protocols/http2')).http2 },
  { kind: 'protocol', name: 'bolt', load: async () => (await import('@weft/protocols/bolt')).bolt },
  { kind: 'protocol', name: 'boltv2', load: async () => (await import('@weft/protocols/bolt')).boltv2 },
  { kind: 'protocol', name: 'dubbo', load: async () => (await import('@weft/protocols/dubbo')).dubbo },
  { kind: 'protocol', name: 'dubbo-thrift', load: async () => (await import('@weft/protocols/dubbo-thrift')).dubboThrift },
  { kind: 'protocol', name: 'tars', load: async () => (await import('@weft/protocols/tars')).tars },
  { kind: 'protocol', name: 'tcp', load: async () => (await import('@weft/protocols/tcp')).tcp },
  { kind: 'protocol', name: 'tri', load: async () => (await import('@weft/protocols/triple')).createTriple((await import('@weft/protocols/http1')).http1 as never) },
  { kind: 'network-filter', name: 'proxy', load: async () => (await import('@weft/filters/network/proxy')).proxy },
  { kind: 'network-filter', name: 'tcp_proxy', load: async () => (await import('@weft/filters/network/tcp-proxy')).tcpProxy },
  { kind: 'stream-filter', name: 'fault', load: async () => (await import('@weft/filters/stream/fault')).fault },
  { kind: 'stream-filter', name: 'ip_access', load: async () => (await import('@weft/filters/stream/ip-access')).ipAccess },
  { kind: 'stream-filter', name: 'payload_limit', load: async () => (await import('@weft/filters/stream/payload-limit')).payloadLimit },
  { kind: 'load-balancer', name: 'LB_ROUNDROBIN', load: async () => (await import('@weft/load-balancers/round-robin')).roundRobin },
  { kind: 'load-balancer', name: 'LB_RANDOM', load: async () => (await import('@weft/load-balancers/random')).random },
  { kind: 'load-balancer', name: 'LB_WEIGHTED_ROUNDROBIN', load: async () => (await import('@weft/load-balancers/weighted-round-robin')).weightedRoundRobin },
  { kind: 'load-balancer', name: 'LB_LEAST_REQUEST', load: async () => (await import('@weft/load-balancers/least-request')).leastRequest },
  { kind: 'governance-rule', name: 'limit', load: async () => (await import('@weft/governance/rate-limit')).rateLimit },
  { kind: 'governance-rule', name: 'auth', load: async () => (await import('@weft/governance/auth')).auth },
  { kind: 'governance-rule', name: 'fuse', load: async () => (await import('@weft/governance/fuse')).fuse },
  { kind: 'governance-rule', name: 'fault-inject', load: async () => (await import('@weft/governance/fault-inject')).faultInject },
  { kind: 'health-checker', name: 'tcp', load: async () => (await import('@weft/health-checkers/tcp')).tcp },
  { kind: 'health-checker', name: 'Http1', load: async () => (await import('@weft/health-checkers/http')).http },
];
