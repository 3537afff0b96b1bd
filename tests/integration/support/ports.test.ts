import net from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from '../../support/ports.ts';

it('gives no port twice, none that is taken, and none of those that outgoing connections get', async () => {
  const first = await freePort();
  const server = net.createServer().listen(first + 1, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const others = [await freePort(), await freePort(), await freePort()];
  await new Promise((resolve) => server.close(resolve));
  expect(new Set([first, first + 1, ...others]).size).toBe(5);
  expect(Math.max(first, ...others)).toBeLessThan(32_768);
});
