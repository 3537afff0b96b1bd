import { ProtocolError } from '@weft/kit';
import { type Infer, listOf, mapOf, message, nested, text, uint32, uint64 } from './message.ts';
import type { RegistryClientMessage, RegistryServerMessage } from './registry.ts';
import { RuleAskMessage } from './rule-ask-message.ts';

export const REGISTRY_METHOD = '/weft.registry.v1.Registry/Session';

const Hello = message({ sessionId: text(1), leaseSeconds: uint32(2), asks: listOf(3, () => RuleAskMessage) });
const PublicationMessage = message({
  registId: text(1),
  dataId: text(2),
  instanceId: text(3),
  group: text(4),
  protocol: text(5),
  address: text(6),
  port: uint32(7),
  weight: uint32(8),
  metadata: mapOf(9, text(2)),
});
const Unpublish = message({ registId: text(1) });
const Empty = message({});
const Accepted = message({ registId: text(1), version: uint64(2) });
const Refused = message({ registId: text(1), reason: text(2) });
const Goaway = message({ reconnectAfterMs: uint32(1) });

const ClientEnvelope = message({
  hello: nested(1, () => Hello),
  publish: nested(2, () => PublicationMessage),
  unpublish: nested(3, () => Unpublish),
  renew: nested(4, () => Empty),
});
const ServerEnvelope = message({
  accepted: nested(1, () => Accepted),
  refused: nested(2, () => Refused),
  renewed: nested(3, () => Empty),
  goaway: nested(4, () => Goaway),
});

export function encodeRegistryClient(value: RegistryClientMessage): Uint8Array {
  switch (value.kind) {
    case 'hello':
      return ClientEnvelope.encode({ hello: value });
    case 'publish':
      return ClientEnvelope.encode({ publish: value.publication as Infer<typeof PublicationMessage> });
    case 'unpublish':
      return ClientEnvelope.encode({ unpublish: value });
    case 'renew':
      return ClientEnvelope.encode({ renew: {} });
  }
}

export function decodeRegistryClient(encoded: Uint8Array): RegistryClientMessage {
  const { hello, publish, unpublish, renew } = ClientEnvelope.decode(encoded);
  if (hello !== undefined) return { kind: 'hello', ...hello };
  if (publish !== undefined) return { kind: 'publish', publication: publish };
  if (unpublish !== undefined) return { kind: 'unpublish', ...unpublish };
  if (renew !== undefined) return { kind: 'renew' };
  throw new ProtocolError('an empty registry message');
}

export function encodeRegistryServer(value: RegistryServerMessage): Uint8Array {
  switch (value.kind) {
    case 'accepted':
      return ServerEnvelope.encode({ accepted: value });
    case 'refused':
      return ServerEnvelope.encode({ refused: value });
    case 'renewed':
      return ServerEnvelope.encode({ renewed: {} });
    case 'goaway':
      return ServerEnvelope.encode({ goaway: value });
  }
}

export function decodeRegistryServer(encoded: Uint8Array): RegistryServerMessage {
  const { accepted, refused, renewed, goaway } = ServerEnvelope.decode(encoded);
  if (accepted !== undefined) return { kind: 'accepted', ...accepted };
  if (refused !== undefined) return { kind: 'refused', ...refused };
  if (renewed !== undefined) return { kind: 'renewed' };
  if (goaway !== undefined) return { kind: 'goaway', ...goaway };
  throw new ProtocolError('an empty registry answer');
}
