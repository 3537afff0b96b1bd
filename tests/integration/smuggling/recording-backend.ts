import type net from 'node:net';
import { type Backend, tcpBackend } from '../../support/backend.ts';
import { type Message, readMessages } from './wire.ts';

export const EMPTY_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

export interface RecordedRequest extends Message {
  /** Which connection it came on. */
  readonly connection: number;
}

/** A host that writes down what it receives, byte for byte, and answers each complete request as told. */
export class RecordingBackend {
  /** Complete requests since `begin`, in the order in which they were complete. */
  requests: RecordedRequest[] = [];
  #answer: (request: RecordedRequest, index: number) => { readonly bytes: string; readonly close?: boolean } = () => ({
    bytes: EMPTY_ANSWER,
  });
  #connections = 0;
  #backend!: Backend;
  #waiting: (() => void) | null = null;
  /** Bytes of incomplete requests by connection. */
  readonly #pending = new Map<number, string>();

  static async start(): Promise<RecordingBackend> {
    const backend = new RecordingBackend();
    backend.#backend = await tcpBackend((socket) => backend.#serve(socket));
    return backend;
  }

  get port(): number {
    return this.#backend.port;
  }

  /** Incomplete requests at this moment. */
  get unfinished(): string {
    return [...this.#pending.values()].join('');
  }

  begin(
    answer?: (request: RecordedRequest, index: number) => { readonly bytes: string; readonly close?: boolean },
  ): void {
    this.requests = [];
    this.#pending.clear();
    this.#answer = answer ?? (() => ({ bytes: EMPTY_ANSWER }));
  }

  /** Resolves once the bytes received make this true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  #serve(socket: net.Socket): void {
    const connection = this.#connections++;
    let bytes = '';
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.toString('latin1');
      const { messages, rest } = readMessages(bytes);
      bytes = rest;
      this.#pending.set(connection, rest);
      for (const message of messages) {
        const request = { ...message, connection };
        this.requests.push(request);
        const { bytes: answer, close } = this.#answer(request, this.requests.length - 1);
        if (close === true) socket.end(Buffer.from(answer, 'latin1'));
        else socket.write(Buffer.from(answer, 'latin1'));
      }
      this.#wake();
    });
    socket.on('end', () => socket.end());
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }

  close(): Promise<void> {
    return this.#backend.close();
  }
}
