import type { OutputBuffer } from '@weft/kit';
import { type HeaderMap, namedNumber, type RequestHead, type UnreadCall } from '@weft/sdk';
import { writeUint32 } from '../common/framed/uint32.ts';
import { RpcHead } from '../common/rpc-head.ts';
import {
  FLAG_AT,
  HEADER_BYTES,
  ID_AT,
  isHessian,
  LENGTH_AT,
  SERIALIZATION_MASK,
  SERIALIZATION_NAMES,
} from './frame.ts';
import {
  Attachments,
  encodePair,
  findRequestMap,
  genericMethod,
  Prefix,
  textAt,
  textBytes,
  writeText,
} from './metadata.ts';

/** Frames up to this size are kept whole; of larger ones the head and the attachments. */
const KEPT_WHOLE_BYTES = 4096;
/** The version that Dubbo writes when there is none. */
const NO_VERSION = '0.0.0';

/** Parts of a frame that are no attachments; `get` knows them, nothing else does. */
export const NAME_TYPES = ':types';
export const NAME_SERIALIZATION = ':serialization';

/** How often attachments were looked for: they stand behind the arguments, and nobody pays for them who does not ask. */
export const deepDecodes = { count: 0 };

/** What the content of a frame becomes on its way out. */
export interface TailPlan {
  /** Bytes of the content that go out as they come. */
  passBytes: number;
  /** What goes out in place of the rest; null when nothing changed. */
  tail: Buffer | null;
  /** The rest is one byte, the end of a map that was never seen; pairs are put before it. */
  append: boolean;
}

const CLOSING = Buffer.from([0x5a]);

/**
 * Fixed header and, in requests, the five strings of one frame, as a view over the bytes received. The attachments are part
 * of the content: they are looked for when somebody asks, and only where the whole frame was there. What changed is
 * written in place of the old map; of a frame that is cut through the map is not seen, and new pairs are put at its end,
 * where they win over earlier ones of their name.
 */
export abstract class DubboHead extends RpcHead implements HeaderMap {
  protected bytes: Buffer;
  protected start: number;
  /** Bytes of the frame. */
  readonly frameBytes: number;
  readonly #headBytes: number;
  /** The frame can be looked into. */
  protected readonly decodable: boolean;
  /** All of the frame is in `bytes`. */
  #whole: boolean;
  #kept = false;
  /** undefined: not looked for yet; null: there are none that can be read. */
  #attachments: Attachments | null | undefined;
  /** Where they begin, counted from the beginning of the frame. */
  #mapAt = 0;
  #changed = false;

  constructor(bytes: Buffer, start: number, frameBytes: number, headBytes: number, whole: boolean, readable: boolean) {
    super();
    this.bytes = bytes;
    this.start = start;
    this.frameBytes = frameBytes;
    this.#headBytes = headBytes;
    this.#whole = whole;
    this.decodable = readable;
  }

  get protocol(): 'dubbo' {
    return 'dubbo';
  }

  get family(): 'dubbo' {
    return 'dubbo';
  }

  get wireBytes(): number {
    return this.#headBytes;
  }

  get contentLength(): number {
    return this.frameBytes - this.#headBytes;
  }

  /** 2 Hessian, 23 fastjson2 … */
  get serialization(): number {
    return (this.bytes[this.start + FLAG_AT] as number) & SERIALIZATION_MASK;
  }

  get(name: string): string | undefined {
    return this.attachments()?.get(name);
  }

  getAll(name: string): readonly string[] {
    const value = this.get(name);
    return value === undefined ? [] : [value];
  }

  set(name: string, value: string): void {
    const map = this.#writable();
    if (map === null) return;
    map.set(name, value);
    this.#changed = true;
    this.changed();
  }

  /** A name has one value in a map: the new one. */
  add(name: string, value: string): void {
    this.set(name, value);
  }

  remove(name: string): void {
    const map = this.attachments();
    if (map === null || map.get(name) === undefined) return;
    map.remove(name);
    this.#changed = true;
    this.changed();
  }

  forEach(visit: (name: string, value: string) => void): void {
    const map = this.attachments();
    if (map === null) return;
    for (let i = 0; i < map.names.length; i++) {
      const value = map.values[i];
      if (value !== undefined) visit(map.names[i] as string, value);
    }
  }

  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    let length = this.#headBytes;
    if (this.#whole && this.frameBytes <= KEPT_WHOLE_BYTES) length = this.frameBytes;
    else if (this.#whole) {
      this.attachments();
      this.#whole = false;
    }
    const copy = Buffer.allocUnsafe(length);
    this.bytes.copy(copy, 0, this.start, this.start + length);
    this.bytes = copy;
    this.start = 0;
  }

  /** What becomes of content of `contentLength` bytes; returns its new length. */
  planTail(contentLength: number, plan: TailPlan): number {
    plan.passBytes = contentLength;
    plan.tail = null;
    plan.append = false;
    const map = this.#attachments;
    if (!this.#changed || !map || contentLength === 0) return contentLength;
    if (this.#mapAt > 0) {
      plan.passBytes = this.#mapAt - this.#headBytes;
      plan.tail = map.encode();
      return plan.passBytes + plan.tail.length;
    }
    const pairs = map.names.map((name, i) => encodePair(name, map.values[i] as string));
    plan.passBytes = contentLength - 1;
    plan.tail = Buffer.concat([...pairs, CLOSING]);
    plan.append = true;
    return plan.passBytes + plan.tail.length;
  }

  /** Appends the head with another id. `idHigh` and `idLow` are its halves, `contentLength` is what follows. */
  encode(out: OutputBuffer, idHigh: number, idLow: number, contentLength: number): void {
    const length = this.#headBytes;
    const at = out.reserve(length);
    const target = out.buffer;
    this.bytes.copy(target, at, this.start, this.start + length);
    writeUint32(target, at + ID_AT, idHigh);
    writeUint32(target, at + ID_AT + 4, idLow);
    writeUint32(target, at + LENGTH_AT, length - HEADER_BYTES + contentLength);
    out.position = at + length;
  }

  /**
   * Appends the frame in one piece when head and content stand behind one another in `bytes` as they go out, but for the id;
   * false otherwise. `contentStart` and `contentEnd` are where the content stands.
   */
  encodeWhole(
    out: OutputBuffer,
    idHigh: number,
    idLow: number,
    bytes: Buffer,
    contentStart: number,
    contentEnd: number,
  ): boolean {
    const { start } = this;
    if (bytes !== this.bytes || this.#changed || contentStart !== start + this.#headBytes) return false;
    if (contentEnd !== start + this.frameBytes) return false;
    const length = this.frameBytes;
    const at = out.reserve(length);
    const target = out.buffer;
    bytes.copy(target, at, start, contentEnd);
    writeUint32(target, at + ID_AT, idHigh);
    writeUint32(target, at + ID_AT + 4, idLow);
    out.position = at + length;
    return true;
  }

  /** Offset of the attachments in `bytes`, -1 when there are none. */
  protected abstract findMap(): number;
  /** Whether pairs can be put at the end of a frame that is not seen whole. */
  protected abstract readonly endsWithMap: boolean;
  protected changed(): void {}

  protected attachments(): Attachments | null {
    if (this.#attachments !== undefined) return this.#attachments;
    if (!this.#whole || !this.decodable) return null;
    deepDecodes.count++;
    const at = this.findMap();
    this.#attachments = at < 0 ? null : Attachments.read(this.bytes, at, this.start + this.frameBytes);
    this.#mapAt = at - this.start;
    return this.#attachments;
  }

  /** Why there are no attachments. */
  protected get missingAttachments(): string {
    return this.#whole
      ? 'no attachments were found behind the arguments'
      : 'the frame is larger than those that are kept whole (max_gathered_request_bytes), so that its attachments are not read';
  }

  #writable(): Attachments | null {
    const map = this.attachments();
    if (map !== null || this.#whole || this.#attachments === null) return map;
    if (!this.decodable || !this.endsWithMap) return null;
    this.#attachments = new Attachments();
    this.#mapAt = 0;
    return this.#attachments;
  }
}

export class DubboRequestHead extends DubboHead implements RequestHead {
  readonly oneWay: boolean;
  readonly #useTimeout: boolean;
  readonly #prefix = new Prefix();
  #service: string | undefined;
  readonly #wireMethod: string;
  /** What the first argument of a generic call names; '' for any other. */
  readonly #genericMethod: string;
  /** The strings as they were changed. */
  #newPath: string | null = null;
  #newVersion: string | null = null;
  #newMethod: string | null = null;

  constructor(
    bytes: Buffer,
    start: number,
    frameBytes: number,
    prefix: Prefix,
    whole: boolean,
    readable: boolean,
    oneWay: boolean,
    useTimeout: boolean,
  ) {
    super(bytes, start, frameBytes, prefix.end, whole, readable);
    this.oneWay = oneWay;
    this.#useTimeout = useTimeout;
    this.#prefix.copyFrom(prefix);
    // At once, as it is asked for when the bytes may be gone: whoever fails a request looks at its method.
    this.#wireMethod = readable ? textAt(bytes, start + prefix.method, start + prefix.types) : '';
    this.#genericMethod =
      whole && (this.#wireMethod === '$invoke' || this.#wireMethod === '$invokeAsync')
        ? genericMethod(bytes, start, start + frameBytes, prefix)
        : '';
  }

  /** The interface, or whatever path the provider exports the service under. */
  get servicePath(): string {
    return this.#newPath ?? this.#text(this.#prefix.path, this.#prefix.version);
  }

  /** Version of the service, '' when it has none. */
  get version(): string {
    const version = this.#newVersion ?? this.#text(this.#prefix.version, this.#prefix.method);
    return version === NO_VERSION ? '' : version;
  }

  /** `interface[:version][:group]@dubbo`, as registries and rules name a service; '' when the frame cannot be read. */
  get service(): string {
    if (this.#service !== undefined) return this.#service;
    let id = this.servicePath;
    if (id !== '') {
      if (this.version !== '') id += `:${this.version}`;
      const group = super.get('group');
      if (group !== undefined && group !== '') id += `:${group}`;
      id += '@dubbo';
    }
    this.#service = id;
    return id;
  }

  /** The method; of a generic call the one that its first argument names, where that can be seen. */
  get method(): string {
    return this.#genericMethod || this.wireMethod;
  }

  set method(value: string) {
    if (!this.decodable || this.#genericMethod !== '') return;
    this.#newMethod = value;
  }

  /** The method as it stands in the frame, `$invoke` for a generic call. */
  get wireMethod(): string {
    return this.#newMethod ?? this.#wireMethod;
  }

  get timeoutMs(): number {
    if (!this.#useTimeout) return 0;
    const timeout = Number(super.get('timeout') ?? 0);
    return Number.isInteger(timeout) && timeout > 0 ? timeout : 0;
  }

  /**
   * `service`, `method`, `version`, `dubbo` and `:types` are what the strings say, `:serialization` is the number in the flag;
   * every other name is an attachment.
   */
  override get(name: string): string | undefined {
    if (name === NAME_SERIALIZATION) return String(this.serialization);
    if (!this.decodable) return undefined;
    switch (name) {
      case NAME_TYPES:
        return this.#text(this.#prefix.types, this.#prefix.end);
      case 'service':
        return this.servicePath;
      case 'method':
        return this.wireMethod;
      case 'version':
        return this.version;
      case 'dubbo':
        return this.#text(HEADER_BYTES, this.#prefix.path);
      default:
        return super.get(name);
    }
  }

  /** Strings and attachments say the same twice; providers go by the attachments where there are both. */
  override set(name: string, value: string): void {
    if (!this.decodable) return;
    switch (name) {
      case 'service':
        this.#newPath = value;
        this.#setWhereThere('path', value);
        this.#setWhereThere('interface', value);
        break;
      case 'method':
        this.method = value;
        break;
      case 'version':
        this.#newVersion = value;
        this.#setWhereThere('version', value);
        break;
      case 'dubbo':
        return;
      default:
        super.set(name, value);
    }
    this.changed();
  }

  override encodeWhole(
    out: OutputBuffer,
    idHigh: number,
    idLow: number,
    bytes: Buffer,
    contentStart: number,
    contentEnd: number,
  ): boolean {
    if (this.#newPath !== null || this.#newVersion !== null || this.#newMethod !== null) return false;
    return super.encodeWhole(out, idHigh, idLow, bytes, contentStart, contentEnd);
  }

  override encode(out: OutputBuffer, idHigh: number, idLow: number, contentLength: number): void {
    if (this.#newPath === null && this.#newVersion === null && this.#newMethod === null) {
      super.encode(out, idHigh, idLow, contentLength);
      return;
    }
    const prefix = this.#prefix;
    const { bytes, start } = this;
    const path = this.servicePath;
    const version = this.#newVersion ?? this.#text(prefix.version, prefix.method);
    const method = this.wireMethod;
    const length = prefix.path + textBytes(path) + textBytes(version) + textBytes(method) + prefix.end - prefix.types;
    let at = out.reserve(length);
    const target = out.buffer;
    const head = at;
    bytes.copy(target, at, start, start + prefix.path);
    at = writeText(target, at + prefix.path, path);
    at = writeText(target, at, version);
    at = writeText(target, at, method);
    bytes.copy(target, at, start + prefix.types, start + prefix.end);
    writeUint32(target, head + ID_AT, idHigh);
    writeUint32(target, head + ID_AT + 4, idLow);
    writeUint32(target, head + LENGTH_AT, length - HEADER_BYTES + contentLength);
    out.position = head + length;
  }

  protected findMap(): number {
    return findRequestMap(this.bytes, this.start, this.start + this.frameBytes, this.#prefix);
  }

  protected get endsWithMap(): boolean {
    return true;
  }

  /** What of the call is not known: see `unread` of the protocol. */
  unread(): UnreadCall | null {
    const { serialization } = this;
    if (!this.decodable) {
      const reason = isHessian(serialization)
        ? 'the body does not begin as calls in Hessian 2 do'
        : `serialization ${namedNumber(SERIALIZATION_NAMES, serialization)} is not read, only Hessian 2`;
      return { names: reason, headers: reason };
    }
    return this.attachments() === null ? { names: '', headers: this.missingAttachments } : null;
  }

  protected override changed(): void {
    this.#service = undefined;
  }

  #setWhereThere(name: string, value: string): void {
    if (super.get(name) !== undefined) super.set(name, value);
  }

  #text(from: number, to: number): string {
    return this.decodable ? textAt(this.bytes, this.start + from, this.start + to) : '';
  }
}
