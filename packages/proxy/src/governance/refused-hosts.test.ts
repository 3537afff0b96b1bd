import { PlainRequestHead, RuleDirection, type RuleSet, type RuleTrace, RuleVerdict, UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { Admission, type GovernedStream, RuleChain } from './chain.ts';
import { answerRecords } from './record-questions.ts';
import { RequestRecorder } from './recorder.ts';

const SETTINGS = { samplesPerSecond: 5, noticedPerSecond: 5, maxBytes: 1e6, maxAgeMs: 1e6, redact: [] };
const traceOf = (ruleDbId: number, mode: RuleTrace['mode'] = 'CONTROL'): RuleTrace => ({
  type: 'ROUTE',
  ruleDbId,
  name: 'r',
  resource: 'svc',
  mode,
  conditions: [{ condition: 'HEADER a EQUAL [1]', actual: '1', matched: true }],
  matched: true,
  verdict: mode === 'OBSERVE' ? 'would_reject' : 'pass',
  detail: 'said',
});

/** Rules that let every request pass, as `decide` says. */
function setOf(decide: RuleSet['decide'], ...traces: RuleTrace[]): RuleSet {
  return { isEmpty: () => false, decide, explain: () => traces, tick: () => {} };
}

function start(set: RuleSet) {
  const chain = new RuleChain(RuleDirection.CLIENT);
  const recorder = new RequestRecorder(
    SETTINGS,
    1,
    () => 1000,
    () => 0,
  );
  chain.recorder = recorder;
  chain.replace([set], UNKNOWN_NODE);
  const replies: unknown[] = [];
  const stream = {
    request: new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'svc', path: '/' }, []),
    connection: { remoteAddress: '', localAddress: '' },
    callerApp: 'app',
    askedService: 'svc',
    unread: () => null,
    ruleDecision: null,
    recorded: null,
    hostAddress: '',
    clusterName: '',
    status: 0,
    addFlag: () => {},
    reply: (reply: unknown) => void replies.push(reply),
  } as unknown as GovernedStream;
  expect(chain.admit(stream, 1000)).toBe(Admission.ADMITTED);
  return { chain, recorder, stream, replies };
}

test('a request that no host is left for is remembered as refused, by the rule that chose', () => {
  const rejection = { word: 'route', ruleDbId: 7, resource: 'svc', status: 0, message: '' };
  const labels = [['version', 'v9']] as const;
  const decide: RuleSet['decide'] = (_direction, _request, decision) => {
    decision.hosts.add({ key: 'v9', labels });
    decision.hosts.refusal = rejection;
    decision.hold({ onComplete: () => {} });
    return RuleVerdict.PASS;
  };
  const { chain, recorder, stream, replies } = start(setOf(decide, traceOf(7), traceOf(8)));
  expect(answerRecords(0, { recorder, effortsOf: () => [] }, { kind: 'recent' }).records).toEqual([]);
  chain.refuseHosts(stream);
  expect(replies).toMatchObject([{ status: 503 }]);
  expect(answerRecords(0, { recorder, effortsOf: () => [] }, { kind: 'recent' }).records).toMatchObject([
    { verdict: 'reject', ruleDbId: 7, refusedBy: 'route' },
  ]);
  expect(recorder.records()[0]?.rules).toMatchObject([
    { ruleDbId: 7, verdict: 'reject', detail: 'no usable instance has version=v9' },
    { ruleDbId: 8, verdict: 'pass', detail: 'said' },
  ]);
  expect(
    answerRecords(0, { recorder, effortsOf: () => [] }, { kind: 'rule', type: 'ROUTE', ruleDbId: 7, sinceMs: 0 }).rule
      ?.verdicts,
  ).toEqual({
    reject: 1,
  });
});

test('of requests that rules only watched, the newest are told with what those rules said', () => {
  const decide: RuleSet['decide'] = (_direction, _request, decision) => {
    decision.watched.push({ ruleDbId: 9, resource: 'svc' });
    return RuleVerdict.PASS;
  };
  const { recorder } = start(setOf(decide, traceOf(8), traceOf(9, 'OBSERVE')));
  expect(answerRecords(0, { recorder, effortsOf: () => [] }, { kind: 'recent' }).records).toMatchObject([
    { verdict: 'pass', rules: [{ ruleDbId: 9, verdict: 'would_reject', conditions: [] }] },
  ]);
});
