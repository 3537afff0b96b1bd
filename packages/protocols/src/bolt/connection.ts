import { crc32 } from 'node:zlib';
import { type OutputBuffer, ProtocolError } from '@weft/kit';
import { type Codec, type CodecLimits, Detection, type Link, ResetReason } from '@weft/sdk';
import type { BoltOptions } from './config.ts';
import { detectBolt } from './detect.ts';
import {
  CMD_GOAWAY,
  CMD_HEARTBEAT,
  CMD_REQUEST,
  CMD_RESPONSE,
  CRC_BYTES,
  fixedBytes,
  hasCrc,
  idOffset,
  MAX_SHORT,
  MIN_FRAME_BYTES,
  PROTO_TR,
  PROTO_V1,
  PROTO_V2,
  readUint16,
  readUint32,
  TYPE_ONE_WAY,
  TYPE_REQUEST,
  TYPE_RESPONSE,
} from './frame.ts';
import { heartbeatAck } from './heartbeat.ts';
import { countPairs } from './metadata.ts';
import type { BoltStream } from './stream.ts';

const EMPTY = Buffer.alloc(0);

/** The frame that `receive` is at: the fixed header, read once. */
class FrameView {
  proto = 0;
  ver1 = 1;
  type = 0;
  command = 0;
  id = 0;
  codec = 0;
  switches = 0;
  headBytes = 0;
  contentLength = 0;
  crc = false;
  size = 0;
  /** Nobody waits for it: it is dropped unread. */
  unwanted = false;
}

/**
 * Frames of one connection, both ways; client and server differ in what they do with a frame.
 *
 * Receiving: a frame of up to `gatherBytes` is delivered when it is complete. A larger one is cut through: head first, then
 * content as it comes, the end only when the CRC (if there is one) was right.
 * Sending: frames leave one behind the other. While one is incomplete the others collect in buffers of their own.
 */
export abstract class BoltConnection implements Codec {
  readonly link: Link;
  readonly limits: CodecLimits;
  readonly options: BoltOptions;
  need = 1;
  /** The codec ended the connection itself: what still arrives is dropped. */
  ended = false;
  protected draining = false;
  protected readonly frame = new FrameView();
  /** Gets the content of the frame that is being cut through. */
  protected receiving: BoltStream | null = null;
  /** Frames whose head was complete. */
  #frames = 0;
  #contentLeft = 0;
  #skipLeft = 0;
  #crc = 0;
  #crcDue = false;
  /** Open streams, in a list through the streams themselves. */
  #first: BoltStream | null = null;
  #active = 0;
  /** The stream in the middle of its frame. */
  protected writer: BoltStream | null = null;
  readonly #queue: BoltStream[] = [];
  #control: OutputBuffer | null = null;

  constructor(link: Link, limits: CodecLimits, options: BoltOptions) {
    this.link = link;
    this.limits = limits;
    this.options = options;
  }

  abstract receiveEnd(unconsumed: number): void;
  abstract onTimer(): void;
  abstract goaway(): void;
  /** A request or response whose head is complete in `bytes` from `at` on; gives the stream its content belongs to, or null. */
  protected abstract accept(bytes: Buffer, at: number, opaque: boolean, end: boolean): BoltStream | null;
  /** Whether the frame at hand is to be dropped unread; asked once, before `accept`. */
  protected abstract unwanted(): boolean;
  /** A frame was dropped unread. */
  protected abstract dropped(): void;
  protected abstract heartbeatAnswered(): void;
  protected abstract goawayReceived(): void;
  /** The frame at hand is refused; a server tells its caller. */
  protected abstract refused(): void;
  /** The link is free for another frame. */
  protected abstract writerReleased(): void;

  get activeStreams(): number {
    return this.#active;
  }

  connectionClosed(reason: ResetReason): void {
    this.ended = true;
    this.receiving = null;
    this.#control?.clear();
    this.#control = null;
    while (this.#first !== null) this.#first.lost(reason);
    // Complete answers that waited for the link: their streams are over, so nobody else lets their slabs go.
    for (const stream of this.#queue) stream.pending?.clear();
    this.#queue.length = 0;
  }

  /** A stream begins. */
  add(stream: BoltStream): void {
    stream.next = this.#first;
    if (this.#first !== null) this.#first.previous = stream;
    this.#first = stream;
    this.#active++;
  }

  /** A stream is over. */
  remove(stream: BoltStream): void {
    const { previous, next } = stream;
    if (previous !== null) previous.next = next;
    else this.#first = next;
    if (next !== null) next.previous = previous;
    stream.previous = null;
    stream.next = null;
    this.#active--;
  }

  /** Number of the frame that has arrived in part; large content is passed on as it comes and no longer part of it. */
  get pendingHead(): number {
    return this.need > 1 ? this.#frames + 1 : 0;
  }

  /** Nothing can be answered to a request without an id. */
  headTimedOut(): void {
    this.ended = true;
    this.link.close();
  }

  /** True between two frames. */
  protected get atBoundary(): boolean {
    return (
      this.#contentLeft === 0 &&
      this.#skipLeft === 0 &&
      !this.#crcDue &&
      this.writer === null &&
      this.#queue.length === 0
    );
  }

  receive(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.ended) {
      if (this.#skipLeft > 0) {
        const count = Math.min(this.#skipLeft, end - at);
        this.#skipLeft -= count;
        at += count;
      } else if (this.#contentLeft > 0) {
        at = this.#receiveContent(bytes, at, end);
      } else if (this.#crcDue) {
        if (end - at < CRC_BYTES) {
          this.need = CRC_BYTES;
          return at - start;
        }
        this.#receiveCrc(readUint32(bytes, at));
        at += CRC_BYTES;
      } else {
        const needed = this.#readFixed(bytes, at, end);
        if (needed > 0) {
          this.need = needed;
          return at - start;
        }
        at = this.#receiveFrame(bytes, at, end);
      }
    }
    this.need = 1;
    return this.ended ? end - start : at - start;
  }

  onDrained(): void {
    const writer = this.writer;
    if (writer !== null && !writer.over) writer.sink.onWritable();
  }

  /** Where the frame of `stream` goes: the link, or a buffer of its own while another one is being written. */
  beginFrame(stream: BoltStream): OutputBuffer {
    if (this.writer === null) {
      this.writer = stream;
      return this.link.out;
    }
    stream.pending = this.link.out.sibling();
    this.#queue.push(stream);
    return stream.pending;
  }

  endFrame(stream: BoltStream): void {
    if (this.writer !== stream) return;
    this.writer = null;
    if (this.#queue.length > 0 || this.#control !== null) this.#advance();
    if (this.writer === null) this.writerReleased();
  }

  /** Takes a frame back of which nothing was written; false when it is on the link already. */
  cancelFrame(stream: BoltStream): boolean {
    if (stream.pending !== null) {
      stream.pending.clear();
      stream.pending = null;
      const at = this.#queue.indexOf(stream);
      if (at >= 0) this.#queue.splice(at, 1);
      return true;
    }
    if (this.writer !== stream) return true;
    if (stream.headSent) return false;
    this.endFrame(stream);
    return true;
  }

  /** Ends the connection under a frame that will not be completed: no later byte could be understood. */
  breakOff(): void {
    if (this.ended) return;
    this.ended = true;
    this.link.reset();
  }

  closeLink(): void {
    if (this.ended) return;
    this.ended = true;
    this.link.close();
  }

  /** Sends a frame of the codec itself between those of the streams. */
  protected sendControl(frame: Buffer): void {
    let out = this.link.out;
    if (this.writer !== null) {
      this.#control ??= out.sibling();
      out = this.#control;
    }
    // A peer that asks without reading the answers gets no more of them.
    if (out.length > this.limits.highWaterBytes) return;
    out.write(frame);
    if (hasCrc(frame[0] as number, frame[1] as number, frame[11] as number)) out.writeUint32(crc32(frame));
    this.link.flush();
  }

  /** @throws ProtocolError always */
  protected fail(
    message: string,
    code: 'protocol_malformed' | 'protocol_limit' | 'body_too_large' = 'protocol_malformed',
  ): never {
    this.ended = true;
    throw new ProtocolError(message, { code });
  }

  #refuseProtocol(proto: number): never {
    this.fail(
      proto === PROTO_TR
        ? 'this is TR, the predecessor of Bolt, which is not spoken here: the peer must be set to bolt'
        : 'not a Bolt frame',
    );
  }

  /** Returns 0 when the frame at `at` can be delivered, else the bytes needed. */
  #readFixed(bytes: Buffer, at: number, end: number): number {
    const have = end - at;
    const proto = bytes[at] as number;
    if (have < MIN_FRAME_BYTES) {
      if (detectBolt(proto === PROTO_V2 ? PROTO_V2 : PROTO_V1, bytes.subarray(at, end), have) === Detection.NO)
        this.#refuseProtocol(proto);
      return MIN_FRAME_BYTES;
    }
    if (proto !== PROTO_V1 && proto !== PROTO_V2) this.#refuseProtocol(proto);
    const idAt = at + idOffset(proto);
    const type = bytes[idAt - 4] as number;
    if (type > TYPE_ONE_WAY) this.fail('unknown Bolt frame type');
    const fixed = fixedBytes(proto, type);
    if (have < fixed) return fixed;

    const frame = this.frame;
    frame.proto = proto;
    frame.type = type;
    frame.command = readUint16(bytes, idAt - 3);
    frame.id = readUint32(bytes, idAt);
    frame.codec = bytes[idAt + 4] as number;
    frame.ver1 = proto === PROTO_V2 ? (bytes[at + 1] as number) : 1;
    frame.switches = proto === PROTO_V2 ? (bytes[idAt + 5] as number) : 0;
    const classLength = readUint16(bytes, at + fixed - 8);
    const headerLength = readUint16(bytes, at + fixed - 6);
    const contentLength = readUint32(bytes, at + fixed - 4);
    frame.contentLength = contentLength;
    frame.crc = hasCrc(proto, frame.ver1, frame.switches);
    frame.headBytes = fixed + classLength + headerLength;
    frame.size = frame.headBytes + contentLength + (frame.crc ? CRC_BYTES : 0);
    this.#checkCommand(type, frame.command);
    if (classLength > MAX_SHORT || headerLength > MAX_SHORT || contentLength > 0x7fff_ffff)
      this.#refuse('negative length in a Bolt frame', 'protocol_malformed');
    if (frame.headBytes > this.limits.maxHeadBytes)
      this.#refuse('the head of a Bolt frame is too large', 'protocol_limit');
    if (frame.size > this.limits.maxFrameBytes) this.#refuse('a Bolt frame is too large', 'protocol_limit');
    if (type !== TYPE_RESPONSE && this.limits.maxBodyBytes > 0 && contentLength > this.limits.maxBodyBytes)
      this.#refuse('the content of a Bolt request is too large', 'body_too_large');

    frame.unwanted = this.unwanted();
    if (have >= frame.size || frame.unwanted) return 0;
    if (frame.size <= this.options.gatherBytes) return frame.size;
    return have < frame.headBytes ? frame.headBytes : 0;
  }

  #checkCommand(type: number, command: number): void {
    const known =
      type === TYPE_RESPONSE
        ? command === CMD_RESPONSE || command === CMD_HEARTBEAT
        : command === CMD_REQUEST || (type === TYPE_REQUEST && (command === CMD_HEARTBEAT || command === CMD_GOAWAY));
    if (!known) this.fail(`unknown Bolt command ${command}`);
  }

  #receiveFrame(bytes: Buffer, at: number, end: number): number {
    const frame = this.frame;
    this.#frames++;
    if (frame.unwanted) {
      this.dropped();
      this.#skipLeft = frame.size;
      return at;
    }
    const whole = end - at >= frame.size;
    const contentAt = at + frame.headBytes;
    if (
      whole &&
      frame.crc &&
      crc32(bytes.subarray(at, contentAt + frame.contentLength)) !== readUint32(bytes, at + frame.size - CRC_BYTES)
    ) {
      this.#refuse('wrong CRC of a Bolt frame', 'protocol_malformed');
    }
    if (frame.command === CMD_HEARTBEAT || frame.command === CMD_GOAWAY) {
      if (!whole || frame.headBytes + frame.contentLength !== fixedBytes(frame.proto, frame.type))
        this.fail('a Bolt heartbeat with content');
      this.#receiveControl();
      return at + frame.size;
    }
    const mapEnd = contentAt;
    const mapStart = mapEnd - readUint16(bytes, at + fixedBytes(frame.proto, frame.type) - 6);
    const pairs = countPairs(bytes, mapStart, mapEnd);
    if (pairs > this.limits.maxHeaderCount) this.#refuse('too many headers in a Bolt frame', 'protocol_limit');

    const contentLength = frame.contentLength;
    const size = frame.size;
    const crc = frame.crc;
    if (!whole) {
      // Before the head is delivered: what the callback does must find the connection in the middle of this frame.
      this.#contentLeft = contentLength;
      this.#crcDue = crc;
      if (crc) this.#crc = crc32(bytes.subarray(at, contentAt));
    }
    const stream = this.accept(bytes, at, pairs < 0, contentLength === 0 && (whole || !crc));
    if (!whole) {
      this.receiving = stream;
      return contentAt;
    }
    if (stream !== null && contentLength > 0)
      stream.deliver(bytes.subarray(contentAt, contentAt + contentLength), true);
    return at + size;
  }

  #receiveContent(bytes: Buffer, at: number, end: number): number {
    const count = Math.min(this.#contentLeft, end - at);
    const chunk = bytes.subarray(at, at + count);
    this.#contentLeft -= count;
    if (this.#crcDue) this.#crc = crc32(chunk, this.#crc);
    const stream = this.receiving;
    const last = this.#contentLeft === 0 && !this.#crcDue;
    if (last) this.receiving = null;
    if (stream !== null) stream.deliver(chunk, last);
    return at + count;
  }

  #receiveCrc(expected: number): void {
    this.#crcDue = false;
    const stream = this.receiving;
    this.receiving = null;
    if (this.#crc !== expected) {
      if (stream !== null) stream.lost(ResetReason.PROTOCOL_ERROR);
      this.fail('wrong CRC of a Bolt frame');
    }
    if (stream !== null) stream.deliver(EMPTY, true);
  }

  #receiveControl(): void {
    const frame = this.frame;
    if (frame.command === CMD_GOAWAY) this.goawayReceived();
    else if (frame.type === TYPE_RESPONSE) this.heartbeatAnswered();
    else this.sendControl(heartbeatAck(frame.proto, frame.ver1, frame.id, frame.codec, frame.switches));
  }

  #refuse(message: string, code: 'protocol_malformed' | 'protocol_limit' | 'body_too_large'): never {
    this.refused();
    this.fail(message, code);
  }

  /** Moves what waited to the link, up to and including the next incomplete frame. */
  #advance(): void {
    const out = this.link.out;
    if (this.#control !== null) {
      this.#control.moveTo(out);
      this.#control = null;
    }
    while (this.writer === null) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      if (next.pending !== null) {
        next.pending.moveTo(out);
        next.pending = null;
      }
      if (next.sendLeft > 0) {
        this.writer = next;
        if (this.link.pendingBytes <= this.limits.lowWaterBytes) next.sink.onWritable();
      }
    }
    this.link.flush();
  }
}
