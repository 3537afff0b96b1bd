/**
 * µs that one call of 1 KiB spends in its transcoder, request and answer: Hessian read, JSON written, JSON read, Hessian
 * written. Run: `node --conditions=@weft/source packages/transcoders/src/convert.bench.ts`
 */
import { HessianObject } from '@weft/hessian';
import { parseConfig } from '@weft/schema';
import {
  PlainRequestHead,
  PlainResponseHead,
  type TranscodedCall,
  type Transcoder,
  type TranscoderDefinition,
} from '@weft/sdk';
import { boltHttp } from './bolt-http/index.ts';
import { writeArguments, writeValue } from './common/dubbo/index.ts';
import { REQUEST_CLASS, writeCall, writeOutcome } from './common/sofa/index.ts';
import { dubboHttp } from './dubbo-http/index.ts';
import { httpBolt } from './http-bolt/index.ts';
import { httpDubbo } from './http-dubbo/index.ts';

const ROUNDS = 20_000;
const MAPPING = {
  service: 'com.x.UserService',
  version: '1.0',
  methods: { 'createUser(com.x.User)': { path: '/users', body: '0', resultType: 'com.x.User' } },
  types: { 'com.x.User': { id: 'long', born: 'java.util.Date', tags: 'java.util.List<java.lang.String>' } },
};
const user = new HessianObject('com.x.User', [
  ['id', 9_007_199_254_740_993n],
  ['name', 'x'.repeat(200)],
  ['born', new Date(0)],
  ['tags', Array.from({ length: 40 }, (_, i) => `a tag of user ${i}`)],
]);
const json = Buffer.from(
  JSON.stringify({ name: 'x'.repeat(200), born: 0, tags: Array.from({ length: 40 }, (_, i) => `a tag of user ${i}`) }),
);
const call: TranscodedCall = {
  callerProtocol: 'Http1',
  protocol: 'Http1',
  remainingMs: 1000,
  clusterName: '',
  maxBodyBytes: 1_048_576,
};
const HEADERS: readonly (readonly [string, string])[] = [
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['x-weft-source-app', 'shop'],
];

const httpHead = (): PlainRequestHead =>
  new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/users', contentLength: json.length }, HEADERS);
const dubboBody = writeArguments([user]);
const sofaCall = {
  service: 'com.x.UserService:1.0',
  method: 'createUser',
  argTypes: ['com.x.User'],
  args: [user],
  targetApp: '',
};
const sofaBody = writeCall(sofaCall);
const httpAnswer = { head: new PlainResponseHead('Http1', 'http', 200), body: json, trailers: null };

function measure(
  name: string,
  definition: TranscoderDefinition,
  request: () => PlainRequestHead,
  body: Buffer,
  answer: { head: PlainResponseHead; body: Buffer; trailers: null },
): void {
  const transcoder: Transcoder = definition.create(parseConfig({ mappings: [MAPPING] }, definition.schema).value);
  const once = (): void => {
    const { state } = transcoder.request({ head: request(), body, trailers: null }, call);
    transcoder.response(answer, state, call);
  };
  for (let i = 0; i < ROUNDS / 4; i++) once();
  const times: number[] = [];
  const start = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) {
    const before = performance.now();
    once();
    times.push((performance.now() - before) * 1000);
  }
  const { user: cpu } = process.cpuUsage(start);
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(ROUNDS * share)] as number).toFixed(0);
  console.log(
    `${name.padEnd(12)} ${body.length} bytes: CPU ${(cpu / ROUNDS).toFixed(1)} µs, p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`,
  );
}

measure(
  'dubbo_http',
  dubboHttp,
  () =>
    new PlainRequestHead('dubbo', 'dubbo', { method: 'createUser', contentLength: dubboBody.length }, [
      ['service', 'com.x.UserService'],
      ['version', '1.0'],
      [':types', 'Lcom/x/User;'],
      ...HEADERS,
    ]),
  dubboBody,
  httpAnswer,
);
measure('http_dubbo', httpDubbo, httpHead, json, {
  head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: 20 }),
  body: writeValue(user),
  trailers: null,
});
measure(
  'bolt_http',
  boltHttp,
  () =>
    new PlainRequestHead('bolt', 'bolt', { service: sofaCall.service, contentLength: sofaBody.length }, [
      [':class', REQUEST_CLASS],
      ...HEADERS,
    ]),
  sofaBody,
  httpAnswer,
);
measure('http_bolt', httpBolt, httpHead, json, {
  head: new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: 0 }),
  body: writeOutcome(user),
  trailers: null,
});
