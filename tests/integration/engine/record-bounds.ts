import { expect } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { FastBackend, keep, Peer, start, until } from './support.ts';

const MAX_BYTES = 65_536;
const REQUESTS = 3000;

interface Kept {
  readonly bytes: number;
  readonly stands: number;
  readonly headers: readonly string[];
  readonly path: string;
}

/** Long heads for ever new services: what is remembered of them stays within its bytes, and stands for all of them. */
export async function attackRecords(): Promise<void> {
  const backend = await FastBackend.listen('ok');
  const proxy = await start(
    {
      ...configuration({
        listeners: [proxyListener({ type: 'ingress' })],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
      governance: { record: { enabled: 'on', samples_per_second: 100_000, max_bytes: MAX_BYTES } },
    },
    { threads: 1 },
  );
  const peer = new Peer(proxy.port('front'));
  keep({
    close: async () => {
      peer.socket.destroy();
    },
  });
  await peer.connected;
  const head = `${'x'.repeat(20)}: ${'v'.repeat(1500)}\r\n`;
  for (let at = 0; at < REQUESTS; at += 100) {
    const batch = Array.from(
      { length: 100 },
      (_, index) => `GET /${'p'.repeat(900)} HTTP/1.1\r\nhost: made-up-${at + index}\r\n${head.repeat(3)}\r\n`,
    );
    await peer.send(batch.join(''));
    await until(() => peer.count >= at + 100 || peer.events.length > 0);
  }
  const { status, body } = await proxy.admin('GET', '/api/v1/governance/records?direction=SERVER');
  expect(status).toBe(200);
  const { records } = JSON.parse(body) as { records: Kept[] };
  expect(records.length).toBeGreaterThan(10);
  expect(records.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(MAX_BYTES);
  for (const { headers, path } of records) {
    expect(path.length).toBeLessThanOrEqual(512);
    for (const text of headers) expect(text.length).toBeLessThanOrEqual(256);
  }
}
