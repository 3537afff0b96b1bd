import { spawn } from 'node:child_process';
import type net from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../load/backend.ts';
import { type LoadProtocol, runLoad } from '../load/generator.ts';
import { runStream } from '../load/tcp-stream.ts';
import { freePorts } from '../src/processes.ts';

/** Runs `use` with the port of a reference proxy in front of two backends. */
async function withReference(
  file: string,
  protocol: LoadProtocol | 'tcp',
  use: (port: number) => Promise<void>,
): Promise<void> {
  const backends = [await startBackend(protocol, 0), await startBackend(protocol, 0)];
  const ports = backends.map((server) => (server.address() as net.AddressInfo).port);
  const [listenPort = 0] = await freePorts(1);
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [script, String(listenPort), ...ports.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the reference ended with ${code}`)));
    });
    await use(listenPort);
  } finally {
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    for (const backend of backends) backend.close();
  }
}

describe('the reference proxies', () => {
  it.each([
    ['http1.ts', 'http1'],
    ['http2.ts', 'http2'],
    ['http2.ts', 'grpc'],
    ['bolt.ts', 'bolt'],
    ['dubbo.ts', 'dubbo'],
  ] as const)('%s relays %s unchanged', async (file, protocol) => {
    await withReference(file, protocol, async (port) => {
      const load = { connections: 3, inFlight: 4, ratePerSecond: 0, warmupMs: 0, durationMs: 10_000, requests: 500 };
      const result = await runLoad({ ...load, protocol, port, requestBody: protocol === 'http1' });
      expect(result.errorKinds).toEqual({});
      expect(result.completed).toBeGreaterThanOrEqual(500);
    });
  });

  it('tcp.ts relays bytes unchanged', async () => {
    await withReference('tcp.ts', 'tcp', async (port) => {
      const result = await runStream({ port, connections: 3, warmupMs: 0, durationMs: 300 });
      expect(result.errorKinds).toEqual({});
      expect(result.bytes).toBeGreaterThan(0);
    });
  });
});
