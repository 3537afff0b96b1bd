import type { HeaderMap, ResponseHead, StreamBase, StreamSink } from '@weft/sdk';
import { ResetReason } from '@weft/sdk';
import { expectThat } from './harness.ts';

/** Holds what a stream delivers to the order that it promises; who extends it does something with it. */
export class OrderedSink implements StreamSink {
  /** The stream whose peer is checked. */
  stream: StreamBase | null = null;
  readonly #client: boolean;
  #headSeen: boolean;
  #ended: boolean;
  #over = false;
  /** Only of sinks that take a head with all of its content at once. */
  onWhole?: NonNullable<StreamSink['onWhole']>;

  /** `client`: of an answer, whose head is still to come; otherwise of a request, which `ended` with its head or did not. */
  constructor(client: boolean, ended = false, takesWholes = false) {
    this.#client = client;
    this.#headSeen = !client;
    this.#ended = ended;
    if (!takesWholes) return;
    this.onWhole = (head, bytes, start, end) => {
      this.onHead(head, false);
      this.takeContent(bytes, start, end);
    };
  }

  /** The content that came with the head. */
  takeContent(bytes: Buffer, start: number, end: number): void {
    expectThat(start >= 0 && start < end && end <= bytes.length, 'content lies in the bytes');
    if (!this.#over) this.onData(bytes.subarray(start, end), true);
  }

  onInformational(head: ResponseHead): void {
    expectThat(this.#client && !this.#headSeen && !this.#over, 'informational answers come before the head');
    expectThat(head.status < 200 && head.status !== 101, 'informational answers end nothing');
  }
  onHead(_head: ResponseHead, end: boolean): void {
    expectThat(this.#client && !this.#headSeen && !this.#over, 'one head, first');
    this.#headSeen = true;
    this.#ended = end;
  }
  onData(chunk: Uint8Array, end: boolean): void {
    expectThat(this.#headSeen && !this.#ended && !this.#over, 'data between the head and the end');
    expectThat(chunk.length > 0 || end, 'no empty chunk');
    this.#ended = end;
  }
  onTrailers(_trailers: HeaderMap): void {
    expectThat(this.#headSeen && !this.#ended && !this.#over, 'trailers between the head and the end');
    this.#ended = true;
  }
  onReset(reason: number): void {
    expectThat(!this.#over && reason >= 1 && reason <= 7, 'one reset');
    this.#over = true;
  }
  onWritable(): void {
    expectThat(!this.#over, 'nothing follows a reset');
  }

  /** Resets the stream from this side: nothing may follow. */
  protected reset(): void {
    this.#over = true;
    this.stream?.reset(ResetReason.LOCAL_RESET);
  }
}
