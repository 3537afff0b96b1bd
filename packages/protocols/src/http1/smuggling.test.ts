import { DEFAULT_CODEC_LIMITS, type RequestHead, ResetReason, type StreamSink } from '@weft/sdk';
import { MemoryLink } from '@weft/sdk/testing';
import { type DowngradeCase, type RequestCase, type ResponseCase, SMUGGLING_CASES } from '@weft/testkit/smuggling';
import { describe, expect, it } from 'vitest';
import { http1 } from './index.ts';
import { joinChunks } from './testdata/join-chunks.ts';
import { Relay } from './testdata/relay.ts';
import { SyntheticFields, SyntheticRequest } from './testdata/synthetic-head.ts';

const EMPTY_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const HONEST = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest';

const requests = SMUGGLING_CASES.filter((row): row is RequestCase => row.direction === 'request');
const responses = SMUGGLING_CASES.filter((row): row is ResponseCase => row.direction === 'response');
const downgrades = SMUGGLING_CASES.filter((row): row is DowngradeCase => row.direction === 'downgrade');

/** Answers every request that reached the host completely. */
function answerAll(relay: Relay): void {
  for (let answered = 0; answered < relay.completeRequests; answered++) relay.answer(EMPTY_ANSWER);
}

function statuses(text: string): number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
}

function play(row: RequestCase, cuts: readonly number[]): Relay {
  const relay = new Relay();
  let from = 0;
  for (const cut of [...cuts, row.bytes.length]) {
    relay.feed(row.bytes.slice(from, cut));
    from = cut;
  }
  answerAll(relay);
  return relay;
}

describe('the table', () => {
  it('is large enough, and every row has its own id', () => {
    expect(SMUGGLING_CASES.length).toBeGreaterThanOrEqual(240);
    expect(downgrades.length).toBeGreaterThanOrEqual(30);
    expect(new Set(SMUGGLING_CASES.map((row) => row.id)).size).toBe(SMUGGLING_CASES.length);
  });
});

describe('requests', () => {
  it.each(requests)('$id is $expected ($source)', (row) => {
    for (const cuts of [
      [],
      row.bytes.length > 2000 ? [] : Array.from({ length: row.bytes.length - 1 }, (_, i) => i + 1),
    ]) {
      const relay = play(row, cuts);
      expect(joinChunks(relay.upstreamText)).toBe(joinChunks(row.upstream));
      if (cuts.length === 0) expect(relay.upstreamText).toBe(row.upstream);
      expect(statuses(relay.downstreamText).at(-1) ?? 0).toBe(row.status);
      expect(relay.error !== null).toBe(row.expected === 'rejected');
      if (row.expected === 'rejected') expect(relay.downstreamText).toMatch(/connection: close\r\n\r\n$/);
    }
  });
});

describe('responses', () => {
  it.each(responses)('$id is $expected ($source)', (row) => {
    const relay = new Relay();
    relay.feed(row.request);
    relay.answer(row.bytes);
    if (row.close === true) relay.answerEnd();
    const first = relay.upstream;
    expect(first.codec.credit() > 0).toBe(row.reusable);
    if (row.expected === 'rejected' && row.close === true) {
      // A broken body must not look complete: the caller's connection ends with it.
      expect(relay.link.wasReset).toBe(true);
      expect(relay.sentBeforeReset).toBe(row.downstream);
      return;
    }
    if (row.expected === 'rejected') expect(relay.downstreamText).toMatch(/^HTTP\/1\.1 502 [\s\S]*\r\n\r\n$/);
    else expect(relay.downstreamText).toBe(row.downstream);
    const before = relay.downstreamText.length;
    relay.feed('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(relay.upstream === first).toBe(row.reusable);
    relay.answer(HONEST);
    expect(relay.downstreamText.slice(before)).toBe(HONEST);
  });
});

describe('responses whose heads come alone', () => {
  const broken = responses.filter(({ expected, downstream }) => expected === 'rejected' && downstream !== '');

  it.each(broken)('$id breaks off where it stops being sound ($source)', (row) => {
    const relay = new Relay();
    relay.feed(row.request);
    const head = row.bytes.indexOf('\r\n\r\n') + 4;
    relay.answer(row.bytes.slice(0, head));
    relay.answer(row.bytes.slice(head));
    if (row.close === true) relay.answerEnd();
    expect(relay.link.wasReset).toBe(true);
    expect(relay.sentBeforeReset).toBe(row.downstream);
  });
});

describe('downgrades', () => {
  it.each(downgrades)('$id is $expected ($source)', (row) => {
    const link = new MemoryLink();
    const resets: ResetReason[] = [];
    let credits = 0;
    const codec = http1.createClient(
      link,
      { onCredit: () => credits++, onDraining() {}, onHeartbeat() {} },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    codec.start();
    const sink: StreamSink = {
      onInformational() {},
      onHead() {},
      onData() {},
      onTrailers() {},
      onReset: (reason) => resets.push(reason),
      onWritable() {},
    };
    const stream = codec.open(sink);
    const head: RequestHead = new SyntheticRequest(row.method, row.path, row.authority, row.headers, row.contentLength);
    const end = row.body === null && row.trailers === undefined;
    stream.sendHead(head, end);
    if (row.body !== null) stream.sendData(Buffer.from(row.body, 'latin1'), row.trailers === undefined);
    if (row.trailers !== undefined) stream.sendTrailers(new SyntheticFields(row.trailers));
    expect(link.takeBytes().toString('latin1')).toBe(row.upstream);
    if (row.expected !== 'rejected') {
      expect(resets).toEqual([]);
      return;
    }
    // Nothing was written, so another request may use the connection.
    expect(resets).toEqual([ResetReason.LOCAL_RESET]);
    expect(credits).toBe(1);
    expect(codec.credit()).toBe(1);
    expect(link.closed).toBe(false);
  });

  it('does not let a response of HTTP/2 split the answer', () => {
    for (const headers of [
      [['x', 'a\r\n\r\n']],
      [['x\r\n', 'a']],
      [['transfer-encoding', 'chunked']],
      [['connection', 'x']],
      [['content-length', '7']],
    ] as const) {
      const relay = new Relay();
      relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      relay.answerForeign(200, headers);
      expect(relay.downstreamText).toBe('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      expect(relay.link.closed).toBe(true);
    }
    const relay = new Relay();
    relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answerForeign(200, [
      ['x', 'y'],
      ['set-cookie', 'a'],
      ['set-cookie', 'b'],
    ]);
    expect(relay.downstreamText).toBe(
      'HTTP/1.1 200 OK\r\nx: y\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 0\r\n\r\n',
    );
  });
});
