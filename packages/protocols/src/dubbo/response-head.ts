import type { OutputBuffer } from '@weft/kit';
import type { ResponseHead } from '@weft/sdk';
import { isRefusalHeader, REJECT_HEADER } from '../common/refusal-headers.ts';
import { messageIn } from './answer.ts';
import {
  FLAG_AT,
  HEADER_BYTES,
  isHessian,
  RESPONSE_EXCEPTION,
  RESPONSE_EXCEPTION_WITH_ATTACHMENTS,
  RESPONSE_NULL_WITH_ATTACHMENTS,
  SERIALIZATION_MASK,
  STATUS_AT,
} from './frame.ts';
import { DubboHead } from './head.ts';
import { readRefusal, type ToldRefusal } from './local-replies.ts';
import { findResponseMap } from './metadata.ts';
import { DubboStatus, toHttpStatus } from './status.ts';

/** No refusal has a longer frame. */
const MAX_TOLD_FRAME_BYTES = 300;

export class DubboResponseHead extends DubboHead implements ResponseHead {
  #nativeStatus: number;
  /** undefined: not looked for yet. */
  #told: ToldRefusal | null | undefined;
  #statusChanged = false;
  readonly #seenWhole: boolean;
  /** First byte of the content, 0 when there is none. */
  readonly #kind: number;

  constructor(bytes: Buffer, start: number, frameBytes: number, whole: boolean) {
    const native = bytes[start + STATUS_AT] as number;
    const serialization = (bytes[start + FLAG_AT] as number) & SERIALIZATION_MASK;
    super(bytes, start, frameBytes, HEADER_BYTES, whole, native === DubboStatus.OK && isHessian(serialization));
    this.#nativeStatus = native;
    this.#seenWhole = whole;
    this.#kind = frameBytes > HEADER_BYTES ? (bytes[start + HEADER_BYTES] ?? 0) : 0;
  }

  get nativeStatus(): number {
    return this.#nativeStatus;
  }

  get status(): number {
    return toHttpStatus(this.nativeStatus);
  }

  /** A rule of the service refused. */
  get refused(): boolean {
    return this.get(REJECT_HEADER) !== undefined || this.nativeStatus === DubboStatus.SERVER_THREADPOOL_EXHAUSTED_ERROR;
  }

  /**
   * Which rule of the service refused stands in the message of an answer with a status, in the attachments of one with an
   * exception, and in no other. Every other name is an attachment.
   */
  override get(name: string): string | undefined {
    if (!isRefusalHeader(name)) return super.get(name);
    if (this.nativeStatus === DubboStatus.OK) return this.applicationError ? super.get(name) : undefined;
    const told = this.#refusal();
    return name === REJECT_HEADER ? told?.word : told?.ruleDbId;
  }

  /** With the status of an error of the service a message tells of no refusal, whatever its text: no byte of it changes. */
  override remove(name: string): void {
    if (this.nativeStatus === DubboStatus.OK || !isRefusalHeader(name)) {
      super.remove(name);
      return;
    }
    if (this.#refusal() === null) return;
    this.#told = null;
    this.#nativeStatus = DubboStatus.SERVICE_ERROR;
    this.#statusChanged = true;
  }

  override encode(out: OutputBuffer, idHigh: number, idLow: number, contentLength: number): void {
    super.encode(out, idHigh, idLow, contentLength);
    if (this.#statusChanged) out.buffer[out.position - HEADER_BYTES + STATUS_AT] = this.nativeStatus;
  }

  override encodeWhole(
    out: OutputBuffer,
    idHigh: number,
    idLow: number,
    bytes: Buffer,
    contentStart: number,
    contentEnd: number,
  ): boolean {
    return !this.#statusChanged && super.encodeWhole(out, idHigh, idLow, bytes, contentStart, contentEnd);
  }

  #refusal(): ToldRefusal | null {
    if (this.#told !== undefined) return this.#told;
    this.#told = null;
    const { bytes, start, frameBytes } = this;
    if (!this.#seenWhole || frameBytes > MAX_TOLD_FRAME_BYTES) return null;
    const message = messageIn(this.serialization, bytes, start + HEADER_BYTES, start + frameBytes);
    this.#told = readRefusal(this.nativeStatus, message);
    return this.#told;
  }

  override keep(): void {
    // Now, as the message is behind the head that is kept.
    if (this.nativeStatus !== DubboStatus.OK) this.#refusal();
    super.keep();
  }

  /** The answer carries what the method threw. */
  get applicationError(): boolean {
    return this.decodable && (this.#kind === RESPONSE_EXCEPTION || this.#kind === RESPONSE_EXCEPTION_WITH_ATTACHMENTS);
  }

  protected findMap(): number {
    return findResponseMap(this.bytes, this.start + HEADER_BYTES, this.start + this.frameBytes);
  }

  protected get endsWithMap(): boolean {
    return this.#kind >= RESPONSE_EXCEPTION_WITH_ATTACHMENTS && this.#kind <= RESPONSE_NULL_WITH_ATTACHMENTS;
  }
}
