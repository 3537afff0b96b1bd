/**
 * What remembering costs a request that no rule is for:
 * `node --conditions=@weft/source packages/proxy/src/governance/recorder.bench.ts`. One thread, 10 000 requests a second of
 * one caller and service on the clock of the recorder; ns per request, best of five runs.
 */
import { PlainRequestHead, RuleDirection } from '@weft/sdk';
import { RuleChain } from './chain.ts';
import { RequestRecorder } from './recorder.ts';

const NODE = { app: '', ip: '', zone: '', dataCenter: '', cluster: '', labels: {} };
const request = new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'reviews:9080', path: '/' }, [
  ['user', 'ann'],
  ['accept', 'application/json'],
]);

function chainOf(recorder: RequestRecorder | null): () => void {
  const chain = new RuleChain(RuleDirection.SERVER);
  chain.recorder = recorder;
  chain.replace([], NODE);
  const stream = {
    request,
    connection: { id: 7, remoteAddress: '10.0.0.1:1', localAddress: '10.0.0.2:80' },
    callerApp: 'productpage',
    askedService: 'reviews:9080',
    unread: () => null,
    ruleDecision: null,
    recorded: null,
    hostAddress: '',
    clusterName: '',
    status: 0,
    addFlag: () => {},
    madeUpProblem: () => '',
    reply: () => {},
  };
  let nowMs = 0;
  // 10 000 requests a second.
  return () => {
    stream.recorded = null;
    nowMs += 0.1;
    chain.admit(stream, nowMs);
  };
}

const settings = {
  samplesPerSecond: 5,
  noticedPerSecond: 20,
  maxBytes: 8 * 1024 * 1024,
  maxAgeMs: 900_000,
  redact: [],
};

const ROUNDS = 1_000_000;

function measure(name: string, ask: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) ask();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / ROUNDS);
  }
  console.log(`${best.toFixed(1).padStart(8)} ns  ${name}`);
}

measure('nothing is remembered', chainOf(null));
measure('a sample is remembered', chainOf(new RequestRecorder(settings, 1, Date.now, Math.random)));
