import net from 'node:net';
import { acceptHandles, type TcpHandle } from './platform.ts';

export interface AcceptorOptions {
  /** A listening or bound descriptor that this acceptor owns from now on; it is closed with it. */
  readonly fd?: number;
  /** Or the address to bind here, where descriptors cannot be duplicated. */
  readonly host?: string;
  readonly port?: number;
  readonly backlog?: number;
  onAccept(handle: TcpHandle): void;
  onError(error: Error): void;
}

/** Accepts connections of one listener on one thread. */
export class Acceptor {
  readonly #server: net.Server;

  private constructor(server: net.Server) {
    this.#server = server;
  }

  static open(options: AcceptorOptions): Promise<Acceptor> {
    const server = net.createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', () => {
        server.off('error', reject);
        server.on('error', options.onError);
        acceptHandles(server, (error, handle) => {
          if (error !== 0 || handle === undefined) options.onError(new Error(`accept failed: ${error}`));
          else options.onAccept(handle);
        });
        resolve(new Acceptor(server));
      });
      if (options.fd !== undefined) server.listen({ fd: options.fd, backlog: options.backlog ?? 4096 });
      else
        server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0, backlog: options.backlog ?? 4096 });
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Stops accepting here; other duplicates of the socket go on. */
  close(): void {
    this.#server.close();
  }
}
