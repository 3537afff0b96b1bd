import type { HeaderMap } from '@weft/sdk';
import { isForbiddenTrailer, isHopHeader } from '../common/http/hop-headers.ts';
import { latin1 } from '../common/http/latin1.ts';
import { isFieldValue, isToken, parseContentLength, TOKEN_LOWER } from '../common/http/tokens.ts';
import { sharedLatin1 } from '../common/shared-text.ts';
import { EMPTY_BYTES, FIELD_STRIDE, KIND_MASK, Kind } from './frame.ts';
import type { HeadScan } from './scan.ts';

const NO_FIELDS: number[] = [];
const NO_VALUES: readonly string[] = Object.freeze([]);

/**
 * Header fields as a view over the bytes received; strings are made for what is asked.
 *
 * Removing marks a line, setting appends to `extras`, and the encoder copies everything else unseen. Hop headers can be
 * asked for by name, but `forEach` leaves them out: they mean the connection they came on.
 */
export class Http1Fields implements HeaderMap {
  /** The head starts at `bytes[base]`; see `frame.ts` for `fields`. Read by the encoder. */
  bytes: Buffer;
  base: number;
  fields: number[];
  count: number;
  /** Names and values set or added, alternating; null when none were. */
  extras: string[] | null = null;
  /** An edit could not be sent; the encoder refuses the head. */
  spoilt = false;
  readonly headLength: number;
  protected announcedLength: number;
  #kept = false;

  constructor(bytes: Buffer, base: number, scan: HeadScan) {
    this.bytes = bytes;
    this.base = base;
    this.fields = scan.fields;
    this.count = scan.count;
    this.headLength = scan.headLength;
    this.announcedLength = scan.contentLength;
  }

  get contentLength(): number {
    return this.announcedLength;
  }

  get wireBytes(): number {
    return this.headLength;
  }

  get(name: string): string | undefined {
    const offset = this.#find(name, 0);
    if (offset >= 0) return this.#value(offset);
    const extras = this.extras;
    if (extras !== null) {
      for (let i = 0; i < extras.length; i += 2) if (extras[i] === name) return extras[i + 1];
    }
    return undefined;
  }

  getAll(name: string): readonly string[] {
    let values: string[] | null = null;
    for (let offset = this.#find(name, 0); offset >= 0; offset = this.#find(name, offset + FIELD_STRIDE)) {
      values ??= [];
      values.push(this.#value(offset));
    }
    const extras = this.extras;
    if (extras !== null) {
      for (let i = 0; i < extras.length; i += 2) {
        if (extras[i] !== name) continue;
        values ??= [];
        values.push(extras[i + 1] as string);
      }
    }
    return values ?? NO_VALUES;
  }

  set(name: string, value: string): void {
    if (isHopHeader(name)) return;
    this.remove(name);
    this.add(name, value);
  }

  add(name: string, value: string): void {
    if (isHopHeader(name)) return;
    if (name === 'content-length') {
      // A second length would be two truths about one body.
      this.remove(name);
      this.announcedLength = parseContentLength(value);
      if (this.announcedLength < 0) this.spoilt = true;
    }
    if (!isToken(name) || !isFieldValue(value)) this.spoilt = true;
    this.extras ??= [];
    this.extras.push(name, value);
  }

  remove(name: string): void {
    if (name === 'content-length') this.announcedLength = -1;
    for (let offset = this.#find(name, 0); offset >= 0; offset = this.#find(name, offset + FIELD_STRIDE)) {
      this.fields[offset + 4] = Kind.REMOVED;
    }
    const extras = this.extras;
    if (extras === null) return;
    let kept = 0;
    for (let i = 0; i < extras.length; i += 2) {
      if (extras[i] === name) continue;
      extras[kept++] = extras[i] as string;
      extras[kept++] = extras[i + 1] as string;
    }
    extras.length = kept;
  }

  forEach(visit: (name: string, value: string) => void): void {
    const behind = this.count * FIELD_STRIDE;
    for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
      switch ((this.fields[offset + 4] as number) & KIND_MASK) {
        case Kind.OTHER:
        case Kind.CONTENT_LENGTH:
        case Kind.EXPECT:
          visit(this.#name(offset), this.#value(offset));
          break;
        case Kind.TE:
          if (this.forwardsTe) visit('te', 'trailers');
          break;
        default:
      }
    }
    const extras = this.extras;
    if (extras === null) return;
    for (let i = 0; i < extras.length; i += 2) visit(extras[i] as string, extras[i + 1] as string);
  }

  keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    const copy = Buffer.allocUnsafe(this.headLength);
    this.bytes.copy(copy, 0, this.base, this.base + this.headLength);
    this.bytes = copy;
    this.base = 0;
    this.fields = this.fields.slice(0, this.count * FIELD_STRIDE);
  }

  /** The callback that was given this map returned: unless it was kept, it reads as empty from now on. */
  release(): void {
    if (this.#kept) return;
    this.#kept = true;
    this.bytes = EMPTY_BYTES;
    this.base = 0;
    this.fields = NO_FIELDS;
    this.count = 0;
  }

  get readable(): boolean {
    return this.bytes !== EMPTY_BYTES;
  }

  /** Takes away what a trailer section must not carry. */
  dropForbiddenTrailers(): void {
    const behind = this.count * FIELD_STRIDE;
    for (let offset = 0; offset < behind; offset += FIELD_STRIDE) {
      const kind = (this.fields[offset + 4] as number) & KIND_MASK;
      if (kind !== Kind.OTHER || isForbiddenTrailer(this.#name(offset))) this.fields[offset + 4] = Kind.REMOVED;
    }
  }

  /** At least one field would be sent. */
  get hasFields(): boolean {
    if (this.extras !== null && this.extras.length > 0) return true;
    for (let i = 0; i < this.count; i++) {
      if (this.fields[i * FIELD_STRIDE + 4] !== Kind.REMOVED) return true;
    }
    return false;
  }

  /** `te: trailers` is the only part of TE that passes. */
  protected get forwardsTe(): boolean {
    return false;
  }

  #find(name: string, from: number): number {
    const fields = this.fields;
    const length = name.length;
    const behind = this.count * FIELD_STRIDE;
    for (let offset = from; offset < behind; offset += FIELD_STRIDE) {
      const start = fields[offset] as number;
      if ((fields[offset + 1] as number) - start !== length || fields[offset + 4] === Kind.REMOVED) continue;
      if (this.#nameIs(this.base + start, name)) return offset;
    }
    return -1;
  }

  #nameIs(at: number, name: string): boolean {
    const bytes = this.bytes;
    for (let i = 0; i < name.length; i++) {
      if (TOKEN_LOWER[bytes[at + i] as number] !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  #name(offset: number): string {
    return latin1(
      this.bytes,
      this.base + (this.fields[offset] as number),
      this.base + (this.fields[offset + 1] as number),
    ).toLowerCase();
  }

  #value(offset: number): string {
    return sharedLatin1(
      this.bytes,
      this.base + (this.fields[offset + 2] as number),
      this.base + (this.fields[offset + 3] as number),
    );
  }
}
