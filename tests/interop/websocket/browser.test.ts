/** A real browser, Debian's Chromium without a window, talks WebSocket through the proxy. */
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../../support/foreign.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { closing, echo, Rig } from './rig.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

let browser: Browser;
let rig = new Rig();

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: requireTool('chromium', 'chromium'), args: ARGUMENTS });
});

afterEach(async () => {
  await rig.close();
  rig = new Rig();
});

afterAll(() => browser?.close());

describe('WebSocket of a browser through the proxy', () => {
  it('loads the page, echoes text and binary, and passes close codes both ways', async () => {
    const ends: Promise<{ code: number; reason: string }>[] = [];
    const port = await rig.serve(
      (socket, request) => {
        ends.push(closing(socket));
        if (request.url === '/bye') socket.close(4001, 'the server goes');
        else echo(socket);
      },
      // As browsers ask for it.
      { perMessageDeflate: true, handleProtocols: (offered) => (offered.has('echo') ? 'echo' : false) },
      (_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>'),
    );
    const proxy = await rig.proxy(port);
    const page = await browser.newPage();
    rig.onClose(() => page.close());
    await page.goto(`http://127.0.0.1:${proxy.port('front')}/`);
    expect(await page.title()).toBe('page');

    const seen = await page.evaluate(
      async (address) => {
        const open = (path: string): Promise<WebSocket> =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`${address}${path}`, ['other', 'echo']);
            socket.binaryType = 'arraybuffer';
            socket.onopen = () => resolve(socket);
            socket.onerror = () => reject(new Error('the connection failed'));
          });
        const message = (socket: WebSocket): Promise<unknown> =>
          new Promise((resolve) => {
            socket.onmessage = (event) => resolve(event.data);
          });
        const end = (socket: WebSocket): Promise<unknown> =>
          new Promise((resolve) => {
            socket.onclose = (event) => resolve({ code: event.code, reason: event.reason, clean: event.wasClean });
          });

        const socket = await open('/echo');
        const text = 'ä☺'.repeat(50_000);
        let answer = message(socket);
        socket.send(text);
        const sameText = (await answer) === text;

        const bytes = new Uint8Array(8 * 1024 * 1024);
        for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
        answer = message(socket);
        socket.send(bytes);
        const back = new Uint8Array((await answer) as ArrayBuffer);
        const sameBytes = back.length === bytes.length && back.every((byte, i) => byte === bytes[i]);

        const byClient = end(socket);
        socket.close(4321, 'the page goes');
        const first = await byClient;
        return {
          protocol: socket.protocol,
          extensions: socket.extensions,
          sameText,
          sameBytes,
          first,
          second: await end(await open('/bye')),
        };
      },
      `ws://127.0.0.1:${proxy.port('front')}`,
    );
    expect(seen).toMatchObject({
      protocol: 'echo',
      extensions: expect.stringContaining('permessage-deflate'),
      sameText: true,
      sameBytes: true,
      first: { code: 4321, reason: 'the page goes', clean: true },
      second: { code: 4001, reason: 'the server goes', clean: true },
    });
    expect(await Promise.all(ends)).toEqual([
      { code: 4321, reason: 'the page goes' },
      { code: 4001, reason: 'the server goes' },
    ]);
    await expect.poll(() => metric(proxy, 'upstream_connection_active', { cluster: 'sockets' })).toBeLessThan(3);
    await expectSound(proxy);
  });

  it('tells the page of a handshake that was refused', async () => {
    const port = await rig.serveUpgrades((_request, socket) => {
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    const proxy = await rig.proxy(port);
    const page = await browser.newPage();
    rig.onClose(() => page.close());
    await page.goto(`http://127.0.0.1:${proxy.port('front')}/`);
    const end = await page.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.onclose = (event) => resolve([event.code, event.wasClean]);
        }),
      `ws://127.0.0.1:${proxy.port('front')}/`,
    );
    expect(end).toEqual([1006, false]);
  });
});
