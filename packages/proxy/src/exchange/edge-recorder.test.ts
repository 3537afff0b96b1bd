import { type LocalReply, PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { EdgeTable } from '@weft/telemetry/edges';
import { expect, test } from 'vitest';
import { RouteTable } from '../route/index.ts';
import type { RouteProgram, RouterProgram } from '../route/program.ts';
import { EdgeRecorder } from './edge-recorder.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { Flag } from './flags.ts';

const NONE = { add: [], remove: [] };

function routes(domains: readonly string[], cluster: string): RouteTable {
  const route = {
    name: cluster,
    match: { kind: 'prefix', value: '/', headers: [], variables: [] },
    action: { kind: 'forward', clusters: [{ name: cluster, weight: 1 }], clusterVariable: '' },
    request: NONE,
    response: NONE,
    perFilter: {},
  } as unknown as RouteProgram;
  const host = { name: cluster, domains, routes: [route], request: NONE, response: NONE, perFilter: {} };
  const program: RouterProgram = { name: 'r', digest: '', virtualHosts: [host], request: NONE, response: NONE };
  return RouteTable.create(program);
}

const TABLE = routes(['shop:80', 'shop'], 'shop:80@Http1');
const OWN = routes(['shop:80', 'shop'], 'local_http1_service_shop:80@Http1');

interface Call {
  readonly head: PlainRequestHead;
  readonly table?: RouteTable;
  readonly flags?: number;
  readonly cluster?: string;
  readonly answer?: PlainResponseHead;
  readonly reply?: LocalReply;
}

function count({ head, table = TABLE, flags = 0, cluster, answer, reply }: Call) {
  const edges = new EdgeTable();
  const recorder = new EdgeRecorder(edges, 'egress');
  const exchange = {
    request: head,
    flags,
    status: answer?.status ?? reply?.status ?? 0,
    refused: false,
    callerApp: '',
    cluster: cluster === undefined ? null : { name: cluster },
    listener: { routes: () => table },
    startedAt: 0,
    finishedAt: 1,
  } as unknown as ExchangeRecord;
  recorder.begin(exchange);
  if (answer !== undefined) recorder.answered(exchange, answer);
  if (reply !== undefined) recorder.replied(exchange, reply);
  recorder.record(exchange, (answer ?? reply)?.status === 200);
  const [edge] = edges.flush();
  return { service: edge?.service, rejected: edge?.rejected, errors: edge?.errors };
}

const http = (authority: string): PlainRequestHead => new PlainRequestHead('Http1', 'http', { authority });
const refused = (head: PlainRequestHead, table = TABLE) => count({ head, table, flags: Flag.RateLimited });

test('a refused call is counted under the service that it is for when it is routed', () => {
  for (const authority of ['shop', 'shop:80', 'Shop:80'])
    for (const table of [TABLE, OWN])
      expect(refused(http(authority), table)).toEqual({ service: 'shop:80@Http1', rejected: 1, errors: 0 });
  expect(refused(http('nobody:1')).service).toBe('nobody:1@Http1');
  const tri = new PlainRequestHead('tri', 'http', { authority: '127.0.0.1:50051', service: 'a.B:1.0:blue@tri' });
  expect(refused(tri).service).toBe('a.B:1.0:blue@tri');
  expect(refused(new PlainRequestHead('bolt', 'bolt', { service: 'a.B:1.0' })).service).toBe('a.B:1.0@DEFAULT');
  expect(refused(new PlainRequestHead('dubbo', 'dubbo', { service: 'a.B@dubbo' })).service).toBe('a.B@dubbo');
});

test('an answer is a refusal where its protocol says so', () => {
  const head = new PlainRequestHead('x', 'x', { service: 'a@x' });
  const kind = (answer: PlainResponseHead) => {
    const { rejected, errors } = count({ head, cluster: 'a@x', answer });
    return [rejected, errors];
  };
  expect(kind(new PlainResponseHead('x', 'x', 503, { refused: true }))).toEqual([1, 0]);
  expect(kind(new PlainResponseHead('x', 'x', 503))).toEqual([0, 1]);
  expect(kind(new PlainResponseHead('x', 'x', 429))).toEqual([1, 0]);
  expect(kind(new PlainResponseHead('x', 'x', 200))).toEqual([0, 0]);
});

test('a refusal by a rule of any type is one at the side that refuses and at the caller; an injected fault is an error', () => {
  const both = (word: string, status: number) => {
    const headers = [['x-weft-reject', word]] as const;
    const reply = count({ head: http('shop'), reply: { status, code: 'filter', headers } });
    const answer = count({
      head: http('shop'),
      cluster: 'shop',
      answer: new PlainResponseHead('x', 'x', status, {}, headers),
    });
    return [reply, answer].map(({ rejected, errors }) => [rejected, errors]);
  };
  const refusal = [1, 0];
  const error = [0, 1];
  for (const [word, status] of [
    ['limit', 509],
    ['hijack', 429],
    ['fuse', 503],
    ['auth', 403],
    ['downgrade', 503],
    ['route', 502],
  ] as const)
    expect([word, ...both(word, status)]).toEqual([word, refusal, refusal]);
  expect(both('fault-inject', 500)).toEqual([error, error]);
  const failed = count({ head: http('shop'), reply: { status: 503, code: 'no_healthy_host' } });
  expect([failed.rejected, failed.errors]).toEqual(error);
});

test('what a rule makes up is an answer at both sides, and what it refuses with an error is a refusal', () => {
  const headers = [['x-weft-reject', 'downgrade']] as const;
  const figures = (call: Omit<Call, 'head'>, head: PlainRequestHead = http('shop')) => {
    const { rejected, errors } = count({ head, ...call });
    return [rejected, errors];
  };
  const answered = (
    head: PlainRequestHead,
    status: number,
    more: typeof headers | readonly (readonly [string, string])[] = [],
  ) =>
    figures({ cluster: 'shop', answer: new PlainResponseHead('x', 'http', status, {}, [...headers, ...more]) }, head);
  const grpc = new PlainRequestHead('Http2', 'http', { service: 'a.B@grpc' });
  const made = { status: 200, code: 'filter', headers, madeUp: { body: '' } } as const;
  expect(figures({ reply: made })).toEqual([0, 0]);
  expect(answered(http('shop'), 200)).toEqual([0, 0]);
  expect(answered(grpc, 200)).toEqual([0, 0]);
  expect(answered(grpc, 200, [['grpc-status', '0']])).toEqual([0, 0]);
  expect(figures({ reply: { status: 503, code: 'filter', headers } })).toEqual([1, 0]);
  expect(answered(http('shop'), 503)).toEqual([1, 0]);
  expect(answered(grpc, 200, [['grpc-status', '14']])).toEqual([1, 0]);
  const thrown = new PlainResponseHead('dubbo', 'dubbo', 200, { applicationError: true }, headers);
  expect(figures({ cluster: 'shop', answer: thrown })).toEqual([1, 0]);
});

test('what an RPC protocol calls an error is one, whatever its status of HTTP', () => {
  const outcome = (request: PlainRequestHead, answer: PlainResponseHead, trailers?: PlainResponseHead) => {
    const edges = new EdgeTable();
    const recorder = new EdgeRecorder(edges, 'egress');
    const exchange = { request, flags: 0, status: answer.status, refused: false, answeredError: false, callerApp: '' };
    const record = { ...exchange, cluster: { name: 'a' }, startedAt: 0, finishedAt: 1 } as unknown as ExchangeRecord;
    recorder.answered(record, answer);
    if (trailers !== undefined) recorder.answeredTrailers(record, trailers);
    recorder.record(record, true);
    return edges.flush()[0]?.errors;
  };
  const grpc = new PlainRequestHead('Http2', 'http', { service: 'a.B@grpc' });
  const said = (status: string) => new PlainResponseHead('Http2', 'http', 200, {}, [['grpc-status', status]]);
  const begun = new PlainResponseHead('Http2', 'http', 200);
  for (const [status, errors] of [
    ['0', 0],
    ['5', 0],
    ['13', 1],
    ['14', 1],
  ] as const) {
    expect([status, outcome(grpc, said(status))]).toEqual([status, errors]);
    expect([status, outcome(grpc, begun, said(status))]).toEqual([status, errors]);
  }
  const dubbo = new PlainRequestHead('dubbo', 'dubbo', { service: 'a.B@dubbo' });
  expect(outcome(dubbo, new PlainResponseHead('dubbo', 'dubbo', 200))).toBe(0);
  expect(outcome(dubbo, new PlainResponseHead('dubbo', 'dubbo', 400))).toBe(1);
  expect(outcome(dubbo, new PlainResponseHead('dubbo', 'dubbo', 200, { applicationError: true }))).toBe(1);
  expect(outcome(http('shop'), new PlainResponseHead('Http1', 'http', 404))).toBe(0);
});

test('an application cannot pass its errors off as refusals by a rule', () => {
  const headers = [
    ['x-weft-reject', 'limit'],
    ['x-weft-rule', '7'],
  ] as const;
  const answeredBy = (cluster: string) => {
    const edges = new EdgeTable();
    const recorder = new EdgeRecorder(edges, 'ingress');
    const exchange = { request: http('shop'), flags: 0, status: 500, refused: false, cluster: { name: cluster } };
    const record = { ...exchange, callerApp: '', startedAt: 0, finishedAt: 1 } as unknown as ExchangeRecord;
    const answer = new PlainResponseHead('x', 'http', 500, {}, headers);
    recorder.answered(record, answer);
    recorder.record(record, false);
    return [edges.flush()[0]?.errors, answer.get('x-weft-reject'), answer.get('x-weft-rule')];
  };
  expect(answeredBy('local_http1_service_shop:80@Http1')).toEqual([1, undefined, undefined]);
  // Another proxy of the mesh stands behind: its word counts.
  expect(answeredBy('shop:80@Http1')).toEqual([0, 'limit', '7']);
});

test('what the answer said before it was converted holds', () => {
  const head = http('shop');
  const edges = new EdgeTable();
  const recorder = new EdgeRecorder(edges, 'ingress');
  const exchange = { request: head, flags: 0, status: 503, refused: false, cluster: { name: 'shop' }, callerApp: '' };
  const record = { ...exchange, startedAt: 0, finishedAt: 1 } as unknown as ExchangeRecord;
  recorder.answered(record, new PlainResponseHead('x', 'x', 503, {}, [['x-weft-reject', 'fuse']]));
  recorder.answered(record, new PlainResponseHead('x', 'x', 503));
  recorder.record(record, false);
  expect(edges.flush()).toMatchObject([{ rejected: 1, errors: 0 }]);
});
