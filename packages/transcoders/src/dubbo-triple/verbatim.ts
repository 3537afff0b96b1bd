import { Hessian2Reader, Hessian2Skipper } from '@weft/hessian';
import { ProtocolError } from '@weft/kit';
import { DEFAULT_MAX_BODY_BYTES, hessianReadLimits } from '../common/values/index.ts';

/**
 * Values that go over byte by byte. What stands alone in a message needs not be read: its references and classes are its own
 * on both sides. Several arguments of Dubbo share theirs, and are written anew for Triple.
 */
const KIND_EXCEPTION = 0x90;
const KIND_VALUE = 0x91;
const KIND_NULL = 0x92;
const WITH_ATTACHMENTS = 3;
const NULL = 0x4e;
const NULL_VALUE = Buffer.from([NULL]);
const EMPTY_MAP = Buffer.from('HZ');

/** One for the thread: it keeps nothing between calls. */
const skipper = new Hessian2Skipper();

/** A value, and what stands behind it: a map of attachments, or null. */
export interface ValueAndMap {
  readonly value: Buffer;
  readonly map: unknown;
}

/** Whether the bytes are one value and nothing else. */
export function isOneValue(bytes: Buffer): boolean {
  skipper.begin();
  return skipper.skip(bytes, 0, bytes.length) === bytes.length;
}

/** The only argument of a call of Dubbo and its attachments; null where these refer to what the argument holds. */
export function splitArgument(body: Buffer, maxBodyBytes?: number): ValueAndMap | null {
  return split(body, 0, maxBodyBytes);
}

/** The same of an answer with status 20; null also for one that is of no kind. */
export function splitAnswer(body: Buffer, maxBodyBytes?: number): (ValueAndMap & { readonly thrown: boolean }) | null {
  const first = body[0] ?? 0;
  if (first < KIND_EXCEPTION || first >= KIND_EXCEPTION + 2 * WITH_ATTACHMENTS) return null;
  const kind = KIND_EXCEPTION + ((first - KIND_EXCEPTION) % WITH_ATTACHMENTS);
  const parts = kind === KIND_NULL ? withMap(body, NULL_VALUE, 1, maxBodyBytes) : split(body, 1, maxBodyBytes);
  return parts === null ? null : { ...parts, thrown: kind === KIND_EXCEPTION };
}

/** A body of Dubbo with this argument alone, and an empty map of attachments. */
export function argumentBody(value: Buffer): Buffer {
  return Buffer.concat([value, EMPTY_MAP]);
}

/**
 * The class of a value as far as its first byte tells, for the `type` of an answer: consumers go by what their interface
 * declares.
 */
export function classOf(value: Buffer): string {
  const tag = value[0] ?? NULL;
  if (tag < 0x20 || (tag >= 0x30 && tag < 0x34) || tag === 0x52 || tag === 0x53) return 'java.lang.String';
  if (tag === 0x49 || (tag >= 0x80 && tag < 0xd8)) return 'java.lang.Integer';
  if (tag === 0x4c || tag === 0x59 || tag >= 0xd8 || (tag >= 0x38 && tag < 0x40)) return 'java.lang.Long';
  if (tag === 0x44 || (tag >= 0x5b && tag < 0x60)) return 'java.lang.Double';
  return tag === 0x46 || tag === 0x54 ? 'java.lang.Boolean' : 'java.lang.Object';
}

/** An answer of Dubbo with status 20. */
export function answerBody(value: Buffer, thrown: boolean): Buffer {
  if (value.length === 1 && value[0] === NULL && !thrown) return Buffer.from([KIND_NULL]);
  return Buffer.concat([Buffer.from([thrown ? KIND_EXCEPTION : KIND_VALUE]), value]);
}

function split(body: Buffer, at: number, maxBodyBytes?: number): ValueAndMap | null {
  skipper.begin();
  const end = skipper.skip(body, at, body.length);
  return end < 0 ? null : withMap(body, body.subarray(at, end), end, maxBodyBytes);
}

/** Null where what stands at `at` cannot be read by itself. */
function withMap(body: Buffer, value: Buffer, at: number, maxBodyBytes = DEFAULT_MAX_BODY_BYTES): ValueAndMap | null {
  if (at >= body.length) return { value, map: null };
  try {
    return { value, map: new Hessian2Reader(body, at, body.length, hessianReadLimits(maxBodyBytes)).read() };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
