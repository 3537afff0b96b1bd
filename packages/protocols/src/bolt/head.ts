import type { OutputBuffer } from '@weft/kit';
import { type HeaderMap, namedNumber, type RequestHead, type ResponseHead, type UnreadCall } from '@weft/sdk';
import { writeUint32 } from '../common/framed/uint32.ts';
import { isRefusalHeader } from '../common/refusal-headers.ts';
import { RpcHead } from '../common/rpc-head.ts';
import { sharedUtf8 } from '../common/shared-text.ts';
import { CALLED_BYTES, CALLED_METHOD, CALLED_SERVICE, calledText } from './called.ts';
import {
  CODEC_HESSIAN,
  CODEC_NAMES,
  fixedBytes,
  idOffset,
  MAX_SHORT,
  PROTO_V2,
  readInt32,
  readUint16,
  TYPE_ONE_WAY,
  TYPE_RESPONSE,
  verbOffset,
  writeUint16,
} from './frame.ts';
import {
  findValue,
  HEADER_METHOD,
  HEADER_RESPONSE_ERROR,
  HEADER_SERVICE,
  HEADER_TARGET_SERVICE,
  pairsBytes,
  visitPairs,
  writePairs,
} from './metadata.ts';
import { BoltStatus, toHttpStatus } from './status.ts';

/** Stands for the values of a map that nobody changed; never written to. */
const UNCHANGED: string[] = [];
/** Parts of a frame that are no headers; `get` knows them, nothing else does. */
export const NAME_CLASS = ':class';
export const NAME_CODEC = ':codec';
const COLON = 0x3a;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Fixed header, class name and header map of one frame, as a view over the bytes received. Nothing is decoded before it is
 * asked for, and what nobody changed goes out as it came.
 *
 * A header map that is not one (an application's own bytes) is passed on untouched: it has no headers and takes none.
 */
abstract class BoltHead extends RpcHead implements HeaderMap {
  #bytes: Buffer;
  #start: number;
  #kept = false;
  /** Set once the map was changed; `#values` runs beside it. */
  #names: string[] | null = null;
  #values: string[] = UNCHANGED;
  /** Name of the definition whose connection it came on; the frame may be of the other version. */
  readonly protocol: string;
  /** Version of the frame: 1 or 2. */
  readonly proto: number;
  readonly type: number;
  readonly classLength: number;
  readonly headerLength: number;
  readonly contentLength: number;
  readonly #opaque: boolean;

  constructor(
    protocol: string,
    bytes: Buffer,
    start: number,
    proto: number,
    type: number,
    contentLength: number,
    opaque: boolean,
  ) {
    super();
    this.protocol = protocol;
    this.#bytes = bytes;
    this.#start = start;
    this.proto = proto;
    this.type = type;
    this.contentLength = contentLength;
    this.#opaque = opaque;
    const lengths = start + fixedBytes(proto, type) - 8;
    this.classLength = readUint16(bytes, lengths);
    this.headerLength = readUint16(bytes, lengths + 2);
  }

  get family(): 'bolt' {
    return 'bolt';
  }

  get wireBytes(): number {
    return fixedBytes(this.proto, this.type) + this.classLength + this.headerLength;
  }

  /** What `keep` copies. */
  protected get keptBytes(): number {
    return this.wireBytes;
  }

  /** What the first `length` bytes of the content say of the call. */
  protected called(field: string, length: number): string {
    const at = this.#start + this.wireBytes;
    return calledText(this.#bytes, at, at + length, field);
  }

  /** Serialization of class and content: 1 hessian, 11 protobuf, 12 JSON … */
  get codec(): number {
    return this.#bytes[this.#start + idOffset(this.proto) + 4] as number;
  }

  /** The header block is no map. */
  protected get opaque(): boolean {
    return this.#opaque;
  }

  /** Java class of the content, such as `com.alipay.sofa.rpc.core.request.SofaRequest`. */
  get className(): string {
    const at = this.#start + fixedBytes(this.proto, this.type);
    return this.#bytes.toString('utf8', at, at + this.classLength);
  }

  /** `timeout` of a request, `status` of a response. */
  protected get verb(): number {
    const at = this.#start + verbOffset(this.proto);
    return this.type === TYPE_RESPONSE ? readUint16(this.#bytes, at) : readInt32(this.#bytes, at);
  }

  get(name: string): string | undefined {
    if (name.charCodeAt(0) === COLON) {
      if (name === NAME_CLASS) return this.className;
      if (name === NAME_CODEC) return String(this.codec);
    }
    if (this.#opaque) return undefined;
    if (this.#names !== null) {
      const at = this.#names.lastIndexOf(name);
      return at < 0 ? undefined : this.#values[at];
    }
    const start = this.#start + this.wireBytes - this.headerLength;
    const at = findValue(this.#bytes, start, start + this.headerLength, name);
    if (at >= 0) return sharedUtf8(this.#bytes, at, at + readInt32(this.#bytes, at - 4));
    if (!NOT_ASCII.test(name)) return undefined;
    return this.getAll(name).at(-1);
  }

  /** The value that `at`, counted from the first byte of the frame, points to; only while the map is unchanged. */
  protected valueAt(at: number): string {
    const from = this.#start + at;
    return sharedUtf8(this.#bytes, from, from + readInt32(this.#bytes, from - 4));
  }

  getAll(name: string): readonly string[] {
    const all: string[] = [];
    this.forEach((key, value) => {
      if (key === name) all.push(value);
    });
    return all;
  }

  set(name: string, value: string): void {
    const names = this.#unpack();
    if (names === null) return;
    const at = names.lastIndexOf(name);
    if (at < 0) {
      names.push(name);
      this.#values.push(value);
    } else {
      this.#values[at] = value;
      for (let i = at - 1; i >= 0; i--) if (names[i] === name) this.#drop(i);
    }
    this.changed();
  }

  add(name: string, value: string): void {
    const names = this.#unpack();
    if (names === null) return;
    names.push(name);
    this.#values.push(value);
    this.changed();
  }

  remove(name: string): void {
    if (this.#names === null && this.get(name) === undefined) return;
    const names = this.#unpack();
    if (names === null) return;
    for (let i = names.length - 1; i >= 0; i--) if (names[i] === name) this.#drop(i);
    this.changed();
  }

  forEach(visit: (name: string, value: string) => void): void {
    if (this.#opaque) return;
    const names = this.#names;
    if (names !== null) {
      for (let i = 0; i < names.length; i++) visit(names[i] as string, this.#values[i] as string);
      return;
    }
    const start = this.#start + this.wireBytes - this.headerLength;
    visitPairs(this.#bytes, start, start + this.headerLength, visit);
  }

  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    const length = this.keptBytes;
    const copy = Buffer.allocUnsafe(length);
    this.#bytes.copy(copy, 0, this.#start, this.#start + length);
    this.#bytes = copy;
    this.#start = 0;
  }

  /**
   * Appends the head with another id and content length. In its own version the bytes received are copied and patched; a
   * head for a peer of the other version gets a new fixed header with `ver1` and `switches`.
   * Returns the bytes written, 0 when the header map has outgrown its 15-bit length.
   */
  encode(out: OutputBuffer, proto: number, ver1: number, switches: number, id: number, contentLength: number): number {
    const same = proto === this.proto;
    if (same && this.#names === null) {
      const length = this.wireBytes;
      const at = out.reserve(length);
      const target = out.buffer;
      this.#bytes.copy(target, at, this.#start, this.#start + length);
      writeUint32(target, at + idOffset(proto), id);
      if (contentLength !== this.contentLength)
        writeUint32(target, at + fixedBytes(proto, this.type) - 4, contentLength);
      out.position = at + length;
      return length;
    }
    const headerLength = this.#names === null ? this.headerLength : pairsBytes(this.#names, this.#values);
    if (headerLength > MAX_SHORT) return 0;
    const fixed = fixedBytes(proto, this.type);
    const length = fixed + this.classLength + headerLength;
    const at = out.reserve(length);
    const target = out.buffer;
    const source = this.#bytes;
    const sourceFixed = fixedBytes(this.proto, this.type);
    const sourceId = this.#start + idOffset(this.proto);
    const idAt = at + idOffset(proto);
    target[at] = proto;
    if (proto === PROTO_V2) {
      target[at + 1] = same ? (source[this.#start + 1] as number) : ver1;
      target[idAt + 5] = same ? (source[sourceId + 5] as number) : switches;
    }
    source.copy(target, idAt - 4, sourceId - 4, sourceId + 5);
    writeUint32(target, idAt, id);
    const verbBytes = this.type === TYPE_RESPONSE ? 2 : 4;
    const sourceVerb = this.#start + verbOffset(this.proto);
    source.copy(target, at + verbOffset(proto), sourceVerb, sourceVerb + verbBytes);
    writeUint16(target, at + fixed - 8, this.classLength);
    writeUint16(target, at + fixed - 6, headerLength);
    writeUint32(target, at + fixed - 4, contentLength);
    const classAt = this.#start + sourceFixed;
    source.copy(target, at + fixed, classAt, classAt + this.classLength);
    const mapAt = at + fixed + this.classLength;
    if (this.#names !== null) writePairs(target, mapAt, this.#names, this.#values);
    else source.copy(target, mapAt, classAt + this.classLength, classAt + this.classLength + this.headerLength);
    out.position = at + length;
    return length;
  }

  /**
   * Appends the frame in one piece when head and content stand behind one another in `bytes` as they go out, but for the id;
   * false otherwise. `contentStart` and `contentEnd` are where the content stands.
   */
  encodeWhole(
    out: OutputBuffer,
    proto: number,
    id: number,
    bytes: Buffer,
    contentStart: number,
    contentEnd: number,
  ): boolean {
    const start = this.#start;
    if (bytes !== this.#bytes || proto !== this.proto || this.#names !== null) return false;
    if (contentStart !== start + this.wireBytes) return false;
    const length = contentEnd - start;
    const at = out.reserve(length);
    const target = out.buffer;
    bytes.copy(target, at, start, contentEnd);
    writeUint32(target, at + idOffset(proto), id);
    out.position = at + length;
    return true;
  }

  /** Called after every change of the map. */
  protected changed(): void {}

  #unpack(): string[] | null {
    if (this.#opaque) return null;
    if (this.#names !== null) return this.#names;
    const names: string[] = [];
    const values: string[] = [];
    this.forEach((name, value) => {
      names.push(name);
      values.push(value);
    });
    this.#names = names;
    this.#values = values;
    return names;
  }

  #drop(index: number): void {
    (this.#names as string[]).splice(index, 1);
    this.#values.splice(index, 1);
  }
}

export class BoltRequestHead extends BoltHead implements RequestHead {
  #service: string | undefined;
  #method: string | undefined;
  /** Where the value of `service` begins in the frame, as its decoder found it; -1 when it has to be looked for. */
  serviceAt = -1;
  /** Bytes of a SofaRequest that are here behind the head; what the header map does not say is read from them when asked. */
  calledBytes = 0;

  get method(): string {
    this.#method ??= this.get(HEADER_METHOD) ?? this.#called(CALLED_METHOD);
    return this.#method;
  }

  set method(value: string) {
    this.set(HEADER_METHOD, value);
  }

  get service(): string {
    this.#service ??= this.#findService();
    return this.#service;
  }

  override get(name: string): string | undefined {
    // What every request is routed by has been found with the pairs.
    return name === HEADER_SERVICE && this.serviceAt >= 0 ? this.service : super.get(name);
  }

  #findService(): string {
    if (this.serviceAt >= 0) return this.valueAt(this.serviceAt);
    return super.get(HEADER_SERVICE) ?? super.get(HEADER_TARGET_SERVICE) ?? this.#called(CALLED_SERVICE);
  }

  #called(field: string): string {
    return this.calledBytes > 0 ? this.called(field, this.calledBytes) : '';
  }

  protected override get keptBytes(): number {
    return this.wireBytes + this.calledBytes;
  }

  get oneWay(): boolean {
    return this.type === TYPE_ONE_WAY;
  }

  /** The frame's `timeout`: 0 gives no deadline, a negative one means never. */
  get timeoutMs(): number {
    const timeout = this.verb;
    return timeout < 0 ? -1 : timeout;
  }

  /** What of the call is not known: see `unread` of the protocol. */
  unread(): UnreadCall | null {
    const { opaque, codec } = this;
    const missing = this.service === '' ? 'service' : this.method === '' ? 'method' : '';
    if (missing === '' && !opaque) return null;
    const headers = opaque ? 'the header block of the frame is no map' : '';
    if (missing === '') return { names: '', headers };
    if (missing === 'method' && this.get(HEADER_METHOD) === '') return { names: `${HEADER_METHOD} is empty`, headers };
    const content =
      codec !== CODEC_HESSIAN
        ? `contents in serialization ${namedNumber(CODEC_NAMES, codec)} are not read`
        : this.calledBytes > 0
          ? `the first ${CALLED_BYTES} bytes of the content do not say it`
          : 'the content is no SofaRequest';
    return { names: `no header says the ${missing}, and ${content}`, headers };
  }

  protected override changed(): void {
    this.serviceAt = -1;
    this.#service = undefined;
    this.#method = undefined;
  }
}

export class BoltResponseHead extends BoltHead implements ResponseHead {
  /** An answer with a result is no refusal, whatever its service puts there. */
  override get(name: string): string | undefined {
    return this.verb === BoltStatus.SUCCESS && isRefusalHeader(name) ? undefined : super.get(name);
  }

  get status(): number {
    return toHttpStatus(this.verb);
  }

  get nativeStatus(): number {
    return this.verb;
  }

  /** What limits answer with, too: Bolt has no status of their own for them. */
  get refused(): boolean {
    return this.verb === BoltStatus.SERVER_THREADPOOL_BUSY;
  }

  /** SOFARPC marks a business error in the header map, so that nobody has to decode the content. */
  get applicationError(): boolean {
    return this.get(HEADER_RESPONSE_ERROR) === 'true';
  }
}
