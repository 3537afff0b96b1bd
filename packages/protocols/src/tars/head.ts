import { TarsType, tarsText } from '@weft/json-values';
import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap, RequestHead, ResponseHead, UnreadCall } from '@weft/sdk';
import { TailWriter } from '../common/framed/tail.ts';
import { writeUint32 } from '../common/framed/uint32.ts';
import { isRefusalHeader } from '../common/refusal-headers.ts';
import { RpcHead } from '../common/rpc-head.ts';
import { sharedUtf8 } from '../common/shared-text.ts';
import type { FrameReader } from './decode.ts';
import { Tag } from './frame.ts';
import { Tail, TextMap } from './metadata.ts';
import { TarsRet, toHttpStatus } from './status.ts';

/** Frames up to this size are kept whole; of larger ones the head and what stands behind the buffer. */
const KEPT_WHOLE_BYTES = 4096;
/** An id as it goes out: the head of its field and four bytes, whatever number it is. */
const ID_FIELD_BYTES = 5;
const RESULT_CODE = 'STATUS_RESULT_CODE';

/**
 * The fields before the buffer of one frame, as a view over the bytes received. The context stands behind the buffer: it is
 * looked for when somebody asks, only where the whole frame was there, and written anew when somebody changed it.
 */
abstract class TarsHead extends RpcHead implements HeaderMap {
  protected bytes: Buffer;
  protected start: number;
  readonly frameBytes: number;
  readonly version: number;
  protected readonly headBytes: number;
  readonly #idAt: number;
  readonly #idEnd: number;
  readonly #asRequest: boolean;
  /** All of the frame is in `bytes`. */
  #whole: boolean;
  #kept = false;
  /** undefined: not looked for yet; null: cannot be read. */
  #tail: Tail | null | undefined;
  #context: TextMap | null | undefined;
  /** What follows the context, when the frame was not kept whole. */
  #rest: Buffer | null = null;
  #changed = false;

  constructor(bytes: Buffer, start: number, frame: FrameReader, asRequest: boolean) {
    super();
    this.bytes = bytes;
    this.start = start;
    this.frameBytes = frame.frameBytes;
    this.headBytes = frame.headBytes;
    this.version = frame.version;
    this.#idAt = frame.idAt;
    this.#idEnd = frame.idEnd;
    this.#whole = frame.gathered;
    this.#asRequest = asRequest;
  }

  get protocol(): 'tars' {
    return 'tars';
  }

  get family(): 'tars' {
    return 'tars';
  }

  get wireBytes(): number {
    return this.headBytes;
  }

  get contentLength(): number {
    return this.frameBytes - this.headBytes;
  }

  get(name: string): string | undefined {
    return this.context()?.get(name);
  }

  getAll(name: string): readonly string[] {
    const value = this.get(name);
    return value === undefined ? [] : [value];
  }

  set(name: string, value: string): void {
    const map = this.context();
    if (map === null) return;
    map.set(name, value);
    this.#changed = true;
  }

  /** A name has one value in a map: the new one. */
  add(name: string, value: string): void {
    this.set(name, value);
  }

  remove(name: string): void {
    const map = this.context();
    if (map === null || map.get(name) === undefined) return;
    map.remove(name);
    this.#changed = true;
  }

  forEach(visit: (name: string, value: string) => void): void {
    const map = this.context();
    if (map === null) return;
    for (let i = 0; i < map.names.length; i++) visit(map.names[i] as string, map.values[i] as string);
  }

  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    let length = this.headBytes;
    if (this.#whole && this.frameBytes <= KEPT_WHOLE_BYTES) length = this.frameBytes;
    else if (this.#whole) this.#detach();
    const copy = Buffer.allocUnsafe(length);
    this.bytes.copy(copy, 0, this.start, this.start + length);
    this.bytes = copy;
    this.start = 0;
  }

  /** How content of `contentLength` bytes goes out; null when it does as it comes. */
  tailWriter(contentLength: number): TailWriter | null {
    const map = this.#context;
    const tail = this.#tail;
    if (!this.#changed || !map || !tail || contentLength !== this.contentLength) return null;
    const rest = this.#rest ?? this.bytes.subarray(this.start + tail.contextEnd, this.start + this.frameBytes);
    return new TailWriter(tail.contextAt - this.headBytes, Buffer.concat([map.encode(), rest]));
  }

  /** Appends the head with another id; `contentLength` is what follows. */
  encode(out: OutputBuffer, id: number, contentLength: number): void {
    const { bytes, start, headBytes } = this;
    const idAt = this.#idAt;
    const idEnd = this.#idEnd;
    const length = headBytes - (idEnd - idAt) + ID_FIELD_BYTES;
    const at = out.reserve(length);
    const target = out.buffer;
    bytes.copy(target, at, start, start + idAt);
    writeUint32(target, at, length + contentLength);
    this.#writeId(target, at + idAt, id);
    bytes.copy(target, at + idAt + ID_FIELD_BYTES, start + idEnd, start + headBytes);
    out.position = at + length;
  }

  /** Bytes up to and with the id, and where in the frame they end. */
  protected encodeStart(out: OutputBuffer, id: number, length: number): void {
    const idAt = this.#idAt;
    const at = out.reserve(idAt + ID_FIELD_BYTES);
    const target = out.buffer;
    this.bytes.copy(target, at, this.start, this.start + idAt);
    writeUint32(target, at, length);
    this.#writeId(target, at + idAt, id);
    out.position = at + idAt + ID_FIELD_BYTES;
  }

  protected get startBytes(): number {
    return this.#idAt + ID_FIELD_BYTES;
  }

  /** The frame was here as a whole. */
  protected get isWhole(): boolean {
    return this.#whole || this.#tail !== undefined;
  }

  protected tail(): Tail | null {
    if (this.#tail !== undefined) return this.#tail;
    if (!this.#whole) return null;
    const { bytes, start } = this;
    const tail = new Tail();
    this.#tail = tail.read(bytes, start, start + this.headBytes, start + this.frameBytes, this.#asRequest)
      ? tail
      : null;
    return this.#tail;
  }

  protected context(): TextMap | null {
    if (this.#context !== undefined) return this.#context;
    const tail = this.tail();
    if (tail === null) return null;
    this.#context =
      tail.contextAt === tail.contextEnd
        ? new TextMap()
        : TextMap.read(this.bytes, this.start + tail.contextAt + 1, this.start + tail.contextEnd);
    return this.#context;
  }

  /** Reads what may be asked for later of a frame that is not kept whole. */
  #detach(): void {
    const tail = this.tail();
    this.context();
    if (tail !== null)
      this.#rest = Buffer.from(this.bytes.subarray(this.start + tail.contextEnd, this.start + this.frameBytes));
    this.#whole = false;
  }

  #writeId(target: Uint8Array, at: number, id: number): void {
    target[at] = ((this.#asRequest ? Tag.REQUEST_ID : Tag.RESPONSE_ID) << 4) | TarsType.INT32;
    writeUint32(target, at + 1, id);
  }
}

export class TarsRequestHead extends TarsHead implements RequestHead {
  readonly oneWay: boolean;
  readonly #servantAt: number;
  readonly #servantEnd: number;
  readonly #functionAt: number;
  readonly #functionEnd: number;
  #method: string;
  #newServant: string | null = null;
  #methodChanged = false;
  readonly #timeoutMs: number;

  constructor(bytes: Buffer, start: number, frame: FrameReader) {
    super(bytes, start, frame, true);
    this.oneWay = frame.oneWay;
    this.#servantAt = frame.servantAt;
    this.#servantEnd = frame.servantEnd;
    this.#functionAt = frame.functionAt;
    this.#functionEnd = frame.functionEnd;
    // At once, as it is asked for when the bytes may be gone: whoever fails a request looks at its method.
    this.#method = sharedUtf8(bytes, start + frame.functionAt, start + frame.functionEnd);
    const timeoutMs = this.tail()?.timeoutMs ?? 0;
    this.#timeoutMs = timeoutMs > 0 ? timeoutMs : 0;
  }

  /** `App.Server.Obj`. */
  get servant(): string {
    return this.#newServant ?? sharedUtf8(this.bytes, this.start + this.#servantAt, this.start + this.#servantEnd);
  }

  /** `App.Server.Obj@tars`, as registries and rules name a service. */
  get service(): string {
    return `${this.servant}@tars`;
  }

  get method(): string {
    return this.#method;
  }

  set method(value: string) {
    this.#method = value;
    this.#methodChanged = true;
  }

  get timeoutMs(): number {
    return this.#timeoutMs;
  }

  /** `service` and `method` are the two names; every other name is one of the context. */
  override get(name: string): string | undefined {
    if (name === 'service') return this.servant;
    return name === 'method' ? this.#method : super.get(name);
  }

  override set(name: string, value: string): void {
    if (name === 'service') this.#newServant = value;
    else if (name === 'method') this.method = value;
    else super.set(name, value);
  }

  /** What of the call is not known: see `unread` of the protocol. */
  unread(): UnreadCall | null {
    if (this.context() !== null) return null;
    const { isWhole } = this;
    const headers = isWhole
      ? 'the fields behind the arguments are not in their form'
      : 'the frame is larger than max_gathered_frame_bytes, so that its context is not read';
    return { names: '', headers };
  }

  override encode(out: OutputBuffer, id: number, contentLength: number): void {
    if (this.#newServant === null && !this.#methodChanged) {
      super.encode(out, id, contentLength);
      return;
    }
    const names = Buffer.concat([
      tarsText(Tag.SERVANT, Buffer.from(this.servant)),
      tarsText(Tag.FUNCTION, Buffer.from(this.#method)),
    ]);
    this.encodeStart(out, id, this.startBytes + names.length + contentLength);
    out.write(names);
  }
}

export class TarsResponseHead extends TarsHead implements ResponseHead {
  readonly nativeStatus: number;

  constructor(bytes: Buffer, start: number, frame: FrameReader) {
    super(bytes, start, frame, frame.tup);
    this.nativeStatus = frame.tup ? this.#tupResult() : frame.ret;
  }

  get status(): number {
    return toHttpStatus(this.nativeStatus);
  }

  get refused(): boolean {
    return this.nativeStatus === TarsRet.OVERLOAD;
  }

  /** An answer of the function itself is no refusal, whatever it puts into its context. */
  override get(name: string): string | undefined {
    return this.nativeStatus >= 0 && isRefusalHeader(name) ? undefined : super.get(name);
  }

  /** The function answered with a code of its own. */
  get applicationError(): boolean {
    return this.nativeStatus > 0;
  }

  #tupResult(): number {
    const tail = this.tail();
    if (tail === null || tail.statusAt === 0) return TarsRet.SUCCESS;
    const text = TextMap.read(this.bytes, this.start + tail.statusAt, this.start + this.frameBytes)?.get(RESULT_CODE);
    const code = Number(text ?? 0);
    return Number.isInteger(code) ? code | 0 : TarsRet.UNKNOWN;
  }
}
