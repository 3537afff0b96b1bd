import assert from 'node:assert/strict';
import { ProtocolError } from '@weft/kit';
import {
  type CodecLimits,
  Detection,
  type LocalReply,
  type Protocol,
  type RequestHead,
  ResetReason,
  type ResponseHead,
} from '../protocol/index.ts';
import { ClientEnd, type IncomingRequest, pump, ServerEnd } from './codec-end.ts';
import type { ComplianceCase } from './compliance-case.ts';
import { REPLIES } from './local-replies.ts';
import { checkMadeUpAnswers } from './made-up-answers.ts';
import { describeHead, RecordingSink } from './recording-sink.ts';
import { checkWholeMessages } from './whole-messages.ts';

/** Bytes as foreign programs write them, and what they mean. */
export interface ProtocolFixture<Config> {
  readonly protocol: Protocol<Config>;
  readonly config: Config;
  /** What a client sends on a new connection for `count` equal requests. */
  readonly clientBytes: (count: number) => Uint8Array;
  /** What a server sends on a new connection to answer the first request of a client codec. */
  readonly serverBytes: Uint8Array;
  readonly requestBody: string;
  readonly responseBody: string;
  /** What a server refuses. Empty only for a protocol that takes any bytes. */
  readonly malformed: Readonly<Record<string, Uint8Array>>;
  /** What a server refuses under limits that its own requests keep. */
  readonly oversized?: Readonly<Record<string, { readonly limits: Partial<CodecLimits>; readonly bytes: Uint8Array }>>;
}

/** What every protocol must do. `name` of a case says the requirement. */
export function protocolCompliance<Config>(fixture: ProtocolFixture<Config>): ComplianceCase[] {
  return [...new ProtocolSuite(fixture as ProtocolFixture<unknown>).cases()];
}

class ProtocolSuite {
  readonly #fixture: ProtocolFixture<unknown>;
  readonly #protocol: Protocol;
  /** Raw protocols have one stream, which begins with the connection, and no heads. */
  readonly #bound: boolean;

  constructor(fixture: ProtocolFixture<unknown>) {
    this.#fixture = fixture;
    this.#protocol = fixture.protocol;
    this.#bound = fixture.protocol.pooling === 'bound';
  }

  *cases(): Generator<ComplianceCase> {
    yield { name: 'is a frozen definition', run: () => this.#definition() };
    yield { name: 'detects the same for the same bytes, within its bound', run: () => this.#detection() };
    yield { name: 'delivers a request at every split point and byte at a time', run: () => this.#requestSplits() };
    yield { name: 'delivers a response at every split point and byte at a time', run: () => this.#responseSplits() };
    if (!this.#bound) yield { name: 'delivers coalesced requests in order', run: () => this.#coalesced() };
    yield { name: 'carries a call through a proxy, whatever the chunks', run: () => this.#relayed() };
    yield { name: 'says and sends at once what it does one behind the other', run: () => this.#wholes() };
    yield { name: 'answers locally in words that its own client understands', run: () => this.#localReplies() };
    if (this.#protocol.madeUpProblem !== undefined)
      yield { name: 'says what a rule makes up', run: () => checkMadeUpAnswers(this.#fixture, this.#requestHead()) };
    yield { name: 'ends every stream once when the connection is lost at any byte', run: () => this.#lostAnywhere() };
    yield { name: 'ends every stream once when the peer sends FIN at any byte', run: () => this.#finAnywhere() };
    yield { name: 'is silent about a stream that was reset at any byte', run: () => this.#resetAnywhere() };
    yield {
      name: 'drains: no new streams, and the end of the connection behind the last one',
      run: () => this.#goaway(),
    };
    yield { name: 'answers a heartbeat if it has one', run: () => this.#heartbeat() };
    if (!this.#bound) yield { name: 'goes on from an exported state', run: () => this.#exported() };
    for (const [name, bytes] of Object.entries(this.#fixture.malformed)) {
      yield { name: `throws one ProtocolError for ${name}`, run: () => this.#refused(bytes, {}) };
    }
    for (const [name, { limits, bytes }] of Object.entries(this.#fixture.oversized ?? {})) {
      yield { name: `throws one ProtocolError for ${name}`, run: () => this.#refused(bytes, limits) };
    }
  }

  #server(limits: Partial<CodecLimits> = {}): ServerEnd {
    return new ServerEnd(this.#protocol, this.#fixture.config, limits);
  }

  #client(): ClientEnd {
    return new ClientEnd(this.#protocol, this.#fixture.config);
  }

  get #requestBody(): Buffer | null {
    return this.#fixture.requestBody === '' ? null : Buffer.from(this.#fixture.requestBody);
  }

  /** A request head as decoded from the fixture. */
  #requestHead(): RequestHead {
    const server = this.#server();
    server.feed(this.#fixture.clientBytes(1));
    return only(server).head;
  }

  #responseHead(): ResponseHead {
    const client = this.#client();
    const { sink } = client.call(this.#requestHead(), this.#requestBody);
    client.feed(this.#fixture.serverBytes);
    assert.ok(sink.head !== null, 'the response bytes of the fixture give no head');
    return sink.head;
  }

  #definition(): void {
    const { protocol } = this.#fixture;
    assert.equal(protocol.kind, 'protocol');
    assert.ok(Object.isFrozen(protocol));
    assert.ok(protocol.name.length > 0 && protocol.family.length > 0);
    assert.equal(protocol.schema['type'], 'object');
    assert.ok(protocol.detectBytes >= 0 && protocol.detectBytes <= 64, 'a detector may look at 64 bytes at most');
  }

  #detection(): void {
    const { detectBytes } = this.#protocol;
    const detect = (bytes: Uint8Array, length: number): Detection => {
      const answers = [0x00, 0xff].map((tail) =>
        this.#protocol.detect(Buffer.concat([bytes.subarray(0, length), Buffer.alloc(64, tail)]), length),
      );
      assert.equal(answers[0], answers[1], 'the answer must not depend on bytes beyond the length');
      return answers[0] as Detection;
    };
    const own = this.#fixture.clientBytes(1);
    if (detectBytes === 0) {
      assert.equal(detect(own, own.length), Detection.NO);
      return;
    }
    let decided = false;
    for (let length = 0; length <= own.length; length++) {
      const answer = detect(own, length);
      if (decided || length >= detectBytes) assert.equal(answer, Detection.YES, `not recognised at ${length} bytes`);
      else assert.notEqual(answer, Detection.NO, `refused at ${length} bytes`);
      decided = answer === Detection.YES;
    }
    this.#decides(detect);
    const { resembles } = this.#protocol;
    if (resembles !== undefined) this.#decides((bytes, length) => resembles(bytes, length));
  }

  /** Noise of every byte: a no stays a no, and all is said at the bound. */
  #decides(ask: (bytes: Uint8Array, length: number) => Detection): void {
    const { detectBytes } = this.#protocol;
    for (let first = 0; first < 256; first++) {
      const noise = Buffer.alloc(detectBytes, first);
      let refused = false;
      for (let length = 1; length <= detectBytes; length++) {
        const answer = ask(noise, length);
        if (refused) assert.equal(answer, Detection.NO, 'a no must stay a no');
        refused = answer === Detection.NO;
        if (length === detectBytes) assert.notEqual(answer, Detection.NEED_MORE, 'undecided at the bound');
      }
    }
  }

  #requestTrace(cuts: readonly number[]): unknown {
    const bytes = this.#fixture.clientBytes(1);
    const server = this.#server();
    feedCut(server, bytes, cuts);
    if (this.#bound) server.finish();
    const { head, sink } = only(server);
    return {
      head: describeHead(head),
      body: sink.text,
      trailers: sink.trailers,
      ends: sink.ends,
      resets: sink.resets,
      sent: server.link.takeBytes().toString('latin1'),
    };
  }

  #requestSplits(): void {
    const { length } = this.#fixture.clientBytes(1);
    const whole = this.#requestTrace([]);
    const { body, ends, resets } = whole as { body: string; ends: number; resets: unknown[] };
    assert.equal(body, this.#fixture.requestBody);
    assert.equal(ends, 1);
    assert.deepEqual(resets, []);
    for (let cut = 1; cut < length; cut++) assert.deepEqual(this.#requestTrace([cut]), whole, `cut at ${cut}`);
    assert.deepEqual(this.#requestTrace(everyByte(length)), whole, 'byte at a time');
  }

  #responseTrace(cuts: readonly number[]): unknown {
    const client = this.#client();
    const { sink } = client.call(this.#requestHead(), this.#requestBody);
    feedCut(client, this.#fixture.serverBytes, cuts);
    if (this.#bound) client.finish();
    return {
      head: sink.head === null ? null : describeHead(sink.head),
      body: sink.text,
      trailers: sink.trailers,
      ends: sink.ends,
      resets: sink.resets,
    };
  }

  #responseSplits(): void {
    const { length } = this.#fixture.serverBytes;
    const whole = this.#responseTrace([]) as { body: string; ends: number; resets: unknown[] };
    assert.equal(whole.body, this.#fixture.responseBody);
    assert.equal(whole.ends, 1);
    assert.deepEqual(whole.resets, []);
    for (let cut = 1; cut < length; cut++) assert.deepEqual(this.#responseTrace([cut]), whole, `cut at ${cut}`);
    assert.deepEqual(this.#responseTrace(everyByte(length)), whole, 'byte at a time');
  }

  #coalesced(): void {
    const bytes = this.#fixture.clientBytes(3);
    for (const chunkBytes of [bytes.length, 1]) {
      const server = this.#server();
      const expected = describeHead(this.#requestHead());
      answerAll(server, (request) => request.stream.sendLocalReply(request.head, REPLIES[0] as LocalReply));
      server.feed(bytes, chunkBytes);
      for (let i = 0; i < 3; i++) server.offer();
      assert.equal(server.requests.length, 3);
      for (const { head, sink } of server.requests) {
        assert.deepEqual(describeHead(head), expected);
        assert.equal(sink.text, this.#fixture.requestBody);
        assert.equal(sink.outcomes, 1);
      }
      assert.equal(server.codec.activeStreams, 0);
    }
  }

  /** Caller, proxy (server and client codec) and origin; bytes between them come in chunks of `chunkBytes`. */
  #relayed(): void {
    const requestHead = this.#requestHead();
    const responseHead = this.#responseHead();
    for (const chunkBytes of [1, 7, 1024, Number.POSITIVE_INFINITY]) {
      const [caller, down, up, origin] = [this.#client(), this.#server(), this.#client(), this.#server()];
      down.handle((request) => {
        const answer = new RecordingSink();
        const upstream = up.codec.open(answer);
        upstream.sendHead(request.head, request.headOnly);
        tee(request.sink, (chunk, end) => upstream.sendData(chunk, end));
        answer.onHead = (head, end) => request.stream.sendHead(head, end);
        tee(answer, (chunk, end) => request.stream.sendData(chunk, end));
      });
      answerAll(origin, (request) => {
        request.stream.sendHead(responseHead, this.#fixture.responseBody === '');
        if (this.#fixture.responseBody !== '') request.stream.sendData(Buffer.from(this.#fixture.responseBody), true);
      });
      // Settings and the like first.
      pump(caller, down, chunkBytes);
      pump(up, origin, chunkBytes);
      assert.ok(caller.codec.credit() > 0);
      const { sink } = caller.call(requestHead, this.#requestBody);
      for (let round = 0; round < 4; round++) {
        pump(caller, down, chunkBytes);
        pump(up, origin, chunkBytes);
      }
      const { head, sink: received } = only(origin);
      assert.equal(head.method, requestHead.method);
      assert.equal(head.path, requestHead.path);
      assert.equal(head.service, requestHead.service);
      assert.equal(received.text, this.#fixture.requestBody);
      assert.equal(sink.head?.status, responseHead.status);
      assert.equal(sink.text, this.#fixture.responseBody);
      assert.equal(sink.outcomes, 1);
      for (const end of [caller, down, up, origin]) assert.equal(end.codec.activeStreams, 0);
    }
  }

  #wholes(): void {
    const { config, clientBytes, serverBytes, responseBody } = this.#fixture;
    const requestBody = this.#requestBody;
    if (this.#bound || requestBody === null || responseBody === '') return;
    checkWholeMessages({
      protocol: this.#protocol,
      config,
      request: { wire: clientBytes(1), head: this.#requestHead(), body: requestBody },
      answer: { wire: serverBytes, head: this.#responseHead(), body: Buffer.from(responseBody) },
    });
  }

  #localReplies(): void {
    for (const reply of REPLIES) {
      const [caller, server] = [this.#client(), this.#server()];
      const { sink } = caller.call(this.#requestHead(), this.#requestBody);
      answerAll(server, (request) => request.stream.sendLocalReply(request.head, reply));
      if (this.#bound) {
        pump(caller, server);
        only(server).stream.sendLocalReply(only(server).head, reply);
      }
      pump(caller, server);
      assert.equal(sink.outcomes, 1, `${reply.code}: ${sink.events.join(', ')}`);
      if (this.#bound) continue;
      assert.ok(sink.head !== null && sink.head.status >= 400, `${reply.code} arrived as ${sink.head?.status}`);
      const { answers } = this.#protocol;
      const heard = answers?.ofHead(sink.head) ?? '';
      const said = answers?.ofReply(this.#requestHead(), reply, this.#fixture.config) ?? '';
      // A frame that is passed on in pieces may not say all of it.
      if (heard !== '') assert.equal(heard, said, `${reply.code} is called otherwise where it arrives`);
      assert.equal(server.codec.activeStreams, 0);
    }
  }

  #lostAnywhere(): void {
    const request = this.#fixture.clientBytes(1);
    for (let cut = 0; cut <= request.length; cut++) {
      const server = this.#server();
      server.feed(request.subarray(0, cut));
      server.lose();
      for (const { sink } of server.requests) assert.equal(sink.resets.length, 1, `request cut at ${cut}`);
      assert.equal(server.codec.activeStreams, 0);
    }
    const response = this.#fixture.serverBytes;
    for (let cut = 0; cut <= response.length; cut++) {
      const client = this.#client();
      const { sink } = client.call(this.#requestHead(), this.#requestBody);
      client.feed(response.subarray(0, cut));
      client.lose();
      assert.equal(sink.outcomes, 1, `response cut at ${cut}: ${sink.events.join(', ')}`);
      assert.equal(client.codec.activeStreams, 0);
      assert.equal(client.codec.credit(), 0);
    }
  }

  #finAnywhere(): void {
    const response = this.#fixture.serverBytes;
    for (let cut = 0; cut <= response.length; cut++) {
      const client = this.#client();
      const { sink } = client.call(this.#requestHead(), this.#requestBody);
      client.feed(response.subarray(0, cut));
      client.finish();
      client.lose();
      if (!this.#bound) assert.equal(sink.outcomes, 1, `response cut at ${cut}: ${sink.events.join(', ')}`);
      assert.equal(client.codec.activeStreams, 0);
    }
    const request = this.#fixture.clientBytes(1);
    for (let cut = 0; cut <= request.length; cut++) {
      const server = this.#server();
      server.feed(request.subarray(0, cut));
      swallow(() => server.finish());
      server.lose();
      for (const { sink } of server.requests)
        assert.ok(sink.ends <= 1 && sink.resets.length <= 1, `request cut at ${cut}: ${sink.events.join(', ')}`);
      assert.equal(server.codec.activeStreams, 0);
    }
  }

  #resetAnywhere(): void {
    const request = this.#fixture.clientBytes(1);
    for (let cut = 0; cut <= request.length; cut++) {
      const server = this.#server();
      server.feed(request.subarray(0, cut));
      const incoming = server.requests[0];
      if (incoming === undefined) continue;
      const { stream, head, sink } = incoming;
      stream.reset(ResetReason.LOCAL_RESET);
      const seen = sink.events.length;
      stream.reset(ResetReason.LOCAL_RESET);
      stream.sendData(Buffer.from('late'), true);
      stream.sendLocalReply(head, REPLIES[0] as LocalReply);
      if (!server.link.closed) server.feed(request.subarray(cut));
      server.lose();
      assert.equal(sink.events.length, seen, `request cut at ${cut}: ${sink.events.join(', ')}`);
      assert.equal(server.codec.activeStreams, 0);
    }
    const response = this.#fixture.serverBytes;
    for (let cut = 0; cut < response.length; cut++) {
      const client = this.#client();
      const { stream, sink } = client.call(this.#requestHead(), this.#requestBody);
      client.feed(response.subarray(0, cut));
      if (sink.outcomes > 0) continue;
      stream.reset(ResetReason.LOCAL_RESET);
      const seen = sink.events.length;
      if (!client.link.closed) client.feed(response.subarray(cut));
      client.lose();
      assert.equal(sink.events.length, seen, `response cut at ${cut}: ${sink.events.join(', ')}`);
      assert.equal(client.codec.activeStreams, 0);
    }
  }

  #goaway(): void {
    const server = this.#server();
    server.feed(this.#fixture.clientBytes(1));
    const { stream, head } = only(server);
    server.codec.goaway();
    assert.equal(server.link.closed, false, 'closed under an open stream');
    stream.sendLocalReply(head, REPLIES[0] as LocalReply);
    settleTimers(server);
    assert.ok(server.link.closed || server.link.writeShutDown, 'still open behind the last stream');

    const client = this.#client();
    const { sink } = client.call(this.#requestHead(), this.#requestBody);
    client.codec.goaway();
    assert.equal(client.codec.credit(), 0);
    assert.equal(client.link.closed, false, 'closed under an open stream');
    client.feed(this.#fixture.serverBytes);
    if (this.#bound) {
      client.finish();
      assert.equal(sink.ends, 1);
      return;
    }
    assert.equal(sink.ends, 1);
    settleTimers(client);
    assert.ok(client.link.closed || client.link.writeShutDown, 'still open behind the last stream');
    assert.equal(client.codec.credit(), 0);
  }

  #heartbeat(): void {
    const [client, server] = [this.#client(), this.#server()];
    pump(client, server);
    const supported = client.codec.heartbeat();
    pump(client, server);
    assert.equal(client.heartbeats, supported ? 1 : 0);
    if (!this.#bound) assert.equal(server.requests.length, 0, 'a heartbeat must not reach the engine');
  }

  #exported(): void {
    const [client, first] = [this.#client(), this.#server()];
    answerAll(first, (request) => request.stream.sendLocalReply(request.head, REPLIES[1] as LocalReply));
    client.call(this.#requestHead(), this.#requestBody);
    pump(client, first);
    if (first.codec.exportState === undefined || client.link.closed || first.link.closed) return;
    const state = structuredClone(first.codec.exportState());
    const second = new ServerEnd(this.#protocol, this.#fixture.config, {}, state);
    answerAll(second, (request) => request.stream.sendLocalReply(request.head, REPLIES[1] as LocalReply));
    const { sink } = client.call(this.#requestHead(), this.#requestBody);
    pump(client, second);
    assert.equal(only(second).sink.text, this.#fixture.requestBody);
    assert.ok(sink.head !== null && sink.ends === 1);
  }

  #refused(bytes: Uint8Array, limits: Partial<CodecLimits>): void {
    for (const chunkBytes of [bytes.length, 1]) {
      const server = this.#server(limits);
      assert.throws(() => server.feed(bytes, chunkBytes), ProtocolError, `in chunks of ${chunkBytes}`);
      const seen = server.requests.length;
      swallow(() => server.codec.receive(Buffer.from(bytes), 0, bytes.length));
      assert.equal(server.requests.length, seen, 'a refused connection still delivers');
      server.lose();
      for (const { sink } of server.requests) assert.ok(sink.resets.length <= 1);
      assert.equal(server.codec.activeStreams, 0);
    }
  }
}

function only(server: ServerEnd): IncomingRequest {
  assert.equal(server.requests.length, 1, 'one request expected');
  return server.requests[0] as IncomingRequest;
}

function everyByte(length: number): number[] {
  return Array.from({ length: Math.max(length - 1, 0) }, (_, i) => i + 1);
}

function feedCut(end: ClientEnd | ServerEnd, bytes: Uint8Array, cuts: readonly number[]): void {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    end.feed(bytes.subarray(from, cut));
    from = cut;
  }
}

/** Runs `answer` when a request is complete. */
function answerAll(server: ServerEnd, answer: (request: IncomingRequest) => void): void {
  server.handle((request) => {
    if (request.headOnly) answer(request);
    else
      tee(request.sink, (_chunk, end) => {
        if (end) answer(request);
      });
  });
}

/** Hands data of a recording sink on; trailers close the direction. */
function tee(sink: RecordingSink, next: (chunk: Uint8Array, end: boolean) => void): void {
  const record = sink.onData.bind(sink);
  sink.onData = (chunk, end) => {
    record(chunk, end);
    next(chunk, end);
  };
  const recordTrailers = sink.onTrailers.bind(sink);
  sink.onTrailers = (trailers) => {
    recordTrailers(trailers);
    next(Buffer.alloc(0), true);
  };
}

/** Lets time pass for a codec that closes after a quiet while. */
function settleTimers(end: ClientEnd | ServerEnd): void {
  for (let i = 0; i < 3 && end.link.timerMs > 0 && !end.link.closed; i++) {
    end.link.timerMs = 0;
    end.codec.onTimer();
  }
}

/** For calls that may refuse by throwing. */
function swallow(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
