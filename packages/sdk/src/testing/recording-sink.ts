import type { HeaderMap, RequestHead, ResetReason, ResponseHead, StreamSink } from '../protocol/index.ts';

/** Everything a stream delivered, copied; what arrives after the end of the stream is a fault that it remembers. */
export class RecordingSink implements StreamSink {
  /** In order and in words: `head`, `data`, `data end`, `trailers`, `reset 3`, `writable`. */
  readonly events: string[] = [];
  readonly chunks: Buffer[] = [];
  readonly trailers: string[] = [];
  readonly resets: ResetReason[] = [];
  head: ResponseHead | null = null;
  informational = 0;
  /** How often the direction was closed regularly; anything but 0 and 1 is a fault. */
  ends = 0;

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.body.toString();
  }

  /** Regular ends and resets: must never be more than one. */
  get outcomes(): number {
    return this.ends + this.resets.length;
  }

  onInformational(_head: ResponseHead): void {
    this.informational++;
    this.events.push('informational');
  }

  onHead(head: ResponseHead, end: boolean): void {
    head.keep();
    this.head = head;
    this.#record('head', end);
  }

  onData(chunk: Uint8Array, end: boolean): void {
    this.chunks.push(Buffer.from(chunk));
    this.#record('data', end);
  }

  onTrailers(trailers: HeaderMap): void {
    trailers.forEach((name, value) => {
      this.trailers.push(`${name}: ${value}`);
    });
    this.#record('trailers', true);
  }

  onReset(reason: ResetReason): void {
    this.resets.push(reason);
    this.events.push(`reset ${reason}`);
  }

  onWritable(): void {
    this.events.push('writable');
  }

  #record(event: string, end: boolean): void {
    if (end) this.ends++;
    this.events.push(end ? `${event} end` : event);
  }
}

/** A head as plain data, for comparisons. */
export function describeHead(head: RequestHead | ResponseHead): Record<string, unknown> {
  const headers: string[] = [];
  head.forEach((name, value) => {
    headers.push(`${name}: ${value}`);
  });
  if ('status' in head)
    return { status: head.status, nativeStatus: head.nativeStatus, applicationError: head.applicationError, headers };
  const { method, authority, path, service, oneWay } = head;
  return { method, authority, path, service, oneWay, headers };
}
