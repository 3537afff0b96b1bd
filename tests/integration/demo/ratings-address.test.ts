import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createSofaServer } from '../../../demo/bookinfo/apps/sofa-rpc-node.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const reachable = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

test('the Bolt server of the demo listens on 127.0.0.1 and on no other address', async () => {
  const port = await freePort();
  const server = createSofaServer(port);
  try {
    await server.start();
    // `start` does not wait for the socket.
    while (!(await reachable('127.0.0.1', port)));
    expect(await reachable('127.0.0.2', port)).toBe(false);
  } finally {
    await server.close();
  }
});
