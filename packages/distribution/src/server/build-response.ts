import { encodeResource, encodeResponse } from '../wire/discovery.ts';
import { contentOf, parseHeldVersion } from '../wire/held-version.ts';
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
    const body = encodedResource(typeUrl, name, value);
    if (body.length + HEAD_BYTES > context.maxMessageBytes) {
      state.clean(name);
      held.rejectedVersion = value.version;
      held.rejectedReason = `not sent: ${body.length} bytes, a message holds ${context.maxMessageBytes}`;
      context.oversized(name, value.version, body.length);
      continue;
    }
    if (sizeBytes + body.length > context.maxMessageBytes) break;
    state.clean(name);
    if (held.rejectedVersion !== value.version) held.resent = 0;
    held.sent = value.version;
    held.sentAtMs = nowMs;
    sizeBytes += body.length;
    resources.push(body);
    sent.push({ name, version: value.version });
  }
  if (sent.length === 0 && removed.length === 0) return undefined;
  const { identifier } = context;
  const { nonce, bytes } =
    sent.length === 1 && removed.length === 0
      ? sharedResponse(resources[0] as Uint8Array, typeUrl, identifier)
      : encoded(context.nonce, resources);
  return { bytes, inFlight: { nonce, sentAtMs: nowMs, sent, removed, holdsSlot: true } };

  function encoded(own: string, all: readonly Uint8Array[]): SharedResponse {
    return { nonce: own, bytes: encodeResponse({ typeUrl, nonce: own, removed, identifier }, all) };
  }
}

interface SharedResponse {
  readonly nonce: string;
  readonly bytes: Uint8Array;
}

/** By the encoded resource, which is the same object for every client that gets it. */
const responseByResource = new WeakMap<Uint8Array, SharedResponse>();
let sharedResponses = 0;

/**
 * A change of one resource goes to many clients: its response is made once. The nonce is shared, too; that does, because a
 * client has one response under way at a time, and the same nonce always stands for the same content.
 */
function sharedResponse(resource: Uint8Array, typeUrl: string, identifier: string): SharedResponse {
  let shared = responseByResource.get(resource);
  if (shared === undefined) {
    const nonce = `s${++sharedResponses}`;
    shared = { nonce, bytes: encodeResponse({ typeUrl, nonce, removed: [], identifier }, [resource]) };
    responseByResource.set(resource, shared);
  }
  return shared;
}

/**
 * After a resynchronisation: what the client says it holds replaces what we believed. Returns what it says of the content,
 * empty when nothing.
 */
export function takeHeldVersion(state: TypeState, name: string, text: string): string {
  const { version, content } = parseHeldVersion(text);
  const held = state.hold(name);
  held.sent = version > 0 ? version : UNKNOWN;
  held.acked = Math.max(0, held.sent);
  return content;
}

/** By the value, which is the same object for every client that gets it. */
const contentByValue = new WeakMap<ResourceValue, string>();

/** Whether the client holds this version, and other bytes in it. */
export function differsFrom(value: ResourceValue, version: number, content: string): boolean {
  if (content === '' || version !== value.version) return false;
  let own = contentByValue.get(value);
  if (own === undefined) {
    own = contentOf(value.body);
    contentByValue.set(value, own);
  }
  return own !== content;
}
