import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';
import { expect, it } from 'vitest';
import { call, httpBackend, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse, readFrame } from '../engine/bolt.ts';
import { FastBackend, keep, Peer, start, until } from '../engine/support.ts';

const DATA_ID = 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';
const ECHO = 'com.example.Echo:1.0@DEFAULT';
const HOST = 'details.bookinfo:9080';
const LONG_MS = 1_000_000;

type Rule = Readonly<Record<string, unknown>>;
/** Three at once, and one more in five minutes: no clock shows in what the test sees. */
const three: Rule = { ruleDbId: 341, threshold: 3, timeMs: LONG_MS, maxBurstRatio: 1000, services: [`${HOST}@Http1`] };

interface Parts {
  readonly rules: readonly Rule[];
  readonly governance?: object;
  readonly ports: { readonly http: number; readonly bolt?: number };
  readonly version?: number;
}

function config({ rules, governance, ports, version = 1 }: Parts): object {
  const listener = (name: string, type: string, protocol: string) =>
    proxyListener({
      name,
      type,
      protocol,
      accessLogs: [{ log_path: `${name}.log`, log_format: '%response_code% %response_flag%' }],
    });
  return {
    ...configuration({
      listeners: [
        listener('in', 'ingress', 'Http1'),
        listener('out', 'egress', 'Http1'),
        listener('h2', 'ingress', 'Http2'),
        listener('bolt', 'ingress', 'bolt'),
        listener('bolt_out', 'egress', 'bolt'),
        proxyListener({ name: 'neither' }),
      ],
      routes: [
        { match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'bolt' } },
        { match: { prefix: '/timeout' }, route: { cluster_name: 'http', timeout: '50ms' } },
        { match: { prefix: '/' }, route: { cluster_name: 'http' } },
      ],
      clusters: [cluster('http', [ports.http]), cluster('bolt', [ports.bolt ?? ports.http])],
    }),
    governance: {
      app: 'demo',
      ...governance,
      documents: [{ data_id: DATA_ID, version, value: { appName: 'demo', flowControlRules: rules } }],
    },
  };
}

const run = async (parts: Omit<Parts, 'ports'>, options = {}): Promise<RunningProxy> => {
  const backend = await FastBackend.listen('ok');
  const bolt = keep(
    await tcpBackend((socket) => {
      const reader = new BoltReader();
      socket.on('data', (chunk) => {
        for (const frame of reader.push(chunk)) if (frame.type === 1) socket.write(boltResponse(frame.id, 'pong'));
      });
    }),
  );
  return start(config({ ...parts, ports: { http: backend.port, bolt: bolt.port } }), options);
};
const get = (proxy: RunningProxy, listener: string, more: object = {}) =>
  call(proxy.port(listener), { path: '/', headers: { host: HOST }, ...more });
const statuses = async (count: number, ask: () => Promise<{ status: number }>): Promise<number[]> => {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await ask()).status);
  return seen;
};
const logOf = (proxy: RunningProxy, file: string): string =>
  existsSync(path.join(proxy.directory, 'logs', file))
    ? readFileSync(path.join(proxy.directory, 'logs', file), 'utf8')
    : '';

const bolts = async (proxy: RunningProxy, listener: string, count: number, more: object = {}) => {
  const peer = new Peer(proxy.port(listener));
  await peer.connected;
  const frames = [];
  for (let id = 1; id <= count; id++) {
    const before = peer.bytes.length;
    await peer.send(boltRequest({ id, ...more }));
    await until(() => readFrame(peer.bytes.subarray(before)) !== null);
    frames.push(readFrame(peer.bytes.subarray(before)));
  }
  return frames;
};

it('limits what comes in over HTTP/1.1: 429 with the rule, its line, its metric and its flag', async () => {
  const proxy = await run({ rules: [three] });
  expect(await statuses(3, () => get(proxy, 'in'))).toEqual([200, 200, 200]);
  const refused = await get(proxy, 'in');
  expect(refused).toMatchObject({
    status: 429,
    body: 'limit exceeded',
    headers: {
      'x-weft-reject': 'limit',
      'x-weft-rule': '341',
      'retry-after': expect.stringMatching(/^33[34]$/) as string,
    },
  });
  expect(await statuses(2, () => get(proxy, 'in', { headers: { host: 'other:80' } }))).toEqual([200, 200]);
  expect(await statuses(5, () => get(proxy, 'out'))).toEqual([200, 200, 200, 200, 200]);
  expect(await statuses(5, () => get(proxy, 'neither'))).toEqual([200, 200, 200, 200, 200]);
  const labels = { type: 'limit', rule: '341', direction: 'SERVER', mode: 'CONTROL' };
  expect(await metric(proxy, 'weft_governance_total', { ...labels, verdict: 'pass' })).toBe(3);
  expect(await metric(proxy, 'weft_governance_total', { ...labels, verdict: 'reject' })).toBe(1);
  expect(await metric(proxy, 'weft_limit_tokens', { rule: '341' })).toBeLessThan(1);
  expect(await metric(proxy, 'weft_rule_version', { dataId: DATA_ID })).toBe(1);
  await until(() => logOf(proxy, 'flowcontrol-block-stat.log').includes('\n'));
  expect(logOf(proxy, 'flowcontrol-block-stat.log')).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[ERROR\] \[flow blocked\] \|details\.bookinfo:9080@Http1:i:r\|LocalLimitSlot\|0\|<nil>\|maxPermits:3storedPermits:0genPermits:0permits:1\|\{"id":0,"ruleDbId":341,"Resource":null,"thresholdType":"invokeTimes","threshold":3,"timeMs":1000000,"mode":"CONTROL","maxBurstRatio":1000,"httpPath":"","httpMethod":"","zoneSpec":null\}\|\n$/,
  );
  await until(() => logOf(proxy, 'in.log').includes('429'));
  expect(logOf(proxy, 'in.log')).toContain('429 RateLimited');
  await expectSound(proxy);
});

it('limits what goes out, and only there', async () => {
  const proxy = await run({ rules: [{ ...three, direction: 'CLIENT' }] });
  expect(await statuses(5, () => get(proxy, 'out'))).toEqual([200, 200, 200, 429, 429]);
  expect(await statuses(4, () => get(proxy, 'in'))).toEqual([200, 200, 200, 200]);
});

it('limits a verb and a path, whatever the query', async () => {
  const proxy = await run({ rules: [{ ...three, threshold: 0, methods: ['GET /report/*', 'POST *'] }] });
  const ask = (method: string, target: string) => get(proxy, 'in', { method, path: target });
  expect((await ask('GET', '/report/1?x=/y')).status).toBe(429);
  expect((await ask('GET', '/other?/report/')).status).toBe(200);
  expect((await ask('PUT', '/report/1')).status).toBe(200);
  expect((await ask('POST', '/')).status).toBe(429);
});

it('reads a header only where a rule asks for it, whatever its letters', async () => {
  const conditions = [{ type: 'HEADER', field: 'User', operation: 'EQUAL', value: ['vip'] }];
  const proxy = await run({ rules: [{ ...three, threshold: 0, conditions }] });
  expect((await get(proxy, 'in', { headers: { host: HOST, USER: 'vip' } })).status).toBe(429);
  expect((await get(proxy, 'in', { headers: { host: HOST, user: 'VIP' } })).status).toBe(200);
  expect((await get(proxy, 'in')).status).toBe(200);
});

it('limits Bolt by service and method: status 4 and the rule in its text, one-way requests dropped and counted', async () => {
  const rule = { ...three, services: [ECHO], methods: ['echo'] };
  const proxy = await run({ rules: [rule, { ...rule, ruleDbId: 9, threshold: 0, methods: ['oneway'] }] });
  const frames = await bolts(proxy, 'bolt', 5);
  expect(frames.map((frame) => frame?.status)).toEqual([0, 0, 0, 4, 4]);
  expect(frames.map((frame) => frame?.id)).toEqual([1, 2, 3, 4, 5]);
  expect(frames[3]?.content.toString('latin1')).toContain('limit exceeded|rule=341');
  const others = await bolts(proxy, 'bolt', 3, {
    headers: { service: 'com.example.Echo:1.0', sofa_head_method_name: 'ping' },
  });
  expect(others.map((frame) => frame?.status)).toEqual([0, 0, 0]);
  expect((await bolts(proxy, 'bolt_out', 5)).map((frame) => frame?.status)).toEqual([0, 0, 0, 0, 0]);
  const peer = new Peer(proxy.port('bolt'));
  await peer.connected;
  const headers = { service: 'com.example.Echo:1.0', sofa_head_method_name: 'oneway' };
  await peer.send(boltRequest({ id: 7, oneWay: true, headers }));
  await peer.send(boltRequest({ id: 8, headers: { ...headers, sofa_head_method_name: 'ping' } }));
  await until(() => readFrame(peer.bytes) !== null);
  expect(readFrame(peer.bytes)).toMatchObject({ id: 8, status: 0 });
  expect(await metric(proxy, 'weft_governance_total', { rule: '9', verdict: 'reject' })).toBe(1);
  await expectSound(proxy);
});

it('limits what goes out over Bolt, and frees the place of a one-way request as soon as it is written', async () => {
  const rule = { ...three, direction: 'CLIENT', services: [ECHO] };
  const proxy = await run({
    rules: [
      { ...rule, methods: ['echo'] },
      { ...rule, ruleDbId: 6, methods: ['tell'], thresholdType: 'concurrency', threshold: 1 },
    ],
  });
  expect((await bolts(proxy, 'bolt_out', 5)).map((frame) => frame?.status)).toEqual([0, 0, 0, 4, 4]);
  expect((await bolts(proxy, 'bolt', 5)).map((frame) => frame?.status)).toEqual([0, 0, 0, 0, 0]);
  const peer = new Peer(proxy.port('bolt_out'));
  await peer.connected;
  const passes = () => metric(proxy, 'weft_governance_total', { rule: '6', verdict: 'pass' });
  for (let id = 1; id <= 5; id++) {
    await peer.send(
      boltRequest({ id, oneWay: true, headers: { service: 'com.example.Echo:1.0', sofa_head_method_name: 'tell' } }),
    );
    await until(async () => (await passes()) === id);
    await until(async () => (await metric(proxy, 'weft_limit_inflight', { rule: '6' })) === 0);
  }
  await expectSound(proxy);
});

it('limits HTTP/2 and gRPC in their own words', async () => {
  const grpc = { ...three, ruleDbId: 8, threshold: 0, services: ['a.Greeter@grpc'], methods: ['Say'] };
  const proxy = await run({ rules: [{ ...three, threshold: 0 }, grpc] });
  const session = http2.connect(`http://127.0.0.1:${proxy.port('h2')}`);
  keep({ close: async () => session.close() });
  const ask = (headers: http2.OutgoingHttpHeaders) =>
    new Promise<{ headers: http2.IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const stream = session.request(headers);
      let answer: http2.IncomingHttpHeaders = {};
      let body = '';
      stream.on('response', (seen) => {
        answer = seen;
      });
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      stream.on('end', () => resolve({ headers: answer, body }));
      stream.on('error', reject);
      stream.end();
    });
  expect(await ask({ ':path': '/', ':authority': HOST })).toMatchObject({
    headers: { ':status': 429, 'x-weft-reject': 'limit', 'x-weft-rule': '341' },
    body: 'limit exceeded',
  });
  const refused = await ask({
    ':method': 'POST',
    ':path': '/a.Greeter/Say',
    ':authority': 'x',
    'content-type': 'application/grpc',
  });
  expect(refused.headers).toMatchObject({
    ':status': 200,
    'grpc-status': '8',
    'grpc-message': 'limit exceeded|rule=8',
    'x-weft-rule': '8',
  });
});

it('answers as MOSN does where that is wanted, and as a rule wants', async () => {
  const rules = [
    { ...three, threshold: 0 },
    { ...three, threshold: 0, ruleDbId: 2, services: [ECHO] },
    { ...three, threshold: 0, ruleDbId: 3, services: ['own@Http1'], reject: { status: 418, message: 'no tea' } },
  ];
  const proxy = await run({ rules, governance: { reject_profile: 'mosn', limit_message: 'mosn limit excepiton' } });
  expect(await get(proxy, 'in')).toMatchObject({ status: 509, body: 'mosn limit excepiton' });
  expect((await bolts(proxy, 'bolt', 1))[0]?.status).toBe(3);
  expect(await get(proxy, 'in', { headers: { host: 'own' } })).toMatchObject({ status: 418, body: 'no tea' });
});

it('lets a watching rule log and count, and nothing else', async () => {
  const proxy = await run({ rules: [{ ...three, mode: 'OBSERVE' }] });
  expect(await statuses(5, () => get(proxy, 'in'))).toEqual([200, 200, 200, 200, 200]);
  expect(await metric(proxy, 'weft_governance_total', { mode: 'OBSERVE', verdict: 'would_reject' })).toBe(2);
  expect(await metric(proxy, 'weft_governance_total', { mode: 'OBSERVE', verdict: 'reject' })).toBe(0);
  await until(() => logOf(proxy, 'flowcontrol-block-stat.log').split('\n').length === 3);
  expect(logOf(proxy, 'flowcontrol-block-stat.log')).toMatch(/\[WARN\] \[flow monitored\] \|/);
});

it('holds one limit for two data threads', async () => {
  const proxy = await run({ rules: [{ ...three, threshold: 100 }] }, { threads: 2 });
  const agents = Array.from({ length: 8 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  keep({ close: async () => agents.forEach((agent) => agent.destroy()) });
  const ask = (agent: http.Agent) =>
    new Promise<number>((resolve, reject) =>
      http
        .get({ port: proxy.port('in'), host: '127.0.0.1', headers: { host: HOST }, agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        })
        .on('error', reject),
    );
  const seen = await Promise.all(
    agents.map(async (agent) => {
      let passed = 0;
      for (let i = 0; i < 50; i++) if ((await ask(agent)) === 200) passed++;
      return passed;
    }),
  );
  const served = JSON.parse((await proxy.admin('GET', '/api/v1/connections')).body) as {
    thread: number;
    side: string;
  }[];
  expect(new Set(served.filter(({ side }) => side === 'downstream').map(({ thread }) => thread)).size).toBe(2);
  expect(seen.reduce((sum, passed) => sum + passed, 0)).toBe(100);
  expect(await metric(proxy, 'weft_governance_total', { verdict: 'reject' })).toBe(300);
});

it('counts what is in flight, and forgets none of its ends', async () => {
  const held: http.ServerResponse[] = [];
  const slow = keep(
    await httpBackend((request, response) =>
      request.url === '/reset' ? request.socket.destroy() : held.push(response),
    ),
  );
  const rule = { ...three, thresholdType: 'concurrency', threshold: 2 };
  const proxy = await start(config({ rules: [rule], ports: { http: slow.port } }));
  const inFlight = () => metric(proxy, 'weft_limit_inflight', { rule: '341' });
  const open = [get(proxy, 'in'), get(proxy, 'in')];
  await until(() => held.length === 2);
  expect(await inFlight()).toBe(2);
  expect(await get(proxy, 'in')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  for (const response of held.splice(0)) response.end('done');
  expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200]);
  await until(async () => (await inFlight()) === 0);
  // A host that vanishes, one that is too slow, a caller that leaves: no place is lost.
  for (let i = 0; i < 3; i++) expect((await get(proxy, 'in', { path: '/timeout' })).status).toBe(504);
  held.length = 0;
  for (let i = 0; i < 5; i++) expect((await get(proxy, 'in', { path: '/reset' })).status).toBe(502);
  for (let i = 0; i < 5; i++) {
    const peer = new Peer(proxy.port('in'));
    await peer.connected;
    await peer.send(`GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`);
    await until(() => held.length === 1);
    peer.socket.resetAndDestroy();
    held.pop();
    await until(async () => (await inFlight()) === 0);
  }
  expect(await inFlight()).toBe(0);
});

it('changes a rule while it runs: tokens keep their share, a refused change changes nothing, a removed rule is gone', async () => {
  const backend = await FastBackend.listen('ok');
  const ports = { http: backend.port };
  const proxy = await start(config({ rules: [{ ...three, threshold: 100 }], ports }));
  const passes = async (count: number) =>
    (await statuses(count, () => get(proxy, 'in'))).filter((status) => status === 200).length;
  expect(await passes(60)).toBe(60);
  // 40 of 100 are left; of 50 that is 20.
  expect((await proxy.reload(config({ rules: [{ ...three, threshold: 50 }], ports, version: 2 }))).status).toBe(200);
  expect(await passes(40)).toBe(20);
  const refused = await proxy.reload(config({ rules: [{ ...three, threshold: 'x' }], ports, version: 3 }));
  expect(refused.status).toBe(400);
  expect(refused.body).toContain('governance.documents[0].value.flowControlRules[0].threshold');
  expect(refused.body).toContain('whole number');
  expect(await passes(3)).toBe(0);
  expect(await metric(proxy, 'weft_rule_version', { dataId: DATA_ID })).toBe(2);
  // The same parameters, another condition: another resource, so a full bucket.
  const conditions = [{ type: 'SYSTEM', field: 'http.method', operation: 'EQUAL', value: ['GET'] }];
  await proxy.reload(config({ rules: [{ ...three, threshold: 2, conditions }], ports, version: 4 }));
  expect(await passes(5)).toBe(2);
  await proxy.reload(config({ rules: [], ports, version: 5 }));
  expect(await passes(5)).toBe(5);
  await expectSound(proxy);
});

it('keeps a limit when a data thread dies, and frees what it held', async () => {
  const held: http.ServerResponse[] = [];
  const slow = keep(await httpBackend((_request, response) => void held.push(response)));
  const proxy = await start(
    config({ rules: [{ ...three, thresholdType: 'concurrency', threshold: 2 }], ports: { http: slow.port } }),
  );
  const peer = new Peer(proxy.port('in'));
  await peer.connected;
  await peer.send(`GET / HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`);
  await until(() => held.length === 1);
  await proxy.admin('POST', '/api/v1/test/fault?thread=0&kind=exit');
  await peer.closed();
  await until(async () => (await metric(proxy, 'weft_limit_inflight', { rule: '341' })) === 0);
  const again: Promise<{ status: number }>[] = [];
  await until(async () => {
    again.push(get(proxy, 'in').catch(() => ({ status: 0 })));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return held.length >= 3;
  });
  expect((await get(proxy, 'in')).status).toBe(429);
  for (const response of held) response.end();
  await Promise.all(again);
});

it('shows its rules, explains a request by them, and covers them with its digest', async () => {
  const proxy = await run({ rules: [{ ...three, name: 'few' }] });
  const shown = JSON.parse((await proxy.admin('GET', '/api/v1/governance/rules?type=LIMIT')).body) as {
    documents: object[];
    digest: string;
  };
  expect(shown.documents).toMatchObject([{ dataId: DATA_ID, type: 'LIMIT', version: 1, rules: 1, rejected: null }]);
  expect((await proxy.admin('GET', '/api/v1/governance/rules?type=foo')).status).toBe(400);
  expect(JSON.parse((await proxy.admin('GET', '/api/v1/governance/rules?type=FUSE')).body)).toMatchObject({
    documents: [],
  });
  const explain = async () =>
    (
      JSON.parse((await proxy.admin('GET', `/api/v1/explain?protocol=Http1&host=${HOST}&path=/&listener=in`)).body) as {
        listeners: { rules: object[] }[];
      }
    ).listeners[0]?.rules;
  expect(await explain()).toMatchObject([{ ruleDbId: 341, name: 'few', verdict: 'pass', detail: '3 of 3 tokens' }]);
  await statuses(3, () => get(proxy, 'in'));
  expect(await explain()).toMatchObject([{ ruleDbId: 341, verdict: 'reject', detail: '0 of 3 tokens' }]);
  const digest = async () =>
    (JSON.parse((await proxy.admin('GET', '/api/v1/config_digest')).body) as { node: string; drm: object }).node;
  const before = await digest();
  const backend = await FastBackend.listen('ok');
  await proxy.reload(config({ rules: [three], ports: { http: backend.port }, version: 2 }));
  expect(await digest()).not.toBe(before);
});

it('writes one line per second and resource, and details while somebody reads them', async () => {
  const proxy = await run({ rules: [{ ...three, threshold: 1000 }] });
  expect(await statuses(3, () => get(proxy, 'in'))).toEqual([200, 200, 200]);
  await until(() => logOf(proxy, 'flow-control.log').includes('details'));
  const lines = logOf(proxy, 'flow-control.log').trim().split('\n');
  expect(lines[0]).toMatch(/^[\d-]+ [\d:,]+ \[INFO\] details\.bookinfo:9080@Http1:i:r#o( \d+){11}$/);
  await until(() => {
    const counted = logOf(proxy, 'flow-control.log')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(4).map(Number));
    return (
      counted.reduce((sum, numbers) => sum + (numbers[0] as number), 0) === 3 &&
      counted.reduce((sum, numbers) => sum + (numbers[2] as number), 0) === 3
    );
  });
  // Who calls is said once a second; what is compared, only while somebody reads it.
  await until(() => logOf(proxy, 'flowcontrol-default.log').includes('[AcquireBusinessInfo]'));
  expect(logOf(proxy, 'flowcontrol-default.log')).not.toContain('[DEBUG]');
  const level = (log_level: string) =>
    proxy.admin(
      'POST',
      '/api/v1/update_loglevel',
      JSON.stringify({ log_level, log_path: './logs/mosn/flowcontrol-default.log' }),
    );
  expect((await level('DEBUG')).body).toContain('success');
  await get(proxy, 'in');
  await until(() => logOf(proxy, 'flowcontrol-default.log').includes('[match]'));
  expect(logOf(proxy, 'flowcontrol-default.log')).toMatch(
    /\[DEBUG\] \[\d+,\] \[ParseResource\] resource:&base\.ResourceWrapper\{name:"details\.bookinfo:9080@Http1:i:r", classification:2, flowType:0\},sourceIp:127\.0\.0\.1,targetApp:demo,test:false,resType:2,trafficType:0\n/,
  );
  expect((await level('WARN')).status).toBe(200);
});

it('takes 100 requests a second down to 50 within a second, and never to none', async () => {
  const backend = await FastBackend.listen('ok');
  const ports = { http: backend.port };
  const fast = (threshold: number, version: number) =>
    config({ rules: [{ ...three, threshold, timeMs: 1000, maxBurstRatio: 0.1 }], ports, version });
  const proxy = await start(fast(100, 1));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  keep({ close: async () => agent.destroy() });
  const passed: number[] = [];
  const ask = () =>
    new Promise<void>((resolve, reject) =>
      http
        .get({ port: proxy.port('in'), host: '127.0.0.1', headers: { host: HOST }, agent }, (response) => {
          if (response.statusCode === 200) passed.push(performance.now());
          response.resume().on('end', resolve);
        })
        .on('error', reject),
    );
  let offering = true;
  const offered = Promise.all(
    [0, 1].map(async () => {
      while (offering) await Promise.all([ask(), ask(), new Promise((resolve) => setTimeout(resolve, 10))]);
    }),
  );
  const between = (from: number, to: number) => passed.filter((at) => at >= from && at < to).length;
  const settled = performance.now() + 500;
  await until(() => performance.now() > settled + 2000);
  await proxy.reload(fast(50, 2));
  const changed = performance.now();
  await until(() => performance.now() > changed + 3000);
  offering = false;
  await offered;
  // What the buckets let through in two seconds, with their burst: counted, not timed.
  expect(between(settled, settled + 2000)).toBeLessThanOrEqual(200 + 10 + 2);
  expect(between(settled, settled + 2000)).toBeGreaterThan(120);
  expect(between(changed + 1000, changed + 3000)).toBeLessThanOrEqual(100 + 5 + 2);
  for (let second = 0; second < 3; second++)
    expect(between(changed + second * 1000, changed + (second + 1) * 1000)).toBeGreaterThan(0);
});
