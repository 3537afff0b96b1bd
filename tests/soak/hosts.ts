/** Hosts for the soak: they answer, and now and then reset, stay silent or answer too early. */
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Random } from '@weft/kit';
import { BoltReader, boltResponse } from '../integration/engine/bolt.ts';

export interface HostPorts {
  readonly http: number;
  readonly bolt: number;
  readonly tcp: number;
}

export async function startHosts(random: Random): Promise<HostPorts> {
  const rude = (socket: net.Socket, chance: number): boolean => {
    if (random.next() >= chance) return false;
    socket.resetAndDestroy();
    return true;
  };
  const web = http.createServer((request, response) => {
    request.on('error', () => {});
    if (rude(request.socket, 0.01)) return;
    const size = Number(/^\/size\/(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
    const answer = (): void => void response.end(Buffer.alloc(size, 65));
    if (random.next() < 0.05) answer();
    else request.on('end', answer);
    request.resume();
  });
  const bolt = net.createServer((socket) => {
    socket.on('error', () => {});
    const reader = new BoltReader();
    socket.on('data', (chunk: Buffer) => {
      if (rude(socket, 0.002)) return;
      for (const frame of reader.push(chunk)) {
        if (frame.type === 1 && frame.command !== 0)
          socket.write(boltResponse(frame.id, Buffer.alloc(random.below(20_000))));
      }
    });
  });
  const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    if (random.next() < 0.05) setTimeout(() => socket.resetAndDestroy(), 5);
    else socket.pipe(socket);
  });
  return { http: await listen(web), bolt: await listen(bolt), tcp: await listen(echo) };
}

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
