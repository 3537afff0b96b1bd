import { OutcomeKind, PlainRequestHead, type ResponseHead, RuleDecision } from '@weft/sdk';
import { expect, test } from 'vitest';
import { noteHead, noteLocalAnswer, noteTrailers } from './outcome.ts';

const { SUCCESS, ERROR } = OutcomeKind;

interface Seen {
  readonly protocol?: string;
  readonly family?: string;
  readonly status?: number;
  readonly nativeStatus?: number;
  readonly applicationError?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const headOf = ({ protocol = 'Http1', family = 'http', status = 200, headers = {}, ...more }: Seen): ResponseHead =>
  ({
    protocol,
    family,
    status,
    nativeStatus: more.nativeStatus ?? status,
    applicationError: more.applicationError ?? false,
    get: (name: string) => headers[name],
  }) as unknown as ResponseHead;
const plain = new PlainRequestHead('Http1', 'http', {});
const grpc = new PlainRequestHead('Http2', 'http', { service: 'a.B' });
const grpcStatus = (status: number): Seen => ({ headers: { 'grpc-status': String(status) } });

test.each<[string, boolean, Seen, OutcomeKind, number]>([
  ['HTTP 200', false, { status: 200 }, SUCCESS, 200],
  ['HTTP 404', false, { status: 404 }, SUCCESS, 404],
  ['HTTP 500', false, { status: 500 }, ERROR, 500],
  ['a limit of the other side', false, { status: 509, headers: { 'x-weft-reject': 'limit' } }, SUCCESS, 509],
  ['a breaker of the other side', false, { status: 503, headers: { 'x-weft-reject': 'fuse' } }, ERROR, 503],
  ...Array.from({ length: 17 }, (_, status): [string, boolean, Seen, OutcomeKind, number] => [
    `gRPC ${status}`,
    true,
    grpcStatus(status),
    [0, 1, 3, 5, 6, 7, 9, 11, 16].includes(status) ? SUCCESS : ERROR,
    status,
  ]),
  ['gRPC behind something that speaks HTTP only', true, { status: 404 }, ERROR, 404],
  ['Bolt 0', false, { protocol: 'bolt', family: 'bolt', nativeStatus: 0 }, SUCCESS, 0],
  [
    'Bolt 0 with a business error',
    false,
    { protocol: 'bolt', family: 'bolt', nativeStatus: 0, applicationError: true },
    ERROR,
    0,
  ],
  ['Bolt 7', false, { protocol: 'boltv2', family: 'bolt', status: 504, nativeStatus: 7 }, ERROR, 7],
  [
    'Bolt 4 by a limit of the other side',
    false,
    { protocol: 'bolt', family: 'bolt', status: 503, nativeStatus: 4, headers: { 'x-weft-reject': 'limit' } },
    SUCCESS,
    4,
  ],
  [
    'Bolt 4 by a breaker of the other side',
    false,
    { protocol: 'bolt', family: 'bolt', status: 503, nativeStatus: 4, headers: { 'x-weft-reject': 'fuse' } },
    ERROR,
    4,
  ],
  ['Dubbo 20', false, { protocol: 'dubbo', family: 'dubbo', nativeStatus: 20 }, SUCCESS, 20],
  [
    'Dubbo 20 with an exception',
    false,
    { protocol: 'dubbo', family: 'dubbo', nativeStatus: 20, applicationError: true },
    ERROR,
    20,
  ],
  ['Dubbo 70', false, { protocol: 'dubbo', family: 'dubbo', status: 500, nativeStatus: 70 }, ERROR, 70],
  ['Dubbo 60', false, { protocol: 'dubbo', family: 'dubbo', status: 404, nativeStatus: 60 }, ERROR, 60],
  ['Tars -3', false, { protocol: 'tars', family: 'tars', status: 404, nativeStatus: -3 }, ERROR, -3],
  ['an error of another protocol', false, { protocol: 'x', family: 'x', status: 500, nativeStatus: 9 }, ERROR, 9],
])('%s', (_name, isGrpc, seen, kind, code) => {
  const decision = new RuleDecision();
  noteHead(decision, isGrpc ? grpc : plain, headOf(seen));
  expect([decision.answer, decision.outcome.code]).toEqual([kind, code]);
});

test('the status of gRPC comes behind the messages', () => {
  const decision = new RuleDecision();
  noteHead(decision, grpc, headOf({ status: 200 }));
  expect(decision.answer).toBe(SUCCESS);
  noteTrailers(decision, headOf({ headers: { 'grpc-status': '14' } }));
  expect([decision.answer, decision.outcome.code]).toEqual([ERROR, 14]);
  noteTrailers(decision, headOf({}));
  expect(decision.answer).toBe(ERROR);
});

test('what the proxy answers itself counts by what it says', () => {
  const local = (request: PlainRequestHead, status: number, more: object = {}) => {
    const decision = new RuleDecision();
    decision.reject({ word: 'fault-inject', ruleDbId: 1, resource: '', status, message: '', ...more }, 0);
    noteLocalAnswer(decision, request, status);
    return decision.answer;
  };
  expect([local(plain, 500), local(plain, 404)]).toEqual([ERROR, SUCCESS]);
  expect([local(grpc, 503, { grpcStatus: 14 }), local(grpc, 404, { grpcStatus: 5 })]).toEqual([ERROR, SUCCESS]);
  expect(local(plain, 500, { answer: { headers: [], body: '' } })).toBe(SUCCESS);
  expect(local(new PlainRequestHead('bolt', 'bolt', {}), 403)).toBe(ERROR);
});
