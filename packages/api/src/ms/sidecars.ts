import { type Static, Type } from 'typebox';
import { Body, Instant, Nullable, OneOf, TextMap } from '../contract/index.ts';
import { Message } from '../messages/index.ts';
import { ExplainStep } from './rule-objects.ts';

/** Levels of logs, the most severe first; a log has its own and everything before it. */
export const LOG_LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;

export const SIDECAR_STATES = ['Running', 'Terminated', 'Waiting', 'Unknown'] as const;
export const POD_STATES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

export const Sidecar = Type.Object({
  proxyId: Type.String(),
  name: Type.String({ description: 'app and version label' }),
  version: Type.String({ description: 'version of Weft' }),
  app: Type.String(),
  podName: Type.String({ description: 'host name where there is no Pod' }),
  podIp: Type.String(),
  port: Nullable(Type.Integer({ description: 'least port that it publishes; null without a publication' })),
  podState: OneOf(POD_STATES, 'state of the Pod or process'),
  state: OneOf(SIDECAR_STATES, 'Unknown: no report for 90 s'),
  stateReason: Type.String(),
  createdAt: Instant('start'),
  lastSeenAt: Instant('last report'),
  connected: Type.Boolean(),
  healthy: Nullable(Type.Boolean()),
  zone: Type.String(),
  dataCenter: Type.String(),
  cluster: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  configDigest: Type.String(),
  rps: Type.Number(),
  cpuPercent: Nullable(Type.Number({ description: 'of one core' })),
  rssBytes: Nullable(Type.Integer()),
  connections: Nullable(Type.Integer()),
});
export type Sidecar = Static<typeof Sidecar>;
export const SidecarDetail = Type.Object({
  ...Sidecar.properties,
  pid: Nullable(Type.Integer()),
  components: Type.Array(Type.Object({ name: Type.String(), health: Type.Boolean(), message: Type.String() })),
  degraded: Type.Array(Type.String()),
  values: Type.Array(
    Type.Object({
      dataId: Type.String(),
      sentVersion: Type.Integer(),
      appliedVersion: Type.Integer(),
      state: Type.String(),
      reason: Type.String(),
    }),
  ),
  publications: Type.Array(Type.Object({ dataId: Type.String(), address: Type.String(), protocol: Type.String() })),
  subscriptions: Type.Array(Type.Object({ dataId: Type.String(), endpoints: Type.Integer() })),
  events: Type.Array(Type.Object({ at: Instant('when'), kind: Type.String(), message: Type.String() })),
});
export type SidecarDetail = Static<typeof SidecarDetail>;

/** A proxy reports every second: one that is connected and did not for so long hangs, or its machine does. Clocks of two machines may differ by a part of it. */
export const SILENT_AFTER_MS = 10_000;

/** Protocols whose requests can be described. */
export const EXPLAINED_PROTOCOLS = [
  'Http1',
  'Http2',
  'gRPC',
  'bolt',
  'boltv2',
  'dubbo',
  'dubbo-thrift',
  'tars',
  'tri',
] as const;
export type ExplainedProtocol = (typeof EXPLAINED_PROTOCOLS)[number];

export const ExplainBody = Body({
  proxyId: Type.String({ minLength: 1, maxLength: 64, description: 'proxy that is asked' }),
  protocol: OneOf(EXPLAINED_PROTOCOLS, 'protocol of the request'),
  listener: Type.Optional(Type.String({ maxLength: 256, description: 'only this listener' })),
  method: Type.Optional(Type.String({ maxLength: 1024, description: 'verb, or RPC method' })),
  authority: Type.Optional(Type.String({ maxLength: 512, description: 'host' })),
  path: Type.Optional(Type.String({ maxLength: 8192, description: 'path with query' })),
  service: Type.Optional(
    Type.String({
      maxLength: 512,
      description: 'RPC service, for Dubbo and Triple with version and group: interface[:version][:group]',
    }),
  ),
  headers: Type.Optional(TextMap('headers or attachments', 8192)),
  sourceIp: Type.Optional(
    Type.String({ maxLength: 64, description: 'address of the caller; what rules ask of it is not known without' }),
  ),
});
export const REFUSED_CAUSES = [
  'no-key',
  'incomplete',
  'unknown-key',
  'disabled-key',
  'signature',
  'clock',
  'not-opened',
  'not-started',
] as const;
/** Somebody whose connections are refused for their key; gone from the list when it is let in, or has not tried for a day. */
export const RefusedConnection = Type.Object({
  proxyId: Type.String({ description: 'by its own word; empty when it says none' }),
  app: Type.String({ description: 'by its own word' }),
  address: Type.String({ description: 'where it comes from, without the port' }),
  accessKeyId: Type.String({ description: 'by its own word; empty when it has none' }),
  cause: OneOf(REFUSED_CAUSES, 'why'),
  reason: Type.String(),
  reasonMessage: Message,
  advice: Type.String({ description: 'what to do' }),
  adviceMessage: Message,
  count: Type.Integer({ description: 'streams refused; a proxy opens several at a time' }),
  firstAt: Instant('first one'),
  lastAt: Instant('last one'),
});
export type RefusedConnection = Static<typeof RefusedConnection>;

export const ExplainResult = Type.Object({
  proxyId: Type.String(),
  verdict: Type.String({ description: 'one sentence: where the request goes, or who refuses it and why' }),
  verdictMessage: Message,
  ok: Type.Boolean(),
  steps: Type.Array(ExplainStep),
  raw: Type.Unknown({ description: 'as the proxy answered' }),
});
export type ExplainResult = Static<typeof ExplainResult>;
