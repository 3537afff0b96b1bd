import { PlainRequestHead } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { grpcAnswers } from './grpc-answers.ts';
import { encodeGrpcMessage, grpcStatusOf, isGrpcContentType, renderLocalReply } from './local-reply.ts';
import { madeUpProblem } from './made-up.ts';
import { statusText } from './status-text.ts';
import { isAuthority, isFieldValue, isLowerToken, isOriginTarget, isToken, parseContentLength } from './tokens.ts';

describe('tokens', () => {
  it('takes tokens of RFC 9110 section 5.6.2 and nothing else', () => {
    expect(isToken('X-Forwarded-For')).toBe(true);
    expect(isToken("!#$%&'*+-.^_`|~09azAZ")).toBe(true);
    for (const bad of ['', 'a b', 'a:', 'a\0', 'a\r', 'é', 'a(', 'a"', 'ā', '\u0161'])
      expect(isToken(bad), bad).toBe(false);
    expect(isLowerToken('x-a_b')).toBe(true);
    for (const bad of ['X-a', '', ':path', 'a\u0100']) expect(isLowerToken(bad), bad).toBe(false);
  });

  it('refuses line ends and controls in values', () => {
    expect(isFieldValue('')).toBe(true);
    expect(isFieldValue('a b\tc é')).toBe(true);
    for (const bad of ['a\r\nb', 'a\nb', 'a\rb', 'a\0b', ' a', 'a ', 'a\t', 'a\x7f', 'a\u010a'])
      expect(isFieldValue(bad), JSON.stringify(bad)).toBe(false);
  });

  it('checks targets and authorities', () => {
    expect(isOriginTarget('/a?b={c}|d')).toBe(true);
    for (const bad of ['', 'a', '/a b', '/a\t', '/a#b', '/é', '/a\r', '**'])
      expect(isOriginTarget(bad), bad).toBe(false);
    for (const good of ['', 'a', 'a:80', 'a:', '[::1]', '[::1]:80', '10.0.0.1:65535', 'a%20b'])
      expect(isAuthority(good), good).toBe(true);
    for (const bad of [
      'a@b',
      'a b',
      'a,b',
      'a/b',
      'a:b',
      'a:80:80',
      'a:65536',
      '[::1',
      '::1',
      '[::1]a',
      'a[',
      'a?b',
      'a#',
      'a\\b',
      '[[]',
    ])
      expect(isAuthority(bad), bad).toBe(false);
  });

  it('reads a content length strictly', () => {
    expect(parseContentLength('0')).toBe(0);
    expect(parseContentLength('999999999999999')).toBe(999_999_999_999_999);
    for (const bad of ['', '+1', '-1', '1 ', '0x1', '1,1', '1e3', '1000000000000000', '\u0661'])
      expect(parseContentLength(bad), bad).toBe(-1);
  });
});

describe('local replies', () => {
  it('maps HTTP statuses to gRPC ones', () => {
    const rows: [number, number][] = [
      [400, 13],
      [401, 16],
      [403, 7],
      [404, 12],
      [408, 4],
      [429, 8],
      [502, 14],
      [503, 14],
      [504, 4],
      [500, 2],
      [501, 12],
      [418, 2],
    ];
    for (const [status, grpc] of rows) expect(grpcStatusOf(status, 'filter'), String(status)).toBe(grpc);
    expect(grpcStatusOf(429, 'direct_response')).toBe(14);
  });

  it('knows a gRPC caller by its content type', () => {
    for (const yes of ['application/grpc', 'application/grpc+proto', 'Application/gRPC; x=y'])
      expect(isGrpcContentType(yes)).toBe(true);
    for (const no of [undefined, '', 'application/grpc-web', 'application/grpcx', 'text/plain'])
      expect(isGrpcContentType(no)).toBe(false);
  });

  it('gives a gRPC caller trailers only', () => {
    const reply = renderLocalReply('application/grpc', {
      status: 503,
      code: 'overflow',
      headers: [
        ['x-a', '1'],
        ['content-length', '7'],
        ['connection', 'x'],
      ],
      body: 'voll: 100 %\n',
    });
    expect(reply).toEqual({
      status: 200,
      headers: [
        ['content-type', 'application/grpc'],
        ['grpc-status', '14'],
        ['x-a', '1'],
        ['grpc-message', 'voll: 100 %25%0A'],
      ],
      body: new Uint8Array(0),
    });
    expect(encodeGrpcMessage('ä')).toBe('%C3%A4');
  });

  it('gives a gRPC caller the messages that a rule makes up, and everybody else its text', () => {
    const madeUp = { body: '{"a":1}', messages: [Buffer.from('0801', 'hex'), new Uint8Array(0)] };
    const local = { status: 200, code: 'filter', headers: [['x-weft-rule', '7']], body: madeUp.body, madeUp } as const;
    const { body, ...head } = renderLocalReply('application/grpc+proto', local);
    expect(head).toEqual({
      status: 200,
      headers: [
        ['content-type', 'application/grpc'],
        ['grpc-status', '0'],
        ['x-weft-rule', '7'],
      ],
    });
    expect(Buffer.from(body).toString('hex')).toBe('000000000208010000000000');
    expect(renderLocalReply('application/grpc', local).body).toBe(body);
    expect(Buffer.from(renderLocalReply('application/json', local).body).toString()).toBe('{"a":1}');
  });

  it.each([
    ['application/grpc', true, /^$/],
    ['application/grpc+proto; charset=x', true, /^$/],
    ['application/grpc+json', true, /^application\/grpc\+json is not written/],
    ['application/grpc-web+proto', true, /^application\/grpc-web\+proto is not written/],
    ['application/grpc', false, /has no message/],
    ['application/json', false, /^$/],
  ])('says of callers of %s, with messages: %s, what they cannot be told', (contentType, hasMessages, problem) => {
    const head = new PlainRequestHead('Http2', 'http', { method: 'POST', path: '/a.B/c' }, [
      ['content-type', contentType],
    ]);
    const answer = { body: '', ...(hasMessages ? { messages: [] } : {}) };
    expect(madeUpProblem(head, answer)).toMatch(problem);
    const reply = { status: 200, code: 'filter', madeUp: answer } as const;
    if (hasMessages) expect(grpcAnswers.ofReply(head, reply, {})).toBe(/grpc(?!-web)/.test(contentType) ? '0 OK' : '');
  });

  it('gives everyone else status, headers and body', () => {
    const reply = renderLocalReply('text/html', { status: 404, code: 'route_not_found', body: 'no' });
    expect(reply.status).toBe(404);
    expect(reply.headers).toEqual([['content-type', 'text/plain; charset=utf-8']]);
    expect(Buffer.from(reply.body).toString()).toBe('no');
    expect(
      renderLocalReply(undefined, {
        status: 200,
        code: 'direct_response',
        headers: [['content-type', 'a/b']],
        body: '{}',
      }).headers,
    ).toEqual([['content-type', 'a/b']]);
  });

  it('has the registered phrases', () => {
    expect(statusText(431)).toBe('Request Header Fields Too Large');
    expect(statusText(599)).toBe('');
  });
});
