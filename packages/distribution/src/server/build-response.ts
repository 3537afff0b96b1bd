import { encodeResource, encodeResponse } from '../wire/discovery.ts';
import type { NodeIdentity } from '../wire/node.ts';
import type { ResourceSource, ResourceValue } from './contract.ts';
import { ABSENT, type InFlight, PRESSING, type TypeState, UNKNOWN } from './type-state.ts';

/** For type URL, nonce and identifier. */
const HEAD_BYTES = 4096;

/** Encoded resources, shared by all clients that are sent the same value. */
const encodedByValue = new WeakMap<ResourceValue, { readonly name: string; readonly encoded: Uint8Array }>();

function encodedResource(typeUrl: string, name: string, value: ResourceValue): Uint8Array {
  const cached = encodedByValue.get(value);
  if (cached?.name === name) return cached.encoded;
  const encoded = encodeResource(name, value.version, typeUrl, value.body);
  encodedByValue.set(value, { name, encoded });
  return encoded;
}

export interface BuildContext {
  readonly source: ResourceSource;
  readonly node: NodeIdentity;
  readonly frozen: boolean;
  readonly maxMessageBytes: number;
  readonly identifier: string;
  readonly nonce: string;
  readonly nowMs: number;
  /** The source gave a version below one that the client had. */
  regressed(name: string, had: number, given: number): void;
  oversized(name: string, version: number, sizeBytes: number): void;
}

export interface BuiltResponse {
  readonly bytes: Uint8Array;
  readonly inFlight: InFlight;
}

/**
 * Puts what is dirty into one response, up to its limit; what does not fit stays dirty. Undefined: there is nothing to
 * say.
 */
export function buildResponse(state: TypeState, context: BuildContext): BuiltResponse | undefined {
  const { typeUrl } = state;
  const { source, node, nowMs } = context;
  const resources: Uint8Array[] = [];
  const sent: { name: string; version: number }[] = [];
  const removed: string[] = [];
  let sizeBytes = HEAD_BYTES;

  for (const [name, urgency] of state.dirty) {
    if (context.frozen && urgency !== PRESSING) continue;
    if (!state.wants(name) && !state.held.has(name)) {
      state.clean(name);
      continue;
    }
    const value = source.get(name, node);
    if (value === null) {
      state.clean(name);
      continue;
    }
    if (value === undefined) {
      if (sizeBytes + name.length * 3 > context.maxMessageBytes && sizeBytes > HEAD_BYTES) break;
      state.clean(name);
      const held = state.held.get(name);
      // A name of a wildcard that the client never had needs no removal.
      if (held === undefined && !state.names.has(name)) continue;
      if (held?.sent === ABSENT) continue;
      const entry = state.hold(name);
      entry.sent = ABSENT;
      entry.sentAtMs = nowMs;
      removed.push(name);
      sizeBytes += name.length * 3;
      continue;
    }
    const held = state.hold(name);
    if (value.version === held.sent) {
      state.clean(name);
      continue;
    }
    if (held.sent > 0 && value.version < held.sent) {
      state.clean(name);
      context.regressed(name, held.sent, value.version);
      continue;
    }
    const encoded = encodedResource(typeUrl, name, value);
    if (encoded.length + HEAD_BYTES > context.maxMessageBytes) {
      state.clean(name);
      held.rejectedVersion = value.version;
      held.rejectedReason = `not sent: ${encoded.length} bytes, a message holds ${context.maxMessageBytes}`;
      context.oversized(name, value.version, encoded.length);
      continue;
    }
    if (sizeBytes + encoded.length > context.maxMessageBytes) break;
    state.clean(name);
    if (held.rejectedVersion !== value.version) held.resent = 0;
    held.sent = value.version;
    held.sentAtMs = nowMs;
    sizeBytes += encoded.length;
    resources.push(encoded);
    sent.push({ name, version: value.version });
  }
  if (sent.length === 0 && removed.length === 0) return undefined;
  const { nonce, identifier } = context;
  return {
    bytes: encodeResponse({ typeUrl, nonce, removed, identifier }, resources),
    inFlight: { nonce, sentAtMs: nowMs, sent, removed, holdsSlot: true },
  };
}

/** After a resynchronisation: what the client says it holds replaces what we believed. */
export function takeHeldVersion(state: TypeState, name: string, text: string): void {
  const version = Number(text);
  const held = state.hold(name);
  held.sent = Number.isSafeInteger(version) && version > 0 ? version : UNKNOWN;
  held.acked = Math.max(0, held.sent);
}
