import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dubboThrift } from '@weft/protocols/dubbo-thrift';
import { http1 } from '@weft/protocols/http1';
import { http2 } from '@weft/protocols/http2';
import { tars } from '@weft/protocols/tars';
import { createTriple } from '@weft/protocols/triple';
import { type LocalReply, PlainRequestHead, type Protocol } from '@weft/sdk';
import { ClientEnd, type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import { describe, expect, it } from 'vitest';

/** What callers are told, by cause: each answer is written by the codec of the proxy and read back as its callers read it. */
const CAUSES: readonly (readonly [cause: string, reply: LocalReply])[] = [
  ['no route matches', { status: 404, code: 'route_not_found' }],
  ['no host', { status: 502, code: 'no_healthy_host' }],
  ['connection refused', { status: 502, code: 'upstream_connect_failed' }],
  ['connection lost', { status: 502, code: 'upstream_reset' }],
  ['timeout of the route', { status: 504, code: 'upstream_timeout' }],
  ['too many requests in flight', { status: 503, code: 'overflow' }],
  ['limited by a rule', { status: 429, code: 'filter', body: 'limit exceeded|rule=7' }],
  ['refused by a filter (403)', { status: 403, code: 'filter', body: 'permission denied' }],
  ['body too large', { status: 413, code: 'body_too_large' }],
];

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const TARS = hex(
  '0000003410012c3c4001561744656d6f2e4563686f5365727665722e4563686f4f626a66046563686f7d000c810bb8980ca80c',
);
TARS.writeUInt32BE(TARS.length, 0);
const TUP = Buffer.from(TARS);
TUP[5] = 3;
const THRIFT = hex(
  '0000004cdabc0000004c002e01000000196f72672e6578616d706c652e477265657465722449666163650000000000000001800100010000000568656c6c6f000000010b000100000005776f726c6400',
);
const triple = createTriple(http1);

/** The answer to `request`, as bytes and as the proxy's own client reads it. */
function answered(protocol: Protocol, request: Buffer, reply: LocalReply) {
  const server = new ServerEnd(protocol, {});
  server.feed(request);
  const { stream, head, sink } = server.requests[0] as IncomingRequest;
  const client = new ClientEnd(protocol, {});
  const asked = client.call(head, sink.body);
  stream.sendLocalReply(head, reply);
  const bytes = server.link.takeBytes();
  client.feed(bytes);
  return { bytes, head: asked.sink.head };
}

const cell = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** The text between a mark and what cannot be part of a message. */
function messageIn(bytes: Buffer): string {
  return /\d{3}\|[ -~]+?(?=[^ -~]|$)/.exec(bytes.toString('latin1'))?.[0] ?? '';
}

function tarsRow(cause: string, reply: LocalReply): string {
  const plain = answered(tars, TARS, reply);
  const tup = answered(tars, TUP, reply);
  expect(tup.head?.nativeStatus).toBe(plain.head?.nativeStatus);
  expect(messageIn(tup.bytes)).toBe(messageIn(plain.bytes));
  return `| ${cause} | ${plain.head?.nativeStatus} | ${cell(messageIn(plain.bytes))} |`;
}

function thriftRow(cause: string, reply: LocalReply): string {
  const { head, bytes } = answered(dubboThrift, THRIFT, reply);
  return `| ${cause} | ${head?.nativeStatus} | ${cell(messageIn(bytes.subarray(0, -8)))} |`;
}

function overHttp2(contentType: string, reply: LocalReply) {
  const client = new ClientEnd(http2, {});
  const head = new PlainRequestHead(
    'Http2',
    'http',
    { method: 'POST', scheme: 'http', authority: 'a', path: '/org.example.Greeter/hello' },
    [['content-type', contentType]],
  );
  const { sink } = client.call(head, null);
  const server = new ServerEnd(triple, {});
  server.feed(client.link.takeBytes());
  const { stream, head: asked } = server.requests[0] as IncomingRequest;
  stream.sendLocalReply(asked, reply);
  client.feed(server.link.takeBytes());
  return sink;
}

function tripleRow(cause: string, reply: LocalReply): string {
  const grpc = overHttp2('application/grpc+proto', reply).head;
  const json = overHttp2('application/json', reply);
  return `| ${cause} | ${grpc?.get('grpc-status')} | ${cell(grpc?.get('grpc-message') ?? '')} | ${json.head?.status} | ${cell(json.text)} |`;
}

const NOTE = '<!-- Written by tests/integration/protocols with UPDATE_PAGES=1; do not edit. -->';

const PAGES: readonly (readonly [file: string, intro: string, row: (cause: string, reply: LocalReply) => string])[] = [
  [
    'tars-replies',
    `# What a Tars caller sees when Weft answers

The message is \`number|reason\`, in the description of the result; rules add \`|rule=\` and their number, and \`x-weft-reject\` and \`x-weft-rule\`
to the context. In TUP the code is
\`STATUS_RESULT_CODE\` and the message \`STATUS_RESULT_DESC\` of the status map. One-way calls are dropped and counted. \`Tars.js\` shows code and
message in the error of the promise.

| Cause | ret | Message |
| --- | --- | --- |`,
    tarsRow,
  ],
  [
    'dubbo-thrift-replies',
    `# What a caller of Dubbo thrift sees when Weft answers

An exception message with a TApplicationException. Dubbo's consumer throws an \`RpcException\` with its message and code 0, whatever
the type is; Thrift clients see both. The message is \`number|reason\`; rules add \`|rule=\` and their number, and say which
they are in fields 100 and 101. One-way calls are dropped and counted.

| Cause | Type | Message |
| --- | --- | --- |`,
    thriftRow,
  ],
  [
    'triple-replies',
    `# What a Triple caller sees when Weft answers

Callers with \`application/grpc\` and its kin get HTTP status 200 and the two fields in the head, without a body: consumers of Dubbo 3 and
SOFARPC throw what they make of that gRPC status. All others, over HTTP/2 or HTTP/1.1, get the HTTP status and JSON with the two fields
of Dubbo's own errors.

| Cause | \`grpc-status\` | \`grpc-message\` | HTTP status | JSON |
| --- | --- | --- | --- | --- |`,
    tripleRow,
  ],
];

describe('the reference page of local replies', () => {
  it.each(PAGES)('%s says what is sent', (file, intro, row) => {
    const rows = CAUSES.map(([cause, reply]) => row(cause, reply));
    const page = `${NOTE}\n\n${intro}\n${rows.join('\n')}\n`;
    const target = fileURLToPath(new URL(`../../../docs/reference/${file}.md`, import.meta.url));
    if (process.env['UPDATE_PAGES'] === '1') writeFileSync(target, page);
    expect(readFileSync(target, 'utf8')).toBe(page);
  });
});
