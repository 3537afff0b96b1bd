import net from 'node:net';

/** A caller that sends any bytes and keeps what it gets. */
export class Caller {
  readonly #socket: net.Socket;
  received = '';
  closed = false;
  #waiting: (() => void) | null = null;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      this.#wake();
    });
    // A reset is an end too; which of them it was is not the question here.
    socket.on('error', () => {});
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  static connect(port: number): Promise<Caller> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Caller(socket));
      });
    });
  }

  send(bytes: string): void {
    if (!this.closed) this.#socket.write(Buffer.from(bytes, 'latin1'));
  }

  /** Resolves once this is true, or nothing more can come. */
  async until(condition: () => boolean): Promise<void> {
    while (!this.closed && !condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #end(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }
}
