import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../../support/ports.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

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
  const ratings = spawn(process.execPath, [path.join(ROOT, 'demo/bookinfo/apps/ratings.ts')], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'inherit',
  });
  const ended = once(ratings, 'exit');
  try {
    while (ratings.exitCode === null && !(await reachable('127.0.0.1', port)));
    expect(await reachable('127.0.0.1', port)).toBe(true);
    expect(await reachable('127.0.0.2', port)).toBe(false);
  } finally {
    ratings.kill();
    await ended;
  }
});
