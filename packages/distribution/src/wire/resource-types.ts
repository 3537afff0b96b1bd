import { createHash } from 'node:crypto';
import { ProtocolError } from '@weft/kit';
import { bool, bytes, type Infer, listOf, mapOf, message, text, uint32, uint64 } from './message.ts';
import type { DynamicValue, ResourceType, ServiceEndpoints } from './resources.ts';

const TYPE_PREFIX = 'type.googleapis.com/mesh.weft.io.v1.';
export const DYNAMIC_VALUE_TYPE = `${TYPE_PREFIX}DynamicValue`;
export const SERVICE_ENDPOINTS_TYPE = `${TYPE_PREFIX}ServiceEndpoints`;
/** Carries digests: a client subscribes to `<type URL>=<sha256>`, a server that holds another answers with that type. */
export const CONFIG_DIGEST_TYPE = `${TYPE_PREFIX}ConfigDigest`;
const RESOURCE_ERRORS_TYPE = `${TYPE_PREFIX}ResourceErrors`;

/** The value's bytes are not those that were sent: worth sending again, unlike one that is wrong in itself. */
export class DamagedValueError extends ProtocolError {}

const DynamicValueMessage = message({
  dataId: text(1),
  version: uint64(2),
  value: bytes(3),
  sha256: text(4),
  gray: bool(5),
});

function sha256(value: Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}

export const dynamicValueType: ResourceType<DynamicValue> = {
  typeUrl: DYNAMIC_VALUE_TYPE,
  encode: (value) => DynamicValueMessage.encode({ ...value, sha256: sha256(value.value) }),
  decode(body) {
    const value = DynamicValueMessage.decode(body);
    const found = sha256(value.value);
    if (found !== value.sha256) {
      throw new DamagedValueError(`sha256 of the value is ${found}, the message says ${value.sha256 || 'nothing'}`);
    }
    return value;
  },
};

const EndpointMessage = message({
  address: text(1),
  port: uint32(2),
  weight: uint32(3),
  zone: text(4),
  dataCenter: text(5),
  app: text(6),
  proxyId: text(7),
  enabled: bool(8),
  metadata: mapOf(9, text(2)),
  isolatedMs: uint64(10),
});
const ServiceEndpointsMessage = message({
  dataId: text(1),
  version: uint64(2),
  endpoints: listOf(3, () => EndpointMessage),
  confirmed: bool(4),
  protectThreshold: uint32(5),
});

export const serviceEndpointsType: ResourceType<ServiceEndpoints> = {
  typeUrl: SERVICE_ENDPOINTS_TYPE,
  encode: (value) => ServiceEndpointsMessage.encode(value as Infer<typeof ServiceEndpointsMessage>),
  decode: (body) => ServiceEndpointsMessage.decode(body),
};

/** Bytes as they are, for types whose owner reads them itself. */
export function opaqueType(typeUrl: string): ResourceType<Uint8Array> {
  return { typeUrl, encode: (value) => value, decode: (body) => body };
}

/** Why one resource of a response was not applied. */
const ResourceErrorMessage = message({
  name: text(1),
  version: uint64(2),
  reason: text(3),
  /** The bytes were damaged on the way: send the same version again. */
  damaged: bool(4),
});
const ResourceErrorsMessage = message({ errors: listOf(1, () => ResourceErrorMessage) });
export type ResourceError = Infer<typeof ResourceErrorMessage>;

const INTERNAL = 13;
/** Of each reason; a longer one is cut. */
const MAX_REASON_CHARS = 2000;

export function resourceErrorsToStatus(errors: readonly ResourceError[]) {
  const cut = errors.map((error) => ({ ...error, reason: error.reason.slice(0, MAX_REASON_CHARS) }));
  const [first] = cut;
  return {
    code: INTERNAL,
    message: `${cut.length} rejected; ${first?.name}: ${first?.reason}`.slice(0, MAX_REASON_CHARS),
    details: [{ typeUrl: RESOURCE_ERRORS_TYPE, value: ResourceErrorsMessage.encode({ errors: cut }) }],
  };
}

/** `undefined`: the peer does not say which, so all of the response are rejected. */
export function resourceErrorsFromStatus(
  details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[],
): readonly ResourceError[] | undefined {
  const found = details.find(({ typeUrl }) => typeUrl === RESOURCE_ERRORS_TYPE);
  return found === undefined ? undefined : ResourceErrorsMessage.decode(found.value).errors;
}

/** `name=version\n` sorted by name (code units), SHA-256, lower-case hex. */
export function digestOf(versions: Iterable<readonly [name: string, version: number]>): string {
  const lines: string[] = [];
  for (const [name, version] of versions) if (version > 0) lines.push(`${name}=${version}\n`);
  const hash = createHash('sha256');
  for (const line of lines.sort()) hash.update(line);
  return hash.digest('hex');
}
