import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createFakeClock } from '@weft/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStream } from '../http/index.ts';
import { EventStreams } from './events.ts';

const HEARTBEAT_MS = 15_000;
const WAIT = { timeout: 20_000 };
const TEXT = 'x'.repeat(60_000);

describe('streams of events', () => {
  const clock = createFakeClock();
  const streams = new EventStreams(clock);
  let until: number | null = null;
  let asked = 0;
  let response: ServerResponse;
  let stream: EventStream;
  let ended = 0;
  let client: Socket;
  const server = createServer((_request, answer) => {
    response = answer;
    stream = streams.open(
      answer,
      {},
      { userId: 'u', endsAt: Number.MAX_SAFE_INTEGER, lastEventId: undefined, allowedUntil },
    );
    stream.onClose(() => ended++);
  });
  const allowedUntil = async () => {
    asked++;
    return until;
  };

  beforeEach(async () => {
    until = Number.MAX_SAFE_INTEGER;
    asked = ended = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    const begun = new Promise((resolve) => client.once('data', resolve));
    client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    await begun;
    client.pause();
  });
  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  /** Until the kernel takes no more, and something waits here. */
  const fill = async () => {
    for (let rounds = 0; rounds < 50; rounds++) {
      while (response.writableLength < 4 * TEXT.length) {
        stream.send('1', 'rules', TEXT);
        rounds = 0;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('write nothing to a reader who does not read and is no longer allowed, and cut it off', async () => {
    await fill();
    until = null;
    streams.recheck('u');
    await expect.poll(() => response.writableEnded, WAIT).toBe(true);
    expect([ended, response.destroyed]).toEqual([1, false]);
    expect(stream.send('2', 'rules', TEXT)).toBe(false);
    clock.advance(HEARTBEAT_MS);
    streams.closeAll();
    await expect.poll(() => response.destroyed, WAIT).toBe(true);
    expect(ended).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('cut off a reader for whom too much waits', async () => {
    let sent = 0;
    while (stream.send('1', 'rules', TEXT)) expect(++sent).toBeLessThan(2000);
    expect(response.destroyed).toBe(true);
    expect(ended).toBe(1);
    expect(stream.send('2', 'rules', TEXT)).toBe(false);
    await expect.poll(() => clock.pending, WAIT).toBe(0);
  });

  it('end with the control plane, readers who do not read too', async () => {
    await fill();
    streams.closeAll();
    expect(ended).toBe(1);
    expect(stream.send('2', 'rules', TEXT)).toBe(false);
    expect(response.destroyed).toBe(false);
    clock.advance(2000);
    await expect.poll(() => response.closed, WAIT).toBe(true);
  });

  it('give a reader who reads what waits for it before they end', async () => {
    await fill();
    let read = '';
    client.on('data', (bytes) => {
      read += bytes;
    });
    const end = new Promise((resolve) => client.once('close', resolve));
    stream.send('last', 'rules', 1);
    stream.close();
    client.resume();
    await end;
    expect(read).toContain('id: last\n');
    await expect.poll(() => clock.pending, WAIT).toBe(0);
  });

  it('survive an error of the connection', async () => {
    response.emit('error', new Error('reset'));
    await expect.poll(() => response.closed, WAIT).toBe(true);
    expect(ended).toBe(1);
  });

  it('ask again when access that was left over by one role ends with the next', async () => {
    await expect.poll(() => asked, WAIT).toBe(1);
    until = clock.wallNow() + 3000;
    streams.recheck('u');
    await expect.poll(() => asked, WAIT).toBe(2);
    const second = clock.wallNow() + 5000;
    until = second;
    clock.advance(3000);
    await expect.poll(() => asked, WAIT).toBe(3);
    until = null;
    clock.advance(1999);
    expect(asked).toBe(3);
    clock.advance(1);
    await expect.poll(() => ended, WAIT).toBe(1);
  });
});
