import { ResetReason } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { Relay } from './testdata/relay.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** The head as it comes out when nothing has to change. */
function relayed(request: string): string {
  const relay = new Relay();
  relay.feed(request);
  return relay.upstreamText;
}

describe('requests', () => {
  it('copies what does not mean this hop', () => {
    const request =
      'GET /a?b=c HTTP/1.1\r\nHost: Example.org:8080\r\nX-A: 1\r\naccept:*/*\r\nX-Empty:\r\nX-Pad:  v \t\r\n\r\n';
    expect(relayed(request)).toBe(
      'GET /a?b=c HTTP/1.1\r\nHost: Example.org:8080\r\nX-A: 1\r\naccept: */*\r\nX-Empty: \r\nX-Pad: v\r\n\r\n',
    );
  });

  it('leaves out hop headers and what Connection names', () => {
    const request =
      'GET / HTTP/1.1\r\nConnection: keep-alive, X-Gone, close , te\r\nHost: a\r\nX-Gone: 1\r\nKeep-Alive: timeout=5\r\nTE: trailers, deflate\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nProxy-Connection: x\r\nX-Stays: 2\r\n\r\n';
    expect(relayed(request)).toBe('GET / HTTP/1.1\r\nHost: a\r\nX-Stays: 2\r\nconnection: te\r\nte: trailers\r\n\r\n');
  });

  it('keeps lengths, re-frames chunks and forwards trailers', () => {
    expect(relayed('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc')).toBe(
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
    );
    expect(
      relayed(
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;x="a;b\\"c"\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX-T: 1\r\nContent-Length: 9\r\n\r\n',
      ),
    ).toBe(
      'POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n',
    );
    expect(relayed('POST / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe(
      'POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n',
    );
    expect(relayed('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc')).toBe(
      'POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\n\r\nabc',
    );
  });

  it('turns an absolute target into Host and path', () => {
    expect(relayed('GET http://b:81?x HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n')).toBe(
      'GET /?x HTTP/1.1\r\nX: 1\r\nhost: b:81\r\n\r\n',
    );
    expect(relayed('OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('OPTIONS * HTTP/1.1\r\nhost: b\r\n\r\n');
    expect(relayed('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
  });

  it('speaks HTTP/1.1 for an HTTP/1.0 client', () => {
    expect(relayed('GET / HTTP/1.0\r\nX: 1\r\n\r\n')).toBe('GET / HTTP/1.1\r\nhost: \r\nX: 1\r\n\r\n');
  });

  it('re-encodes only what an edit touched', () => {
    const relay = new Relay();
    relay.editRequest = (head) => {
      expect(head.get('x-a')).toBe('1');
      expect(head.getAll('x-a')).toEqual(['1', '2']);
      head.set('x-a', '3');
      head.add('x-b', '4');
      head.remove('x-c');
      head.path = '/new';
      head.authority = 'other';
      expect(head.get('host')).toBe('other');
      const seen: string[] = [];
      head.forEach((name, value) => seen.push(`${name}=${value}`));
      expect(seen).toEqual(['x-d=5', 'x-a=3', 'x-b=4']);
    };
    relay.feed('GET /old HTTP/1.1\r\nX-A: 1\r\nHost: a\r\nx-a: 2\r\nX-C: 9\r\nX-D: 5\r\n\r\n');
    expect(relay.upstreamText).toBe('GET /new HTTP/1.1\r\nhost: other\r\nX-D: 5\r\nx-a: 3\r\nx-b: 4\r\n\r\n');
  });

  it('refuses an edit that would break the head', () => {
    for (const edit of [
      ['x', 'a\r\nb: c'],
      ['x y', '1'],
      ['x', ' a'],
    ] as const) {
      const relay = new Relay();
      relay.editRequest = (head) => head.set(edit[0], edit[1]);
      relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(relay.upstreamText).toBe('');
      expect(relay.downstreamText).toMatch(/^HTTP\/1.1 502 /);
    }
    for (const path of ['/a b', '/a\r\nX: 1', 'a', '/\u0105']) {
      const relay = new Relay();
      relay.editRequest = (head) => {
        head.path = path;
      };
      relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(relay.upstreamText).toBe('');
    }
  });
});

describe('answers', () => {
  it('keeps the connection, and takes pipelined requests in order', () => {
    const relay = new Relay();
    relay.feed(
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\nHost: a\r\n\r\n',
    );
    expect(relay.link.readingPaused).toBe(true);
    expect(relay.upstreamText).toBe('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer(OK);
    expect(relay.upstreamText).toMatch(/GET \/1[\s\S]*POST \/2[\s\S]*x$/);
    relay.answer(OK);
    relay.answer(OK);
    expect(relay.downstreamText).toBe(OK + OK + OK);
    expect(relay.upstreams.length).toBe(1);
    expect(relay.link.closed).toBe(false);
    expect(relay.link.readingPaused).toBe(false);
    expect(relay.codec.exportState?.()).toEqual({ lastId: 3 });
  });

  it('ends the connection as the client asked', () => {
    for (const head of ['GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n']) {
      const relay = new Relay();
      relay.feed(head);
      relay.answer(OK);
      expect(relay.downstreamText).toBe('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
      expect(relay.link.closed).toBe(true);
    }
    const relay = new Relay();
    relay.feed('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    relay.answer(OK);
    expect(relay.downstreamText).toBe('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok');
    expect(relay.link.closed).toBe(false);
  });

  it('re-frames a body that ends with the connection', () => {
    const relay = new Relay();
    relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer('HTTP/1.0 200 Fine\r\nServer: x\r\n\r\nabc');
    relay.answerEnd();
    expect(relay.downstreamText).toBe(
      'HTTP/1.1 200 Fine\r\nServer: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    );
    expect(relay.link.closed).toBe(false);
    expect(relay.upstream.link.closed).toBe(true);
  });

  it('gives an HTTP/1.0 client a body that ends with the connection', () => {
    const relay = new Relay();
    relay.feed('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    relay.answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n');
    expect(relay.downstreamText).toBe('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc');
    expect(relay.link.closed).toBe(true);
  });

  it('forwards trailers and interim responses', () => {
    const relay = new Relay();
    relay.feed('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    expect(relay.heads[0]?.expectsContinue).toBe(true);
    expect(relay.upstreamText).toContain('Expect: 100-continue\r\n');
    relay.answer('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    relay.feed('hi');
    relay.answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n');
    expect(relay.downstreamText).toBe(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTrailer: X-T\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n',
    );
    expect(relay.upstreamText).toMatch(/hi$/);
    expect(relay.upstream.codec.credit()).toBe(1);
  });

  it('knows which answers have no body', () => {
    for (const [method, answer, expected] of [
      ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'],
      ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
      [
        'GET',
        'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
        'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      ],
      ['GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ['GET', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n'],
    ] as const) {
      const relay = new Relay();
      relay.feed(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
      relay.answer(answer);
      expect(relay.downstreamText).toBe(expected);
      expect(relay.codec.activeStreams).toBe(0);
      expect(relay.upstream.codec.credit()).toBe(1);
      expect(relay.upstream.codec.reused).toBe(true);
    }
  });

  it('never gives bytes behind an answer to the next request', () => {
    const relay = new Relay();
    relay.feed('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer(`${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`);
    expect(relay.upstreams.length).toBe(2);
    relay.answer(OK);
    expect(relay.downstreamText).toBe(OK + OK);
    expect(relay.upstreams[0]?.error?.message).toBe('bytes behind the response');
    const idle = new Relay();
    idle.feed('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    idle.answer(OK);
    idle.answer('x');
    expect(idle.upstream.error?.message).toBe('bytes that no request asked for');
    expect(idle.upstream.codec.credit()).toBe(0);
  });

  it('takes 408 on an idle connection, or its beginning, for the goodbye that it is', () => {
    const goodbye = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';
    for (const bytes of [goodbye, goodbye.replace('1.1', '1.0'), 'HTTP/1', 'HTTP/1.1 40']) {
      const relay = new Relay();
      relay.feed('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
      relay.answer(OK);
      relay.answer(bytes);
      expect(relay.upstream.error, bytes).toBeNull();
      expect(relay.upstream.draining).toBe(true);
      expect(relay.upstream.codec.credit()).toBe(0);
      expect(relay.upstream.link.closed).toBe(true);
    }
    for (const bytes of ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 409', 'HTTP/2.0 408', '\r\n']) {
      const relay = new Relay();
      relay.feed('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
      relay.answer(OK);
      relay.answer(bytes);
      expect(relay.upstream.error?.message, bytes).toBe('bytes that no request asked for');
      expect(relay.upstream.codec.credit()).toBe(0);
    }
  });

  it('shows the client that an answer broke off', () => {
    const relay = new Relay();
    relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab');
    relay.answerEnd();
    expect(relay.link.wasReset).toBe(true);
    const early = new Relay();
    early.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    early.answerEnd();
    expect(early.downstreamText).toMatch(/^HTTP\/1.1 502 /);
    expect(early.link.closed).toBe(false);
  });
});

describe('tunnels', () => {
  const ASK =
    'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: x\r\n\r\n';

  it('switches with 101 and passes half-close on', () => {
    const relay = new Relay();
    relay.feed(ASK);
    expect(relay.heads[0]?.upgrade).toBe('websocket');
    expect(relay.upstreamText).toBe(
      'GET /ws HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    relay.answer('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello');
    expect(relay.downstreamText).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello',
    );
    relay.feed('GET / HTTP/1.1\r\n\r\n');
    expect(relay.upstreamText).toMatch(/websocket\r\n\r\nGET \/ HTTP\/1.1\r\n\r\n$/);
    relay.feedEnd();
    expect(relay.upstream.link.writeShutDown).toBe(true);
    relay.answer('bye');
    relay.answerEnd();
    expect(relay.downstreamText).toMatch(/hellobye$/);
    expect(relay.link.closed).toBe(true);
    expect(relay.upstream.link.closed).toBe(true);
    expect(relay.codec.activeStreams + relay.upstream.codec.activeStreams).toBe(0);
  });

  it('passes on what the caller says, and its end, behind the end of the host', () => {
    const relay = new Relay();
    relay.feed(ASK);
    relay.answer('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nbye');
    relay.answerEnd();
    expect(relay.link.writeShutDown).toBe(true);
    expect(relay.upstream.link.closed).toBe(false);
    relay.feed('still here');
    expect(relay.upstreamText).toMatch(/websocket\r\n\r\nstill here$/);
    relay.feedEnd();
    expect(relay.link.closed).toBe(true);
    expect(relay.upstream.link.closed).toBe(true);
    expect(relay.codec.activeStreams + relay.upstream.codec.activeStreams).toBe(0);
  });

  it('goes on with HTTP when the host refuses', () => {
    const relay = new Relay();
    relay.feed(`${ASK}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    relay.answer(OK);
    expect(relay.upstreamText).toMatch(/GET \/next HTTP\/1.1\r\nHost: a\r\n\r\n$/);
    relay.answer(OK);
    expect(relay.downstreamText).toBe(OK + OK);
    expect(relay.upstreams.length).toBe(1);
  });

  it('connects', () => {
    const relay = new Relay();
    relay.feed('CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\nearly');
    expect(relay.upstreamText).toBe('CONNECT b:443 HTTP/1.1\r\nhost: b:443\r\n\r\n');
    relay.answer('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nx');
    expect(relay.upstreamText).toMatch(/\r\n\r\nearly$/);
    expect(relay.downstreamText).toBe('HTTP/1.1 200 OK\r\n\r\nx');
  });

  it('does not tunnel what was not asked for', () => {
    const relay = new Relay();
    relay.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n');
    expect(relay.downstreamText).toMatch(/^HTTP\/1.1 502 /);
  });
});

describe('early answers', () => {
  const BODY = 'x'.repeat(70_000);

  it('drops a short rest and keeps the connection', () => {
    const relay = new Relay();
    relay.feed('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    relay.upstream.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(relay.downstreamText).toMatch(/^HTTP\/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n$/);
    relay.feed('3\r\nabc\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.answer(OK);
    expect(relay.downstreamText).toMatch(/ok$/);
    expect(relay.link.timerMs).toBe(0);
  });

  it('ends the connection of a client that lets the rest drip', () => {
    for (const given of ['by the proxy', 'by the host']) {
      const relay = new Relay();
      relay.feed('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      if (given === 'by the proxy') relay.upstream.codec.connectionClosed(ResetReason.CONNECTION_LOST);
      else relay.answer(OK);
      expect(relay.link.timerMs, given).toBe(30_000);
      relay.feed('3\r\na');
      expect(relay.link.closed).toBe(false);
      relay.codec.onTimer();
      expect(relay.link.closed).toBe(true);
    }
  });

  it('ends the connection behind a long one', () => {
    const relay = new Relay();
    relay.feed('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    relay.upstream.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    relay.feed(`11170\r\n${BODY}`);
    expect(relay.link.closed).toBe(true);
    const known = new Relay();
    known.feed('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n');
    known.upstream.codec.connectionClosed(ResetReason.CONNECTION_LOST);
    expect(known.downstreamText).toContain('connection: close');
    expect(known.link.writeShutDown).toBe(true);
    known.codec.onTimer();
    expect(known.link.closed).toBe(true);
  });

  it('closes when the client may or may not send the body it announced', () => {
    const relay = new Relay();
    relay.feed('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 30\r\n\r\n');
    relay.answer('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    expect(relay.downstreamText).toBe('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nconnection: close\r\n\r\n');
    relay.feed('GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(relay.upstreamText).not.toContain('smuggled');
    expect(relay.upstream.link.closed).toBe(true);
  });
});

describe('limits', () => {
  it('answers each with its status and closes', () => {
    for (const [request, status] of [
      [`GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
      [`GET /${'a'.repeat(9000)}`, 414],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}\r\n\r\n`, 431],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(9000)}`, 431],
      [`GET / HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(100)}\r\n`, 431],
      ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n', 413],
      [`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n${'a'.repeat(500)}\r\n1f5\r\n`, 413],
      ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
      ['POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n\r\n', 417],
    ] as const) {
      const relay = new Relay({ max_request_body_size: 1000 });
      relay.feed(request);
      expect(relay.downstreamText, request.slice(0, 80)).toMatch(
        new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*connection: close\r\n\r\n$`),
      );
      expect(relay.error).not.toBeNull();
    }
  });

  it('looks at a head of many small pieces only when a line is complete', () => {
    const relay = new Relay();
    for (const byte of Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(5000)}\r\n\r\n`))
      relay.feed(Uint8Array.of(byte));
    expect(relay.upstreamText.length).toBe(5032);
  });
});

describe('draining', () => {
  it('closes an idle connection, and a busy one behind its answer', () => {
    const idle = new Relay();
    idle.codec.goaway();
    expect(idle.link.closed).toBe(true);
    const busy = new Relay();
    busy.feed('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    busy.codec.goaway();
    busy.answer(OK);
    expect(busy.downstreamText).toContain('connection: close');
    expect(busy.link.closed).toBe(true);
  });

  it('answers a client that half-closed', () => {
    const relay = new Relay();
    relay.feed('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    relay.feedEnd();
    relay.answer(OK);
    relay.answer(OK);
    expect(relay.downstreamText).toMatch(/ok[\s\S]*ok$/);
    expect(relay.link.closed).toBe(true);
  });
});
