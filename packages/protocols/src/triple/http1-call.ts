import type {
  HeaderMap,
  LocalReply,
  ProtocolFamily,
  RequestHead,
  ResetReason,
  ResponseHead,
  ServerHandler,
  ServerStream,
  StreamSink,
} from '@weft/sdk';
import { parseGrpcTimeout } from '../common/h2/grpc-timeout.ts';
import { PROTOCOL_NAME, serviceName, timeoutOf } from './identity.ts';
import { toTripleReply } from './local-replies.ts';

/** A request of Triple over HTTP/1.1: the head of that codec, read as Dubbo reads it. */
export class TripleHttp1Head implements RequestHead {
  readonly #head: RequestHead;

  constructor(head: RequestHead) {
    this.#head = head;
  }

  get protocol(): string {
    return PROTOCOL_NAME;
  }

  get family(): ProtocolFamily {
    return this.#head.family;
  }

  /** `interface[:version][:group]@tri`; '' for a request that calls no method. */
  get service(): string {
    const name = serviceName(this.path, this.#head);
    return name === '' ? '' : `${name}@${PROTOCOL_NAME}`;
  }

  get timeoutMs(): number {
    const grpc = this.#head.get('grpc-timeout');
    return (grpc === undefined ? 0 : parseGrpcTimeout(grpc)) || timeoutOf(this.#head);
  }

  get method(): string {
    return this.#head.method;
  }

  set method(value: string) {
    this.#head.method = value;
  }

  get authority(): string {
    return this.#head.authority;
  }

  set authority(value: string) {
    this.#head.authority = value;
  }

  get path(): string {
    return this.#head.path;
  }

  set path(value: string) {
    this.#head.path = value;
  }

  get scheme(): string {
    return this.#head.scheme;
  }

  get oneWay(): boolean {
    return this.#head.oneWay;
  }

  get contentLength(): number {
    return this.#head.contentLength;
  }

  get upgrade(): string {
    return this.#head.upgrade;
  }

  get expectsContinue(): boolean {
    return this.#head.expectsContinue;
  }

  get idempotent(): boolean {
    return this.#head.idempotent;
  }

  get wireBytes(): number {
    return this.#head.wireBytes;
  }

  get(name: string): string | undefined {
    if (name === 'service') return serviceName(this.path, this.#head) || this.#head.get(name);
    return this.#head.get(name);
  }

  getAll(name: string): readonly string[] {
    return this.#head.getAll(name);
  }

  set(name: string, value: string): void {
    this.#head.set(name, value);
  }

  add(name: string, value: string): void {
    this.#head.add(name, value);
  }

  remove(name: string): void {
    this.#head.remove(name);
  }

  forEach(visit: (name: string, value: string) => void): void {
    this.#head.forEach(visit);
  }

  keep(): void {
    this.#head.keep();
  }
}

/** The stream of the HTTP/1.1 codec, with local replies in the words of Triple. */
class TripleHttp1Stream implements ServerStream {
  readonly #stream: ServerStream;

  constructor(stream: ServerStream) {
    this.#stream = stream;
  }

  get id(): number {
    return this.#stream.id;
  }

  get sink(): StreamSink {
    return this.#stream.sink;
  }

  set sink(sink: StreamSink) {
    this.#stream.sink = sink;
  }

  get bufferedBytes(): number {
    return this.#stream.bufferedBytes;
  }

  sendInformational(head: ResponseHead): void {
    this.#stream.sendInformational(head);
  }

  sendHead(head: ResponseHead, end: boolean): void {
    this.#stream.sendHead(head, end);
  }

  sendData(chunk: Uint8Array, end: boolean): void {
    this.#stream.sendData(chunk, end);
  }

  sendTrailers(trailers: HeaderMap): void {
    this.#stream.sendTrailers(trailers);
  }

  sendLocalReply(request: RequestHead, reply: LocalReply): void {
    this.#stream.sendLocalReply(request, toTripleReply(request, reply));
  }

  reset(reason: ResetReason): void {
    this.#stream.reset(reason);
  }

  pause(): boolean {
    return this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

/** Hands requests of the HTTP/1.1 codec on as calls of Triple. */
export function tripleHandler(handler: ServerHandler): ServerHandler {
  return {
    onRequest(stream, head, end) {
      handler.onRequest(new TripleHttp1Stream(stream), new TripleHttp1Head(head), end);
    },
  };
}
