/**
 * Answers larger than what one connection may leave waiting (4 MiB), each written in one piece, and others beside them: a caller
 * that reads gets every one.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type grpc from '@grpc/grpc-js';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { expect, it } from 'vitest';
import { call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import { BoltReader, boltRequest, boltResponse } from '../engine/bolt.ts';
import { keep, Peer, start, until } from '../engine/support.ts';
import { callsTo, DubboConsumer, receiver, responseFrame } from './dubbo.ts';
import { type Json, startLibrary } from './library.ts';

const TIMEOUT_MS = 60_000;
const MAX_BODY = '32MiB';
/** Bytes of the answers that are wanted at once. */
const SIZES = [5, 6_000_000, 10, 9_000_000, 7, 20_000_000];

/** Below what the frames of these protocols may have. */
const MAX_DUBBO_BYTES = 8_000_000;
const MAX_BOLT_BYTES = 15_000_000;

/** Answers a JSON string as long as the last number in the path. */
async function startHost() {
  return keep(
    await httpBackend((request, response) => {
      request.resume();
      const size = Number(/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
      response.setHeader('content-type', 'application/json');
      response.end(`"${'a'.repeat(size)}"`);
    }),
  );
}

function transcoder(type: string, config: object = {}): object[] {
  return [{ type: 'transcoder', config: { type, max_body_bytes: MAX_BODY, config } }];
}

it(
  'a Dubbo caller gets all answers on its one connection, and asks on meanwhile',
  async () => {
    const host = await startHost();
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'dubbo', streamFilters: transcoder('dubbo_http') })],
        routes: [callsTo('hosts')],
        clusters: [cluster('hosts', [host.port])],
      }),
    );
    const consumer = await DubboConsumer.connect(proxy.port('front'));
    keep({ close: async () => consumer.close() });
    const lengthOf = async (size: number) => {
      const answer = await consumer.call({ service: 'com.x.Y', method: `big${size}`, types: '', args: [] });
      return String(answer.value).length;
    };
    const sizes = SIZES.map((size) => Math.min(size, MAX_DUBBO_BYTES));
    const asked = sizes.map(lengthOf);
    await until(() => consumer.received > 0);
    asked.push(lengthOf(8));
    expect(await Promise.all(asked)).toEqual([...sizes, 8]);
  },
  TIMEOUT_MS,
);

it(
  'callers of HTTP/1.1 and HTTP/2 get answers that come of gRPC',
  async () => {
    const found = await startLibrary({
      GetBook(asked: grpc.ServerUnaryCall<Json, Json>, callback: grpc.sendUnaryData<Json>) {
        const size = Number(String(asked.request['name']).split('/').at(-1));
        callback(null, { name: 'a'.repeat(size) });
      },
    });
    keep({ close: async () => found.server.forceShutdown() });
    const streamFilters = transcoder('http_grpc', { descriptors: [LIBRARY_DESCRIPTORS] });
    const proxy = await start(
      configuration({
        listeners: [
          proxyListener({ name: 'one', protocol: 'Http1', streamFilters }),
          proxyListener({ name: 'two', protocol: 'Http2', streamFilters }),
        ],
        routes: [routesTo('library')],
        clusters: [cluster('library', [found.port])],
      }),
    );
    const path = (size: number) => `/v1/shelves/1/books/${size}`;
    for (const size of SIZES) {
      const { body } = await call(proxy.port('one'), { path: path(size) });
      expect(JSON.parse(body).name.length).toBe(size);
    }
    const session = http2.connect(`http://127.0.0.1:${proxy.port('two')}`);
    keep({ close: async () => session.destroy() });
    const lengthOf = async (size: number) => {
      const chunks: Buffer[] = [];
      for await (const chunk of session.request({ ':path': path(size) })) chunks.push(chunk as Buffer);
      return JSON.parse(Buffer.concat(chunks).toString()).name.length;
    };
    expect(await Promise.all(SIZES.map(lengthOf))).toEqual(SIZES);
  },
  TIMEOUT_MS,
);

it(
  'a Bolt caller gets all answers of a shared link',
  async () => {
    const host = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const { id, content } of reader.push(chunk))
            socket.write(boltResponse(id, Buffer.alloc(Number(content.toString()), 'a')));
        });
      }),
    );
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'bolt' })],
        routes: [callsTo('hosts')],
        clusters: [cluster('hosts', [host.port])],
      }),
    );
    const sizes = SIZES.map((size) => Math.min(size, MAX_BOLT_BYTES));
    const peer = new Peer(proxy.port('front'), { reads: false });
    const reader = new BoltReader();
    const lengths: number[] = [];
    peer.socket.on('data', (chunk: Buffer) => {
      for (const { id, content } of reader.push(chunk)) lengths[id] = content.length;
    });
    await peer.send(Buffer.concat(sizes.map((size, id) => boltRequest({ id, content: String(size) }))));
    await until(() => peer.events.length > 0 || Object.keys(lengths).length === sizes.length);
    expect(lengths).toEqual(sizes);
  },
  TIMEOUT_MS,
);

it(
  'a caller of HTTP/1.1 gets as much of a Dubbo provider as max_body_bytes lets through',
  async () => {
    const host = keep(
      await tcpBackend((socket) => {
        // Without a mapping calls are generic ones: the method, its types and its arguments.
        const receive = receiver(() => 3);
        socket.on('data', (chunk: Buffer) => {
          for (const { id, args } of receive(chunk))
            socket.write(responseFrame(id, 20, [1, 'a'.repeat(Number(String(args[0]).slice(3)))]));
        });
      }),
    );
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'Http1', streamFilters: transcoder('http_dubbo') })],
        routes: [routesTo('hosts')],
        clusters: [cluster('hosts', [host.port])],
      }),
    );
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    for (const size of [3_000_000, 7_000_000]) {
      const { status, body } = await call(proxy.port('front'), {
        method: 'POST',
        path: `/com.x.Y/big${size}`,
        headers,
        body: '[]',
      });
      expect([status, body.length]).toEqual([200, size + 2]);
    }
  },
  TIMEOUT_MS,
);

it(
  'the log has the flag of a caller that is cut off as it reads nothing, and none of the bytes that still waited',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weft-slow-'));
    keep({ close: async () => rmSync(directory, { recursive: true }) });
    const file = join(directory, 'access.log');
    const host = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const { id } of reader.push(chunk)) socket.write(boltResponse(id, Buffer.alloc(MAX_BOLT_BYTES)));
        });
      }),
    );
    const accessLogs = [{ log_path: file, log_format: '%response_flag%|%bytes_sent%' }];
    const proxy = await start(
      configuration({
        listeners: [proxyListener({ protocol: 'bolt', accessLogs })],
        routes: [callsTo('hosts')],
        clusters: [cluster('hosts', [host.port])],
        weft: { per_connection_buffer_bytes: '64KiB' },
      }),
    );
    const slow = new Peer(proxy.port('front'), { reads: false });
    slow.socket.pause();
    await slow.send(boltRequest({ id: 1 }));
    let line = '';
    await until(() => {
      line = existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : '';
      return line !== '';
    });
    const [flag, sent] = line.split('|');
    expect(flag).toBe('DownStreamTerminate');
    expect(Number(sent)).toBeLessThanOrEqual(await metric(proxy, 'downstream_bytes_write_total'));
  },
  TIMEOUT_MS,
);
