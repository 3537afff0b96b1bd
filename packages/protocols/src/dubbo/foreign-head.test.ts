import { PlainRequestHead, PlainResponseHead, ResetReason } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { dubbo } from './index.ts';

/** The argument "hi" and an empty map. */
const body = Buffer.from('026869485a', 'hex');
/** A value, "ok". */
const answerBody = Buffer.from('91026f6b', 'hex');
const PAIRS: readonly (readonly [string, string])[] = [
  ['service', 'com.x.Y'],
  ['version', '1.0'],
  [':types', 'Ljava/lang/String;'],
  ['group', 'g'],
  ['trace', 'ä'],
];
const request = (more: object = {}, pairs = PAIRS): PlainRequestHead =>
  new PlainRequestHead('dubbo', 'dubbo', { method: 'echo', contentLength: body.length, ...more }, pairs);
const answer = (nativeStatus = 20): PlainResponseHead =>
  new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus, contentLength: answerBody.length });

function exchange(head: PlainRequestHead, response: PlainResponseHead) {
  const client = new ClientEnd(dubbo, {});
  const server = new ServerEnd(dubbo, {});
  const asked = client.call(head, body);
  server.feed(client.link.takeBytes());
  const [received] = server.requests as [IncomingRequest];
  received.stream.sendHead(response, false);
  received.stream.sendData(answerBody, true);
  client.feed(server.link.takeBytes());
  return { received, sink: asked.sink };
}

it('sends heads that no codec decoded, their pairs behind the arguments', () => {
  const { received, sink } = exchange(request(), answer());
  const { head } = received;
  expect([head.service, head.method, head.oneWay, head.get(':types'), head.get(':serialization')]).toEqual([
    'com.x.Y:1.0:g@dubbo',
    'echo',
    false,
    'Ljava/lang/String;',
    '2',
  ]);
  const pairs: [string, string][] = [];
  head.forEach((name, value) => {
    pairs.push([name, value]);
  });
  expect(pairs).toEqual([
    ['group', 'g'],
    ['trace', 'ä'],
  ]);
  expect(received.sink.body.subarray(0, 3).toString('hex')).toBe('026869');
  expect([sink.head?.nativeStatus, sink.body.toString('hex')]).toEqual([20, answerBody.toString('hex')]);
});

it('sends pairs that were added later, and the same head twice', () => {
  const head = request();
  head.set('x-weft-converted', 'Http1>dubbo');
  for (let i = 0; i < 2; i++)
    expect(exchange(head, answer()).received.head.get('x-weft-converted')).toBe('Http1>dubbo');
});

it('sends one-way calls as such', () => {
  const client = new ClientEnd(dubbo, {});
  const server = new ServerEnd(dubbo, {});
  client.call(request({ oneWay: true }), body);
  server.feed(client.link.takeBytes());
  expect([server.requests[0]?.head.oneWay, client.codec.activeStreams]).toEqual([true, 0]);
});

it('refuses a call of nothing and heads of other families, and answers the caller all the same', () => {
  const client = new ClientEnd(dubbo, {});
  const resets = [request({ method: '' }), request({}, []), new PlainRequestHead('Http1', 'http')].map(
    (head) => client.call(head, null).sink.resets,
  );
  expect(resets).toEqual([[ResetReason.LOCAL_RESET], [ResetReason.LOCAL_RESET], [ResetReason.LOCAL_RESET]]);
  const { sink } = exchange(request(), new PlainResponseHead('Http1', 'http', 200));
  expect(sink.head?.nativeStatus).toBe(35);
});
