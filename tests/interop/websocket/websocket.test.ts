/** WebSocket through the proxy with the npm package `ws` on both sides. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { expectSound, metric, peakResidentBytes, residentBytes } from '../../support/metrics.ts';
import { closing, echo, nextMessage, noise, Rig } from './rig.ts';

const MIB = 1024 * 1024;

let rig = new Rig();
afterEach(async () => {
  await rig.close();
  rig = new Rig();
});

describe('messages', () => {
  it('passes text and binary of every length class', async () => {
    const proxy = await rig.proxy(await rig.serve(echo));
    const socket = await rig.dial(proxy.port('front'));
    for (const length of [0, 1, 125, 126, 127, 65535, 65536, 1_000_003]) {
      const bytes = noise(length, length);
      socket.send(bytes);
      const back = (await nextMessage(socket)) as Buffer;
      expect(back.equals(bytes)).toBe(true);
      const text = 'ä☺x'.repeat(length / 4);
      socket.send(text);
      expect(await nextMessage(socket)).toBe(text);
    }
    await expectSound(proxy);
  });

  it('passes messages in fragments, with a ping between them', async () => {
    const pings: string[] = [];
    const port = await rig.serve((socket) => {
      echo(socket);
      socket.on('ping', (data: Buffer) => pings.push(data.toString()));
    });
    const proxy = await rig.proxy(port);
    const socket = await rig.dial(proxy.port('front'));
    const pong = once(socket, 'pong');
    socket.send('one ', { fin: false });
    socket.send('two ', { fin: false });
    socket.ping('between');
    socket.send('', { fin: false });
    socket.send('three', { fin: true });
    expect(await nextMessage(socket)).toBe('one two three');
    expect(String((await pong)[0])).toBe('between');
    expect(pings).toEqual(['between']);
  });

  it('passes pings of the server and their pongs', async () => {
    let server: WebSocket | null = null;
    const port = await rig.serve((socket) => {
      server = socket;
    });
    const proxy = await rig.proxy(port);
    await rig.dial(proxy.port('front'));
    const pong = once(server as unknown as WebSocket, 'pong');
    (server as unknown as WebSocket).ping('are you there');
    expect(String((await pong)[0])).toBe('are you there');
  });

  it('passes a message that comes with the handshake in one segment, both ways', async () => {
    const port = await rig.serveUpgrades((_request, socket, head) => {
      const early = Buffer.concat([head]);
      const text = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('early')]);
      socket.write(
        Buffer.concat([
          Buffer.from('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
          text,
        ]),
      );
      let received = early.length;
      if (received === 7) socket.end(Buffer.from([0x88, 0]));
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received === 7) socket.end(Buffer.from([0x88, 0]));
      });
    });
    const proxy = await rig.proxy(port);
    const client = net.connect(proxy.port('front'), '127.0.0.1');
    rig.onClose(() => client.destroy());
    client.write(
      Buffer.concat([
        Buffer.from(
          'GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nsec-websocket-version: 13\r\n\r\n',
        ),
        // A masked text frame that the client sends before it has seen the answer.
        Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78]),
      ]),
    );
    const chunks: Buffer[] = [];
    client.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(client, 'end');
    const answer = Buffer.concat(chunks).toString('latin1');
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('\x81\x05early\x88\x00');
  });

  it('passes a message of 100 MB there and back without keeping it', async () => {
    const proxy = await rig.proxy(await rig.serve(echo));
    const socket = await rig.dial(proxy.port('front'));
    socket.send('warm');
    await nextMessage(socket);
    const before = await residentBytes(proxy);
    const bytes = noise(100_000_000);
    socket.send(bytes);
    const back = (await nextMessage(socket)) as Buffer;
    expect(back.length).toBe(bytes.length);
    expect(createHash('sha1').update(back).digest('hex')).toBe(createHash('sha1').update(bytes).digest('hex'));
    expect((await peakResidentBytes(proxy)) - before).toBeLessThan(64 * MIB);
    await expectSound(proxy);
  });

  it('waits for a slow reader with bounded memory, then gives it everything', async () => {
    const total = 256;
    const chunk = noise(MIB);
    let sent = 0;
    const port = await rig.serve((socket) => {
      const next = (): void => {
        if (sent === total) {
          socket.close(1000, 'all');
          return;
        }
        sent++;
        // Called when the kernel has taken it: the proxy reads or does not.
        socket.send(chunk, next);
      };
      socket.once('message', next);
    });
    const proxy = await rig.proxy(port);
    const socket = await rig.dial(proxy.port('front'));
    const before = await residentBytes(proxy);
    let received = 0;
    let equal = true;
    socket.on('message', (data: Buffer) => {
      received++;
      equal &&= data.equals(chunk);
    });
    const end = closing(socket);
    socket.pause();
    socket.send('go');
    // Everything that can be buffered is, when nothing moves from one look to the next.
    let last = -1;
    await expect
      .poll(
        async () => {
          const moved = await metric(proxy, 'upstream_connection_bytes_read_total', { cluster: 'sockets' });
          const still = moved > MIB && moved === last;
          last = moved;
          return still;
        },
        { interval: 250, timeout: 20_000 },
      )
      .toBe(true);
    expect(sent).toBeLessThan(total / 4);
    expect((await peakResidentBytes(proxy)) - before).toBeLessThan(64 * MIB);
    socket.resume();
    expect(await end).toEqual({ code: 1000, reason: 'all' });
    expect([received, equal]).toEqual([total, true]);
    await expectSound(proxy);
  });

  it('holds 300 conversations at a time apart', async () => {
    const proxy = await rig.proxy(await rig.serve(echo));
    const sockets = await Promise.all(Array.from({ length: 300 }, () => rig.dial(proxy.port('front'))));
    const answers = await Promise.all(
      sockets.map(async (socket, i) => {
        const heard: (string | Buffer)[] = [];
        for (let turn = 0; turn < 5; turn++) {
          socket.send(`${i}/${turn}`);
          heard.push(await nextMessage(socket));
        }
        return heard.join();
      }),
    );
    expect(answers).toEqual(sockets.map((_, i) => [0, 1, 2, 3, 4].map((turn) => `${i}/${turn}`).join()));
    const ends = sockets.map(closing);
    for (const socket of sockets) socket.close(1000);
    await Promise.all(ends);
    await expect.poll(() => metric(proxy, 'downstream_connection_active', { listener: 'front' })).toBe(0);
    await expect.poll(() => metric(proxy, 'upstream_connection_active', { cluster: 'sockets' })).toBe(0);
    await expectSound(proxy);
  });

  it('passes through two proxies in series', async () => {
    const near = await rig.proxy(await rig.serve(echo));
    const far = await rig.proxy(near.port('front'));
    const socket = await rig.dial(far.port('front'));
    const bytes = noise(3_000_000);
    socket.send(bytes);
    expect(((await nextMessage(socket)) as Buffer).equals(bytes)).toBe(true);
    const end = closing(socket);
    socket.close(4321, 'done');
    expect(await end).toEqual({ code: 4321, reason: 'done' });
  });
});

describe('handshake', () => {
  it('passes subprotocols and the server’s choice', async () => {
    const port = await rig.serve(
      (socket, request) => socket.send(`${request.url} ${request.headers['sec-websocket-protocol']}`),
      { handleProtocols: (offered) => (offered.has('chat.v2') ? 'chat.v2' : false) },
    );
    const proxy = await rig.proxy(port);
    const socket = rig.dialing(proxy.port('front'), {}, ['chat.v1', 'chat.v2']);
    expect(await nextMessage(socket)).toBe('/socket?a=1 chat.v1,chat.v2');
    expect(socket.protocol).toBe('chat.v2');
  });

  it('passes permessage-deflate', async () => {
    const deflate = { threshold: 0 };
    const proxy = await rig.proxy(await rig.serve(echo, { perMessageDeflate: deflate }));
    const socket = await rig.dial(proxy.port('front'), { perMessageDeflate: deflate });
    expect(socket.extensions).toContain('permessage-deflate');
    const text = 'the same again and again, '.repeat(100_000);
    for (let i = 0; i < 3; i++) {
      socket.send(text);
      expect(await nextMessage(socket)).toBe(text);
    }
    // Three messages of 2.6 MB each way: had it not been compressed, this many bytes would have passed.
    expect(await metric(proxy, 'downstream_bytes_read_total', { listener: 'front' })).toBeLessThan(100_000);
  });

  it('passes a refusal with its body, and the connection stays usable', async () => {
    const port = await rig.serveUpgrades((_request, socket) => {
      socket.write('HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm="x"\r\ncontent-length: 6\r\n\r\nno way');
    });
    const proxy = await rig.proxy(port);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    rig.onClose(() => agent.destroy());
    const socket = rig.dialing(proxy.port('front'), { agent });
    const [request, response] = (await once(socket, 'unexpected-response')) as [
      http.ClientRequest,
      http.IncomingMessage,
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    expect([response.statusCode, response.headers['www-authenticate'], Buffer.concat(chunks).toString()]).toEqual([
      401,
      'Basic realm="x"',
      'no way',
    ]);
    request.destroy();
    await expect.poll(() => metric(proxy, 'downstream_request_active', { listener: 'front' })).toBe(0);
    await expectSound(proxy);
  });

  it('answers a handshake without a host to talk to like any request', async () => {
    const proxy = await rig.proxy(1);
    const socket = rig.dialing(proxy.port('front'));
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, http.IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(502);
  });
});

describe('the end', () => {
  const ENDS = [
    { code: 1000, reason: '' },
    { code: 1001, reason: 'going' },
    { code: 1008, reason: 'ä'.repeat(60) },
    { code: 3000, reason: 'x' },
    { code: 4999, reason: 'y'.repeat(123) },
  ];

  it('passes close codes and reasons of the client', async () => {
    const ends: Promise<unknown>[] = [];
    const proxy = await rig.proxy(await rig.serve((socket) => void ends.push(closing(socket))));
    for (const end of ENDS) {
      const socket = await rig.dial(proxy.port('front'));
      const own = closing(socket);
      socket.close(end.code, end.reason);
      expect(await own).toEqual(end);
    }
    const silent = await rig.dial(proxy.port('front'));
    silent.close();
    expect(await Promise.all(ends)).toEqual([...ENDS, { code: 1005, reason: '' }]);
  });

  it('passes close codes and reasons of the server', async () => {
    const left = [...ENDS];
    const port = await rig.serve((socket) => {
      const end = left.shift();
      socket.close(end?.code, end?.reason);
    });
    const proxy = await rig.proxy(port);
    for (const end of ENDS) expect(await closing(rig.dialing(proxy.port('front')))).toEqual(end);
    expect(await closing(rig.dialing(proxy.port('front')))).toEqual({ code: 1005, reason: '' });
    await expect.poll(() => metric(proxy, 'downstream_connection_active', { listener: 'front' })).toBe(0);
  });

  it.each(['reset', 'end', 'protocol error'])('tells the client of a server that ends abruptly: %s', async (how) => {
    const port = await rig.serve((socket, request) => {
      socket.on('message', () => {
        if (how === 'reset') request.socket.resetAndDestroy();
        else if (how === 'end') request.socket.end();
        // A frame with reserved bits set.
        else request.socket.end(Buffer.from([0xf1, 0]));
      });
    });
    const proxy = await rig.proxy(port);
    const socket = rig.dialing(proxy.port('front'));
    // What the connection says: `ws` itself does not tell a reset from an end.
    const errors: Error[] = [];
    socket.on('upgrade', (response) => response.socket.on('error', (error) => errors.push(error)));
    const end = closing(socket);
    await once(socket, 'open');
    socket.send('go');
    expect((await end).code).toBe(1006);
    if (how === 'reset') expect(errors).toMatchObject([{ code: 'ECONNRESET' }]);
    if (how === 'end') expect(errors).toEqual([]);
    await expect.poll(() => metric(proxy, 'downstream_connection_active', { listener: 'front' })).toBe(0);
    await expect.poll(() => metric(proxy, 'upstream_connection_active', { cluster: 'sockets' })).toBe(0);
  });

  it('tells the server of a client that is gone', async () => {
    const ends: Promise<{ code: number }>[] = [];
    const proxy = await rig.proxy(await rig.serve((socket) => void ends.push(closing(socket))));
    (await rig.dial(proxy.port('front'))).terminate();
    expect((await (ends[0] as Promise<{ code: number }>)).code).toBe(1006);
    await expect.poll(() => metric(proxy, 'downstream_request_active', { listener: 'front' })).toBe(0);
  });
});
