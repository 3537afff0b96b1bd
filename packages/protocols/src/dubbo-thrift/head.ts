import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap, RequestHead, ResponseHead } from '@weft/sdk';
import { readUint32, writeUint32 } from '../common/framed/uint32.ts';
import { REJECT_HEADER, RULE_HEADER } from '../common/refusal-headers.ts';
import { RpcHead } from '../common/rpc-head.ts';
import { sharedUtf8 } from '../common/shared-text.ts';
import type { FrameReader } from './decode.ts';
import {
  EXCEPTION_TYPE_FIELD,
  FieldType,
  FRAME_BYTES,
  MESSAGE_LENGTH_AT,
  MessageType,
  REJECT_FIELD,
  RULE_FIELD,
  SERVICE_AT,
} from './frame.ts';
import { ExceptionType, NO_EXCEPTION, toHttpStatus } from './status.ts';

/** The head of one frame, as a view over the bytes received. There are no headers beside its names, and no place for any. */
abstract class DubboThriftHead extends RpcHead implements HeaderMap {
  protected bytes: Buffer;
  protected start: number;
  readonly contentLength: number;
  readonly wireBytes: number;
  readonly #idAt: number;
  #kept = false;

  constructor(bytes: Buffer, start: number, frame: FrameReader) {
    super();
    this.bytes = bytes;
    this.start = start;
    this.wireBytes = frame.headBytes;
    this.contentLength = frame.frameBytes - frame.headBytes;
    this.#idAt = frame.idAt;
  }

  get protocol(): 'dubbo-thrift' {
    return 'dubbo-thrift';
  }

  get family(): 'dubbo-thrift' {
    return 'dubbo-thrift';
  }

  get(_name: string): string | undefined {
    return undefined;
  }

  getAll(name: string): readonly string[] {
    const value = this.get(name);
    return value === undefined ? [] : [value];
  }

  set(_name: string, _value: string): void {}
  add(_name: string, _value: string): void {}
  remove(_name: string): void {}
  forEach(_visit: (name: string, value: string) => void): void {}

  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    this.bytes = Buffer.from(this.bytes.subarray(this.start, this.start + this.keptBytes));
    this.start = 0;
  }

  /** Bytes of the frame that a copy needs. */
  protected get keptBytes(): number {
    return this.wireBytes;
  }

  /** Appends the head with another id; `contentLength` is what follows. */
  encode(out: OutputBuffer, idHigh: number, idLow: number, contentLength: number): void {
    const length = this.wireBytes;
    const at = out.reserve(length);
    const target = out.buffer;
    this.bytes.copy(target, at, this.start, this.start + length);
    const size = length + contentLength - FRAME_BYTES;
    writeUint32(target, at, size);
    writeUint32(target, at + MESSAGE_LENGTH_AT, size);
    writeUint32(target, at + this.#idAt, idHigh);
    writeUint32(target, at + this.#idAt + 4, idLow);
    out.position = at + length;
  }
}

export class DubboThriftRequestHead extends DubboThriftHead implements RequestHead {
  readonly oneWay: boolean;
  readonly servicePath: string;
  readonly #method: string;
  /** Service and path as bytes, for an answer of our own. */
  readonly names: Uint8Array;
  readonly idHigh: number;
  readonly idLow: number;
  readonly sequence: number;

  constructor(bytes: Buffer, start: number, frame: FrameReader) {
    super(bytes, start, frame);
    this.oneWay = frame.type === MessageType.ONE_WAY;
    this.servicePath = sharedUtf8(bytes, start + SERVICE_AT + 4, start + frame.serviceEnd);
    this.#method = frame.type === 0 ? '' : sharedUtf8(bytes, start + frame.methodAt, start + frame.methodEnd);
    this.names = Buffer.from(bytes.subarray(start + SERVICE_AT, start + frame.idAt));
    this.idHigh = frame.idHigh;
    this.idLow = frame.idLow;
    this.sequence = frame.type === 0 ? 0 : readUint32(bytes, start + frame.methodEnd);
  }

  /** `interface@dubbo-thrift`, as registries and rules name a service; neither version nor group is on the wire. */
  get service(): string {
    return `${this.servicePath}@dubbo-thrift`;
  }

  get method(): string {
    return this.#method;
  }

  /** The names of a frame stay as they are. */
  set method(_value: string) {}

  /** No deadline is on the wire. */
  get timeoutMs(): number {
    return 0;
  }

  override get(name: string): string | undefined {
    if (name === 'service') return this.servicePath;
    return name === 'method' && this.#method !== '' ? this.#method : undefined;
  }
}

export class DubboThriftResponseHead extends DubboThriftHead implements ResponseHead {
  /** Type of the exception, -1 for a result. */
  readonly nativeStatus: number;
  /** The result is an exception that the interface declares. */
  readonly applicationError: boolean;
  /** Content that goes out in place of what came; null when it goes out as it came. */
  newContent: Buffer | null = null;
  #refusal: ReadException;

  constructor(bytes: Buffer, start: number, frame: FrameReader) {
    super(bytes, start, frame);
    const contentAt = start + frame.headBytes;
    const end = start + frame.frameBytes;
    const isException = frame.type === MessageType.EXCEPTION;
    const read = isException && frame.gathered ? readException(bytes, contentAt, end) : UNREADABLE;
    this.#refusal = read;
    this.nativeStatus = isException ? read.type : NO_EXCEPTION;
    // A result is the field 0 of its struct.
    this.applicationError =
      frame.type === MessageType.REPLY &&
      frame.gathered &&
      end - contentAt >= 3 &&
      bytes[contentAt] !== FieldType.STOP &&
      ((bytes[contentAt + 1] as number) | (bytes[contentAt + 2] as number)) !== 0;
  }

  get status(): number {
    return toHttpStatus(this.nativeStatus);
  }

  /** Which rule of the service refused: all that an answer says beside its result. */
  override get(name: string): string | undefined {
    if (name === REJECT_HEADER) return this.#refusal.word || undefined;
    return name === RULE_HEADER ? this.#refusal.rule || undefined : undefined;
  }

  /** Takes the field out of the exception that says it. */
  override remove(name: string): void {
    if (this.get(name) === undefined) return;
    const { bytes, start, wireBytes } = this;
    const content = this.newContent ?? bytes.subarray(start + wireBytes, start + wireBytes + this.contentLength);
    this.newContent = withoutField(content, name === REJECT_HEADER ? REJECT_FIELD : RULE_FIELD);
    this.#refusal = readException(this.newContent, 0, this.newContent.length);
  }

  protected override get keptBytes(): number {
    const { word, rule } = this.#refusal;
    return word === '' && rule === '' ? this.wireBytes : this.wireBytes + this.contentLength;
  }
}

/** What a TApplicationException says: its type, and in fields of ours which rule refused. */
interface ReadException {
  readonly type: number;
  readonly word: string;
  readonly rule: string;
}

const UNREADABLE: ReadException = { type: ExceptionType.UNKNOWN, word: '', rule: '' };
/** Longest text of a field of ours. */
const MAX_TOLD_BYTES = 64;

function readException(bytes: Buffer, at: number, end: number): ReadException {
  let { type, word, rule } = UNREADABLE;
  let field = at;
  for (let next = fieldEnd(bytes, field, end); next > 0; next = fieldEnd(bytes, field, end)) {
    const id = bytes.readUInt16BE(field + 1);
    const isText = bytes[field] === FieldType.TEXT;
    const fits = isText && next - field - FIELD_HEAD_BYTES <= MAX_TOLD_BYTES;
    if (!isText && id === EXCEPTION_TYPE_FIELD) type = readUint32(bytes, field + 3) & 0xff;
    else if (fits && id === REJECT_FIELD) word = bytes.toString('latin1', field + FIELD_HEAD_BYTES, next);
    else if (fits && id === RULE_FIELD) rule = bytes.toString('latin1', field + FIELD_HEAD_BYTES, next);
    field = next;
  }
  return { type, word, rule };
}

/** A copy of an exception without the texts of that number. */
function withoutField(struct: Buffer, id: number): Buffer {
  const parts: Buffer[] = [];
  let field = 0;
  for (let next = fieldEnd(struct, field, struct.length); next > 0; next = fieldEnd(struct, field, struct.length)) {
    if (struct[field] !== FieldType.TEXT || struct.readUInt16BE(field + 1) !== id)
      parts.push(struct.subarray(field, next));
    field = next;
  }
  return Buffer.concat([...parts, struct.subarray(field)]);
}

/** Type and number, then a number or the length of a text. */
const FIELD_HEAD_BYTES = 7;

/** Where the field ends that begins at `at`; 0 where the struct ends, or has one of a type that no such exception has. */
function fieldEnd(bytes: Buffer, at: number, end: number): number {
  if (end - at < FIELD_HEAD_BYTES) return 0;
  if (bytes[at] === FieldType.INT32) return at + FIELD_HEAD_BYTES;
  const length = readUint32(bytes, at + 3);
  return bytes[at] === FieldType.TEXT && length <= end - at - FIELD_HEAD_BYTES ? at + FIELD_HEAD_BYTES + length : 0;
}
