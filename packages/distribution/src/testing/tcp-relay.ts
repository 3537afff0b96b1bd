import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay between clients and a server that can break in the ways that networks do. */
export interface TcpRelay {
  readonly address: string;
  /** Bytes relayed towards clients. */
  readonly bytesToClients: number;
  /** Nothing passes any more in either direction, and nobody is told: new connections are accepted and stay silent. */
  blackHole(on: boolean): void;
  /** Resets all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpRelay(target: string): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  const at = target.lastIndexOf(':');
  let silent = false;
  let bytesToClients = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.slice(at + 1)), target.slice(0, at));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setNoDelay(true);
      sockets.add(from);
      from.on('data', (bytes) => {
        if (silent) return;
        if (from === upstream) bytesToClients += bytes.length;
        to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        // In a black hole nobody learns of the other's end.
        if (!silent) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get bytesToClients() {
      return bytesToClients;
    },
    blackHole(on) {
      silent = on;
      // Bytes were swallowed: what stood before is of no use afterwards.
      if (!on) for (const socket of sockets) socket.resetAndDestroy();
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
