import { PlainRequestHead, PlainResponseHead, type Protocol, ResetReason } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { type BoltConfig, bolt, boltv2 } from './index.ts';

const body = Buffer.from('content');
const PAIRS: readonly (readonly [string, string])[] = [
  [':class', 'com.x.Request'],
  [':codec', '12'],
  ['service', 'com.x.Y:1.0'],
  ['sofa_head_method_name', 'get'],
];
const request = (more: object = {}, pairs = PAIRS): PlainRequestHead =>
  new PlainRequestHead('bolt', 'bolt', { contentLength: body.length, timeoutMs: 700, ...more }, pairs);

/** A call whose two heads were put together, through both codecs. */
function exchange(caller: Protocol<BoltConfig>, head: PlainRequestHead, answer: PlainResponseHead) {
  const client = new ClientEnd(caller, {});
  const server = new ServerEnd(bolt, {});
  const asked = client.call(head, body);
  server.feed(client.link.takeBytes());
  const [received] = server.requests as [IncomingRequest];
  received.stream.sendHead(answer, false);
  received.stream.sendData(body, true);
  client.feed(server.link.takeBytes());
  return { received, sink: asked.sink };
}

it.each([
  ['version 1', bolt],
  ['version 2', boltv2],
] as const)('sends heads that no codec decoded, in %s', (_name, caller) => {
  const answer = new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: 0, contentLength: body.length }, [
    [':class', 'com.x.Answer'],
    [':codec', '12'],
    ['trace', 't'],
  ]);
  const { received, sink } = exchange(caller, request(), answer);
  const { head } = received;
  expect([head.service, head.method, head.timeoutMs, head.contentLength, received.sink.text]).toEqual([
    'com.x.Y:1.0',
    'get',
    700,
    7,
    'content',
  ]);
  expect([':class', ':codec', 'service', 'none'].map((name) => head.get(name))).toEqual([
    'com.x.Request',
    '12',
    'com.x.Y:1.0',
    undefined,
  ]);
  const names: string[] = [];
  head.forEach((name) => {
    names.push(name);
  });
  expect(names).toEqual(['service', 'sofa_head_method_name']);
  expect([sink.text, sink.head?.nativeStatus, sink.head?.get(':class'), sink.head?.get('trace')]).toEqual([
    'content',
    0,
    'com.x.Answer',
    't',
  ]);
});

it('sends one-way calls as such', () => {
  const client = new ClientEnd(bolt, {});
  const server = new ServerEnd(bolt, {});
  client.call(request({ oneWay: true }), body);
  server.feed(client.link.takeBytes());
  expect([server.requests[0]?.head.oneWay, client.codec.activeStreams]).toEqual([true, 0]);
});

it('refuses what has no form on the wire, and answers the caller all the same', () => {
  const client = new ClientEnd(bolt, {});
  const large = request({}, [['a', 'x'.repeat(40_000)]]);
  expect(client.call(large, null).sink.resets).toEqual([ResetReason.LOCAL_RESET]);
  expect(client.call(new PlainRequestHead('Http1', 'http'), null).sink.resets).toEqual([ResetReason.LOCAL_RESET]);
  const { sink } = exchange(bolt, request(), new PlainResponseHead('Http1', 'http', 200));
  expect(sink.head?.nativeStatus).toBe(0x11);
});
