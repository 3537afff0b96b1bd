import type { Link, ResetReason, ServerCodec } from '@weft/sdk';
import { CLIENT_PREFACE } from '../common/h2/index.ts';

/** Makes the codec of a connection when its first bytes are there. */
export interface TripleCodecs {
  readonly http2: () => ServerCodec;
  /** null: the HTTP/2 codec refuses what does not begin with its preface. */
  readonly http1: (() => ServerCodec) | null;
}

/**
 * The downstream side: HTTP/2 behind its preface, HTTP/1.1 otherwise, as Dubbo 3.3 has both on one port. Until that is known there
 * is no codec, and nothing is written.
 */
export class TripleServer implements ServerCodec {
  readonly #link: Link;
  readonly #codecs: TripleCodecs;
  #inner: ServerCodec | null = null;
  #need = 1;

  constructor(link: Link, codecs: TripleCodecs) {
    this.#link = link;
    this.#codecs = codecs;
  }

  get need(): number {
    return this.#inner === null ? this.#need : this.#inner.need;
  }

  get activeStreams(): number {
    return this.#inner === null ? 0 : this.#inner.activeStreams;
  }

  get pendingHead(): number {
    if (this.#inner !== null) return this.#inner.pendingHead ?? 0;
    return this.#need > 1 ? 1 : 0;
  }

  /** The codec inside says hello once it is there. */
  start(): void {}

  receive(bytes: Buffer, start: number, end: number): number {
    if (this.#inner !== null) return this.#inner.receive(bytes, start, end);
    const count = Math.min(end - start, CLIENT_PREFACE.length);
    const isPreface = bytes.compare(CLIENT_PREFACE, 0, count, start, start + count) === 0;
    if (isPreface && count < CLIENT_PREFACE.length) {
      this.#need = count + 1;
      return 0;
    }
    const { http1, http2 } = this.#codecs;
    this.#inner = isPreface || http1 === null ? http2() : http1();
    this.#inner.start();
    return this.#inner.receive(bytes, start, end);
  }

  receiveEnd(unconsumed: number): void {
    if (this.#inner === null) this.#link.close();
    else this.#inner.receiveEnd(unconsumed);
  }

  connectionClosed(reason: ResetReason): void {
    this.#inner?.connectionClosed(reason);
  }

  onDrained(): void {
    this.#inner?.onDrained();
  }

  onTimer(): void {
    this.#inner?.onTimer();
  }

  headTimedOut(): void {
    if (this.#inner === null) this.#link.close();
    else this.#inner.headTimedOut?.();
  }

  goaway(): void {
    if (this.#inner === null) this.#link.close();
    else this.#inner.goaway();
  }
}
