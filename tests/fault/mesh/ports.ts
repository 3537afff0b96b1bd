import net from 'node:net';
import type { SidecarPorts } from '@weft/cli';

const LOWEST = 15_000;
const HIGHEST = 30_000;
const taken = new Set<number>();
let next = LOWEST + ((process.pid * 67) % (HIGHEST - LOWEST));

/** Below the range that systems take for outgoing connections; none twice. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next + 1 < HIGHEST ? next + 1 : LOWEST;
    if (taken.has(port)) continue;
    const free = await new Promise<boolean>((resolve) => {
      const server = net.createServer();
      server.once('error', () => resolve(false));
      server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (!free) continue;
    taken.add(port);
    return port;
  }
}

export async function sidecarPorts(): Promise<SidecarPorts> {
  return {
    httpIngress: await freePort(),
    httpEgress: await freePort(),
    boltIngress: await freePort(),
    boltEgress: await freePort(),
    boltApp: await freePort(),
    api: await freePort(),
    admin: await freePort(),
    metrics: await freePort(),
  };
}
