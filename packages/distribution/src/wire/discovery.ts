/**
 * The messages of `envoy.service.discovery.v3` as far as incremental discovery needs them, wire-compatible with Envoy's and
 * gRPC's. Field numbers are those of the public API.
 */
import {
  bool,
  bytes,
  double,
  type Infer,
  int32,
  list,
  listOf,
  type Message,
  mapOf,
  message,
  nested,
  text,
} from './message.ts';
import type { NodeInfo } from './node.ts';

export const DELTA_METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';

/** google.protobuf.Any */
export const Any = message({ typeUrl: text(1), value: bytes(2) });
/** google.rpc.Status */
export const Status = message({ code: int32(1), message: text(2), details: listOf(3, () => Any) });

interface StructValue {
  readonly number: number;
  readonly text: string;
  readonly bool: boolean;
  readonly struct: { readonly fields: Readonly<Record<string, StructValue | undefined>> } | undefined;
}
/** google.protobuf.Value without lists, which no node of ours sends. */
const Value: Message<StructValue> = message({
  number: double(2),
  text: text(3),
  bool: bool(4),
  struct: nested(5, (): Message<NonNullable<StructValue['struct']>> => Struct),
});
const Struct: Message<{ fields: Readonly<Record<string, StructValue | undefined>> }> = message({
  fields: mapOf(
    1,
    nested(2, () => Value),
  ),
});
const Locality = message({ region: text(1), zone: text(2), subZone: text(3) });

const Node = message({
  id: text(1),
  cluster: text(2),
  metadata: nested(3, () => Struct),
  locality: nested(4, () => Locality),
  userAgentName: text(6),
  userAgentVersion: text(7),
});

const Resource = message({
  version: text(1),
  resource: nested(2, () => Any),
  name: text(3),
});

export const DeltaRequest = message({
  node: nested(1, () => Node),
  typeUrl: text(2),
  subscribe: list(text(3)),
  unsubscribe: list(text(4)),
  initialVersions: mapOf(5, text(2)),
  responseNonce: text(6),
  errorDetail: nested(7, () => Status),
});
export type DeltaRequest = Infer<typeof DeltaRequest>;

const ControlPlane = message({ identifier: text(1) });

export const DeltaResponse = message({
  systemVersion: text(1),
  resources: listOf(2, () => Resource),
  typeUrl: text(4),
  nonce: text(5),
  removed: list(text(6)),
  controlPlane: nested(7, () => ControlPlane),
});
export type DeltaResponse = Infer<typeof DeltaResponse>;

/** The tag of `DeltaResponse.resources`, for responses put together from resources encoded before. */
const RESOURCES_TAG = 0x12;

/** One resource as it stands in a response, tag and length included: encoded once, sent to many. */
export function encodeResource(name: string, version: number, typeUrl: string, body: Uint8Array): Uint8Array {
  const inner = Resource.encode({ name, version: String(version), resource: { typeUrl, value: body } });
  const head: number[] = [RESOURCES_TAG];
  let length = inner.length;
  while (length > 0x7f) {
    head.push((length & 0x7f) | 0x80);
    length >>>= 7;
  }
  head.push(length);
  const encoded = new Uint8Array(head.length + inner.length);
  encoded.set(head);
  encoded.set(inner, head.length);
  return encoded;
}

/** A response of resources that `encodeResource` gave. */
export function encodeResponse(
  head: {
    readonly typeUrl: string;
    readonly nonce: string;
    readonly removed: readonly string[];
    readonly identifier: string;
  },
  resources: readonly Uint8Array[],
): Uint8Array {
  const rest = DeltaResponse.encode({
    typeUrl: head.typeUrl,
    nonce: head.nonce,
    removed: head.removed,
    controlPlane: head.identifier === '' ? undefined : { identifier: head.identifier },
  });
  return Buffer.concat([...resources, rest]);
}

const textValue = (value: string): StructValue => ({ text: value, number: 0, bool: false, struct: undefined });
const numberValue = (value: number): StructValue => ({ text: '', number: value, bool: false, struct: undefined });

export function nodeToMessage(node: NodeInfo): Infer<typeof Node> {
  const labels: Record<string, StructValue> = {};
  for (const [key, value] of Object.entries(node.labels)) labels[key] = textValue(value);
  return {
    id: node.id,
    cluster: node.cluster,
    metadata: {
      fields: {
        APP: textValue(node.app),
        IP: textValue(node.ip),
        PID: numberValue(node.pid),
        STARTED_AT: numberValue(node.startedAtMs),
        ADMIN_PORT: numberValue(node.adminPort),
        LABELS: { text: '', number: 0, bool: false, struct: { fields: labels } },
      },
    },
    locality: { region: node.dataCenter, zone: node.zone, subZone: '' },
    userAgentName: 'weft',
    userAgentVersion: node.version,
  };
}

/** A foreign client's node: what it does not say is empty. `LABELS` is read in our form only. */
export function nodeFromMessage(message: Infer<typeof Node>): NodeInfo {
  const fields = message.metadata?.fields ?? {};
  const labels: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(fields['LABELS']?.struct?.fields ?? {})) labels[key] = value?.text ?? '';
  return {
    id: message.id,
    app: fields['APP']?.text ?? '',
    ip: fields['IP']?.text ?? '',
    zone: message.locality?.zone ?? '',
    dataCenter: message.locality?.region ?? '',
    cluster: message.cluster,
    labels,
    version: message.userAgentVersion,
    pid: fields['PID']?.number ?? 0,
    startedAtMs: fields['STARTED_AT']?.number ?? 0,
    adminPort: fields['ADMIN_PORT']?.number ?? 0,
  };
}

export function encodeNode(node: NodeInfo): Uint8Array {
  return Node.encode(nodeToMessage(node));
}

export function decodeNode(encoded: Uint8Array): NodeInfo {
  return nodeFromMessage(Node.decode(encoded));
}
