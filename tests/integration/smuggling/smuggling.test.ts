/** The table of request smuggling over real sockets: a caller that sends any bytes, a host that records what reaches it. */
import { type DowngradeCase, type RequestCase, type ResponseCase, SMUGGLING_CASES } from '@weft/testkit/smuggling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { Caller } from './caller.ts';
import { h2Request, isAnswered } from './h2-wire.ts';
import { RecordingBackend } from './recording-backend.ts';
import { type Message, requestsIn, responsesIn } from './wire.ts';

const HONEST = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest';

const requests = SMUGGLING_CASES.filter((row): row is RequestCase => row.direction === 'request');
const responses = SMUGGLING_CASES.filter((row): row is ResponseCase => row.direction === 'response');
/** Characters that no byte can carry exist only inside a process. */
const downgrades = SMUGGLING_CASES.filter(
  (row): row is DowngradeCase =>
    row.direction === 'downgrade' && !/[^\0-\xff]/.test(JSON.stringify(row)) && row.method !== 'CONNECT',
);

/** Where the HTTP/2 codec in front decides otherwise, as safely: it refuses hostile trailers as a whole, and equal lengths are one. */
const MENDED = new Map([
  ['h2-trailers-hostile', ''],
  ['h2-content-length-twice', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello'],
]);

/** Where protocols are told apart these are of none: their first line is no text. */
const NOBODYS = new Set(['method-nul', 'method-high-byte']);
/** And this one is HTTP/2. */
const FOR_ANOTHER = 'version-preface';

let backend: RecordingBackend;
let proxy: RunningProxy;

beforeAll(async () => {
  backend = await RecordingBackend.start();
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener(),
        proxyListener({ name: 'any', protocol: 'Auto' }),
        proxyListener({ name: 'second', protocol: 'Http2' }),
      ],
      routes: [
        routesTo('host', { upstream_protocol: 'Http1' }),
        { match: { path: '*' }, route: { cluster_name: 'host', upstream_protocol: 'Http1' } },
      ],
      clusters: [cluster('host', [backend.port])],
    }),
  );
});

afterAll(async () => {
  await proxy?.dispose();
  await backend?.close();
});

const plain = (messages: readonly Message[]): Message[] =>
  messages.map(({ head, body, trailers }) => ({ head, body, trailers }));
const methodsIn = (messages: readonly Message[]): string[] =>
  messages.map(({ head }) => head.slice(0, head.indexOf(' ')));

/** Whatever was still on its way to the host has arrived when a later request was answered. */
async function settle(): Promise<void> {
  const caller = await Caller.connect(proxy.port('front'));
  caller.send('GET /settled HTTP/1.1\r\nHost: settled\r\n\r\n');
  await caller.until(() => caller.received.endsWith('\r\n\r\n') || caller.received.endsWith('honest'));
  expect(caller.received).toMatch(/^HTTP\/1\.1 200 /);
  caller.destroy();
  const last = backend.requests.pop();
  expect(last?.head).toBe('GET /settled HTTP/1.1\r\nHost: settled\r\n\r\n');
}

describe.each(['front', 'any'])('requests to the listener %s', (listener) => {
  const rows = requests.filter(({ id }) => listener === 'front' || id !== FOR_ANOTHER);
  it.each(rows)('$id is $expected ($source)', async (row) => {
    backend.begin();
    const expected = requestsIn(row.upstream);
    const methods = methodsIn(expected);
    const caller = await Caller.connect(proxy.port(listener));
    caller.send(row.bytes);
    if (row.expected === 'rejected') await caller.until(() => false);
    else if (row.incomplete === true) await backend.until(() => backend.unfinished.length >= row.upstream.length);
    else await caller.until(() => responsesIn(caller.received, methods).messages.length >= expected.length);
    const { messages } = responsesIn(caller.received, methods);
    const status = messages.length === 0 ? 0 : Number((messages.at(-1) as Message).head.slice(9, 12));
    expect(status).toBe(listener === 'any' && NOBODYS.has(row.id) ? 0 : row.status);
    caller.destroy();
    await settle();
    expect(plain(backend.requests)).toEqual(plain(expected));
  });
});

describe('responses', () => {
  it.each(responses)('$id is $expected ($source)', async (row) => {
    backend.begin((_request, index) =>
      index === 0 ? { bytes: row.bytes, ...(row.close === true ? { close: true } : {}) } : { bytes: HONEST },
    );
    const method = row.request.slice(0, row.request.indexOf(' '));
    // A host that says all of it at once has it refused as a whole; one that goes away does not.
    const broken = row.expected === 'rejected' && row.close === true;
    const expected = responsesIn(row.downstream, [method]);
    const wanted = Math.max(1, expected.messages.length);
    const caller = await Caller.connect(proxy.port('front'));
    caller.send(row.request);
    await caller.until(() => !broken && responsesIn(caller.received, [method]).messages.length >= wanted);
    const first = responsesIn(caller.received, [method]);
    if (broken) {
      // Cut off where it stopped being sound; it must not look complete.
      expect(caller.closed).toBe(true);
      expect(first.messages).toEqual([]);
      expect(row.downstream.startsWith(caller.received)).toBe(true);
    } else if (row.expected === 'rejected') {
      expect(caller.received).toMatch(/^HTTP\/1\.1 502 /);
      expect(caller.received).not.toContain('evil');
    } else {
      expect(first).toEqual(expected);
    }
    const next = caller.closed ? await Caller.connect(proxy.port('front')) : caller;
    const before = next.received.length;
    next.send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    await next.until(() => next.received.length >= before + HONEST.length);
    expect(next.received.slice(before)).toBe(HONEST);
    expect(backend.requests.length).toBe(2);
    if (!row.reusable) expect(backend.requests[1]?.connection).not.toBe(backend.requests[0]?.connection);
    next.destroy();
    caller.destroy();
  });
});

describe('downgrades', () => {
  it.each(downgrades)('$id is $expected ($source)', async (row) => {
    backend.begin();
    const pseudo: [string, string][] = [
      [':method', row.method],
      [':scheme', 'http'],
      [':path', row.path],
    ];
    if (row.authority !== '') pseudo.push([':authority', row.authority]);
    const caller = await Caller.connect(proxy.port('second'));
    caller.send(h2Request([...pseudo, ...row.headers], row.body, row.trailers));
    await caller.until(() => isAnswered(caller.received));
    caller.destroy();
    await settle();
    const reached = plain(backend.requests);
    const mended = MENDED.get(row.id);
    if (mended !== undefined) expect(reached).toEqual(plain(requestsIn(mended)));
    else if (row.expected === 'rejected') expect(reached).toEqual([]);
    else expect(reached).toEqual(plain(requestsIn(row.upstream)));
  });
});

it('plays nearly all of the table', () => {
  expect(requests.length + responses.length + downgrades.length).toBeGreaterThanOrEqual(500);
});
