/**
 * What operators grep for, line by line and file by file: as the level of a file is raised through the admin API, with rules
 * that refuse, that watch, and that do nothing because of a slip.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { ALL_APPS, ruleDataId } from '@weft/schema/data-id';
import { describe, expect, it } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { keep, until } from '../engine/support.ts';
import { escaped, FORMATS, seen, startLogs, TRACE, TRACED, traced, untraced } from './logs.ts';
import { type RuleSource, SERVICES, Service } from './world.ts';

const SERVICE = SERVICES.Http1;
const limit = (more: object = {}): RuleSource => ({
  type: 'LIMIT',
  list: 'flowControlRules',
  rules: [{ ruleDbId: 1, threshold: 0, timeMs: 1000, services: [SERVICE], ...more }],
});
const auth = (rule: object = {}, service: string = SERVICE): RuleSource => ({
  type: 'AUTH',
  list: 'rbacRules',
  rules: [{ service, whiteListEnabled: true, rules: [{ ruleDbId: 5, conditions: [verb('POST')], ...rule }] }],
});
const degrade = (more: object = {}): RuleSource => ({
  type: 'DOWNGRADE',
  list: 'downgradeRules',
  rules: [
    {
      ruleDbId: 6,
      conditions: [named(SERVICE)],
      actions: [{ type: 'REJECT', enabled: true }],
      logConfig: { level: 'WARN', enabled: true },
      ...more,
    },
  ],
});
const fault = (more: object = {}): RuleSource => ({
  type: 'FAULT_INJECT',
  list: 'faultInjectRules',
  rules: [
    {
      ruleDbId: 7,
      services: [SERVICE],
      faultInjectRuleItems: [{ ruleType: 'ABORT', configs: { code: 503 } }],
      ...more,
    },
  ],
});
const fuse: RuleSource = {
  type: 'FUSE',
  list: 'fuseRules',
  rules: [{ ruleDbId: 8, services: [SERVICE], threshold: 50, floorRequestCount: 2, meltWindowMillis: 3_600_000 }],
};
const isolate = (more: object = {}): RuleSource => ({
  type: 'ISOLATE',
  list: 'faultToleranceRules',
  rules: [{ ruleDbId: 10, services: [SERVICE], direction: 'CLIENT', leastExceptionRate: 50, ...more }],
});
const routes = (more: object = {}): RuleSource => ({
  type: 'ROUTE',
  list: 'rules',
  rules: [
    {
      id: 9,
      destinations: [
        { weight: 100, destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: ['v1'] }] },
      ],
      ...more,
    },
  ],
});
const verb = (value: string) => ({ type: 'SYSTEM', field: 'http.method', operation: 'EQUAL', value: [value] });
const named = (value: string) => ({
  type: 'SYSTEM',
  field: 'destination.service.name',
  operation: 'EQUAL',
  value: [value],
});

/** The line of a limit of 0 that refuses, to the byte. */
const BLOCKED = `[flow blocked] |${SERVICE}:i:r|LocalLimitSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|{"id":0,"ruleDbId":1,"Resource":null,"thresholdType":"invokeTimes","threshold":0,"timeMs":1000,"mode":"CONTROL","maxBurstRatio":1,"httpPath":"","httpMethod":"","zoneSpec":null}|`;

describe('a refusal, in each file', () => {
  it('limits: flowcontrol-block-stat.log, flow-control.log, flowcontrol-default.log', async () => {
    const logs = await startLogs([limit()]);
    await logs.raise('flowcontrol-default.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(429);
    await logs.expectLine('flowcontrol-block-stat.log', 'ERROR', BLOCKED);
    await logs.expectLine('flowcontrol-default.log', 'DEBUG', traced(BLOCKED));
    await logs.expectLine('flow-control.log', 'INFO', /echo\.demo:80@Http1:i:r#o 0 1 0 0 0 0 0 0 0 0 0/);
    await logs.expectLine(
      'flowcontrol-default.log',
      'DEBUG',
      traced(
        `[ParseResource] resource:&base.ResourceWrapper{name:"${SERVICE}:i:r", classification:2, flowType:0},sourceIp:127.0.0.1,targetApp:demo,test:false,resType:2,trafficType:0`,
      ),
    );
    await logs.expectLine(
      'flowcontrol-default.log',
      'INFO',
      traced(
        '[AcquireBusinessInfo] contextRefinedData=map[string]interface {}{"X-CALLER-IP":"127.0.0.1", "X-TARGET-APP":"demo", "loadTest":false, "requestHeaders":map[string]string{}, "system.sourceApp":"", "system.sourceIp":"127.0.0.1", "system.targetApp":"demo", "system.trafficType":"online", "system.uniqueId":""}',
      ),
    );
  });

  it('circuit breakers: flowcontrol-block-stat.log and fuse.log', async () => {
    const logs = await startLogs([fuse]);
    await logs.raise('flowcontrol-default.log');
    logs.world.service.behaviour = 'error';
    expect(await logs.world.statuses(2)).toEqual([500, 500]);
    expect((await logs.world.ask('in', TRACED)).status).toBe(503);
    await logs.expectLine(
      'flowcontrol-default.log',
      'DEBUG',
      new RegExp(String.raw`\[\d+,${TRACE}\] \[flow blocked\] \|.*\|FuseSlot\|0\|Block\(ALWAYS_BLOCK\)\|\|\{.*\}\|`),
    );
    await logs.expectLine(
      'fuse.log',
      'INFO',
      /\[fuse\] resource:echo\.demo:80@Http1:i:r,rule:8,from:CLOSED,to:OPEN,total:2,error:2,rt:\d+,reason:errorRatio/,
    );
    await logs.expectLine(
      'flowcontrol-block-stat.log',
      'ERROR',
      /\[flow blocked\] \|echo\.demo:80@Http1:i:r\|FuseSlot\|0\|Block\(ALWAYS_BLOCK\)\|\|\{.*\}\|/,
    );
  });

  it('fault injection: fault_inject.log', async () => {
    const logs = await startLogs([fault()]);
    await logs.raise('fault_inject.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(503);
    await logs.expectLine('fault_inject.log', 'INFO', traced(`[hit] resourceName:${SERVICE}:i:r, headers:GET /`, ''));
  });

  it('authorization: rbac.log and default.log', async () => {
    const logs = await startLogs([auth()]);
    await logs.raise('rbac.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(403);
    const rest = 'rule=5 list=WHITELIST source= ip=127.0.0.1 identity=asserted';
    for (const file of ['rbac.log', 'default.log'])
      await logs.expectLine(file, 'INFO', traced(`[rbac] request has ben reject ${rest}`));
    for (const text of [
      `[rbac] got svc from variable, svc=${SERVICE}`,
      '[rbac] svcType=Http1',
      `[rbac] got current service name, svc=${SERVICE}`,
      '[rbac] request header=map[]',
    ])
      await logs.expectLine('rbac.log', 'DEBUG', traced(text));
    await logs.raise('default.log');
    await logs.world.ask('in', TRACED);
    for (const id of ['service', 'protocol', 'current', 'headers', 'reject'])
      await logs.expectFormat(`auth.${id}.default`);
  });

  it('limits of ports: flowcontrol-block-stat.log; a hundred lines a second, then how many more', async () => {
    const logs = await startLogs([]);
    const port = logs.world.proxy.port('in');
    const rules = [{ ruleDbId: 12, port, maxRequests: 1 }];
    await logs.world.change([{ type: 'HIJACK', list: 'hijackRules', rules }, limit({ mode: 'OBSERVE' })]);
    const statuses = await Promise.all(Array.from({ length: 300 }, () => logs.world.ask('in')));
    expect(statuses.filter(({ status }) => status === 429).length).toBeGreaterThan(100);
    await logs.expectFormat('hijack.blocked');
    await logs.expectFormat('flow.second');
  });

  it('copies: mirror.log', async () => {
    const shadow = await Service.listen('Http1');
    const to = (port: number, more: object = {}) => ({
      services: [SERVICE],
      targetAddresses: [`127.0.0.1:${port}`],
      ...more,
    });
    const rules = [{ ruleDbId: 8, ...to(shadow.port) }];
    const logs = await startLogs([{ type: 'MIRROR', list: 'mirrorRules', rules }]);
    await logs.raise('mirror.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(200);
    const line = `[mirror] ${TRACE} ${SERVICE}:i:r -> 127.0.0.1:${shadow.port} ok `;
    await logs.expectLine('mirror.log', 'INFO', new RegExp(String.raw`${escaped(line)}\d+`));
    await logs.expectFormat('mirror.match');
    const dead = [{ ruleDbId: 9, ...to(await closedPort(), { conditions: [verb('GET')] }) }];
    await logs.world.change([{ type: 'MIRROR', list: 'mirrorRules', rules: dead }]);
    await until(async () => {
      await logs.world.ask('in');
      return logs.text('mirror.log').includes(' rested ');
    });
    await logs.expectFormat('mirror.rest');
    await logs.expectFormat('mirror.compare');
  });

  it('degradation: downgrade.log', async () => {
    const logs = await startLogs([degrade()]);
    await logs.raise('downgrade.log');
    expect((await logs.world.ask('out', TRACED)).status).toBe(503);
    await logs.expectLine(
      'downgrade.log',
      'INFO',
      /\[downgrade\] receive drm resource push sofa\.\S+@DRM=\{"appName":"demo",.*\}/,
    );
    await logs.expectLine(
      'downgrade.log',
      'INFO',
      /local downgrade rules: &\{AppName:demo Enabled:true DowngradeRules:\[.*\]\}/,
    );
    await logs.expectLine(
      'downgrade.log',
      'WARN',
      traced('[downgradeFilter] downgrade rule is active and hijack response', ''),
    );
  });

  it('isolation: fault_tolerance.log', async () => {
    const logs = await startLogs([isolate()]);
    await logs.raise('fault_tolerance.log');
    expect((await logs.world.ask('out', TRACED)).status).toBe(200);
    await logs.expectLine(
      'fault_tolerance.log',
      'DEBUG',
      traced('[Tolerance][FaultToleranceChooseFilter] match traffic conditions or without traffic conditions', ''),
    );
  });

  it('an instance is isolated and comes back: fault_tolerance.log', async () => {
    const bad = await Service.listen('Http1');
    bad.behaviour = 'error';
    const rule = { timeWindow: 1.1, leastWindowCount: 4, recoverTime: 1000, conditions: [named(SERVICE)] };
    const logs = await startLogs([isolate(rule)], { ports: [bad.port] });
    await logs.raise('fault_tolerance.log');
    const host = `host=127.0.0.1:${bad.port} service=${SERVICE} rule=10`;
    await until(async () => {
      await logs.world.ask('out');
      return logs.text('fault_tolerance.log').includes('isolate host=');
    });
    const found = new RegExp(String.raw`${escaped(`[Tolerance] isolate ${host}`)} call=\d+ exception=\d+ rate=100`);
    await logs.expectLine('fault_tolerance.log', 'INFO', found);
    await logs.expectFormat('tolerance.compare');
    await logs.expectFormat('tolerance.recover');
  });

  it('routing: routerule.log and default.log', async () => {
    const logs = await startLogs([routes()], { labels: [{ version: 'v1' }] });
    await logs.raise('routerule.log');
    await logs.raise('default.log');
    expect((await logs.world.ask('out', TRACED)).status).toBe(200);
    const host = `127.0.0.1:${logs.world.service.port}`;
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      traced(
        `[cloud][router]get router rule,serviceId:${SERVICE},ok:true,rule:{true true [{9 false false [] [{100 version=v1}]}]}`,
        '',
      ),
    );
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      traced('[cloud][router] hit the service gov router handler,status:0', ''),
    );
    for (const text of [
      `[Router][loadBalance][GovernLoadBalance], originHosts = [127.0.0.1]`,
      `[Router][loadBalance][GovernLoadBalance], service = ${SERVICE}`,
      `clusterSnapshot.loadbalancer.ChooseHost result is ${host}, cluster name = service`,
    ])
      await logs.expectLine('default.log', 'DEBUG', traced(text));
    await logs.raise('routerecord.log');
    await logs.world.ask('out', TRACED);
    await logs.expectLine(
      'routerecord.log',
      'INFO',
      `{"traceId":"${TRACE}","service":"${SERVICE}","rule":9,"group":"version=v1","host":"${host}","status":0}`,
    );
    const dump = await logs.world.proxy.admin('GET', '/api/v1/routerule/get');
    expect(dump.body).toContain(ruleDataId('ROUTE', SERVICE));
    await logs.world.change([routes({ methods: ['POST'] })]);
    expect((await logs.world.ask('out', TRACED)).status).toBe(200);
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      traced(`[cloud][router]get router rule,serviceId:${SERVICE},ok:false,rule:{false false []}`, ''),
    );
    await logs.expectFormat('route.no-match');
  });
});

describe('a slip, named where the verdict is looked for', () => {
  const other = SERVICE.replace('echo', 'ecco');

  it('another value than the one of the request', async () => {
    const logs = await startLogs([
      limit({ conditions: [verb('POST')] }),
      fault({ conditions: [verb('POST')] }),
      auth({ mode: 'OBSERVE' }),
    ]);
    for (const file of ['flowcontrol-default.log', 'fault_inject.log', 'rbac.log']) await logs.raise(file);
    await logs.world.ask('in');
    await logs.expectLine(
      'flowcontrol-default.log',
      'DEBUG',
      untraced('[IsMatch] leftVal(GET),op(EQUAL),rightVal([POST])'),
    );
    await logs.expectLine('fault_inject.log', 'DEBUG', untraced('[IsMatch]leftVal:GET,op:EQUAL,rightVal:[POST]'));
    await logs.world.ask('in', TRACED);
    await logs.expectLine('fault_inject.log', 'DEBUG', traced('[IsMatch]leftVal:GET,op:EQUAL,rightVal:[POST]'));
    await logs.expectLine(
      'rbac.log',
      'DEBUG',
      untraced('[rbac] rule=5 SYSTEM http.method EQUAL [POST] actual=GET matched=false'),
    );
  });

  it('another service than the one that is called', async () => {
    const logs = await startLogs([
      limit({ services: [other] }),
      fault({ services: [other] }),
      auth({}, other),
      degrade({ conditions: [named(other)] }),
      routes({ conditions: [verb('POST')] }),
      isolate({ services: [other] }),
    ]);
    const files = ['flowcontrol-default.log', 'fault_inject.log', 'rbac.log', 'downgrade.log', 'routerule.log'];
    files.push('fault_tolerance.log');
    for (const file of files) await logs.raise(file);
    expect([(await logs.world.ask('in')).status, (await logs.world.ask('out')).status]).toEqual([200, 200]);
    for (const file of ['flowcontrol-default.log', 'fault_inject.log'])
      await logs.expectLine(
        file,
        'DEBUG',
        untraced(`[match] resource:${SERVICE}:i:r, no rule is for it, rules are for [${other}.*:i:r]`),
      );
    await logs.expectLine(
      'fault_tolerance.log',
      'DEBUG',
      untraced(`[Tolerance] no rule is for service=${SERVICE}, rules are for [${other}]`, ''),
    );
    await logs.expectLine(
      'rbac.log',
      'DEBUG',
      untraced(`[rbac] no list is for svc=${SERVICE}, lists are for [${other}]`),
    );
    await logs.expectLine(
      'downgrade.log',
      'DEBUG',
      untraced(
        `[requirement][Match] equal requirement:&{destination.service.name SYSTEM ${other}},actualValue:${SERVICE}`,
      ),
    );
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      untraced(
        `[cloud][router]get router rule,serviceId:${SERVICE},ok:true,rule:{true true [{9 false false [{SYSTEM http.method EQUAL [POST]}] [{100 version=v1}]}]}`,
        '',
      ),
    );
    await logs.expectLine('routerule.log', 'DEBUG', untraced('[IsMatch] leftVal(GET),op(EQUAL),rightVal([POST])'));
    const ended = '[cloud][router] hit the service gov router handler,status:1';
    await logs.expectLine('routerule.log', 'DEBUG', untraced(ended, ''));
  });

  it('a rule that only watches', async () => {
    const mode = 'OBSERVE';
    const logs = await startLogs([limit({ mode }), auth({ mode }), degrade({ actions: [] }), fault({ mode })]);
    expect([(await logs.world.ask('in')).status, (await logs.world.ask('out')).status]).toEqual([200, 200]);
    await logs.expectLine(
      'flowcontrol-block-stat.log',
      'WARN',
      /\[flow monitored\] \|echo\.demo:80@Http1:i:r\|LocalLimitSlot\|.*/,
    );
    await logs.expectLine(
      'rbac.log',
      'INFO',
      /\[\d+,\] \[rbac\] request would be rejected mode=observe would=deny rule=5 .*/,
    );
    await logs.expectFormat('auth.watched.default');
    await logs.expectLine(
      'downgrade.log',
      'WARN',
      untraced('[downgradeFilter] downgrade rule is active and trafficConditions matched, but mode is not reject', ''),
    );
    await logs.expectLine(
      'fault_inject.log',
      'INFO',
      untraced(`[hit] resourceName:${SERVICE}:i:r, headers:GET /, mode:OBSERVE`, ''),
    );
  });

  it('another app than the one of the proxy: what it asks for stands in drm.access.log', async () => {
    const plane = await startTestPlane({ ruleKinds });
    keep({ close: () => plane.stop() });
    const { ms } = plane.admin.client;
    const body = (app: string) => ({ name: 'qps', app, services: [SERVICE], enabled: true, spec: { threshold: 7 } });
    await ms.createLimitRule({ body: body('demo') });
    const slipped = await ms.createLimitRule({ body: body('dema') });
    const keyFile = path.join(plane.directory, 'key-of-the-test.json');
    const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
    const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
    writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
    const logs = await startLogs([], {
      mesh: {
        app: 'demo',
        control: { address: plane.plane.grpcAddress, key_file: keyFile },
        discovery: { address: '127.0.0.1:0' },
      },
    });
    const dataId = ruleDataId('LIMIT', 'demo');
    const file = 'drm.access.log';
    const address = plane.plane.grpcAddress ?? '';
    const [ip, port] = address.split(':');
    await logs.expectLine(
      file,
      'INFO',
      '[drm] initialized drm client with config: &{instanceID:000001 zone:DEFAULT_ZONE dataCenter: appName:demo profile: advertiseIFace: accessKey:*** secretKey:*** heartbeatInterval:30000000000 registryLocator:<nil> boltTransport:<nil> antvipLocator:<nil>}',
    );
    await logs.expectLine(file, 'INFO', `[drm] get servers from config: [{${ip} 100 ${port} true   map[]}]`);
    await logs.expectLine(file, 'INFO', `[drm] redial choose ${address}`);
    for (const name of [dataId, ruleDataId('LIMIT', ALL_APPS)])
      await logs.expectLine(
        file,
        'INFO',
        new RegExp(
          String.raw`\[drm\] send class=com\.alipay\.drm\.client\.api\.model\.pb\.SubscriberRegReqPb req=baseInfo:<zone:"DEFAULT_ZONE" dataId:"${name.replaceAll('.', String.raw`\.`)}" uuid:"[0-9a-f-]{36}" instanceId:"000001" > res=<nil> err=<nil> elapsed=[\d.]+ms`,
        ),
      );
    await logs.expectLine(
      file,
      'INFO',
      `[drm] drm push dataID=${dataId} command="CMD:zone=DEFAULT_ZONE,version=1:R@DRM"`,
    );
    // The same arithmetic as of the query over HTTP, which has the same value on another port.
    const url = `/queryDrmData.htm?dataId=${dataId}&zone=DEFAULT_ZONE&version=1&profile=&instanceId=000001`;
    const queried = await fetch(`http://127.0.0.1:${plane.plane.drmQueryPort}${url}`);
    const found = await queried.text();
    const version = queried.headers.get('drm_version');
    const line = `[drm] fetch GET http://${address}${url} 200 <${found.slice(0, 64)}... > [${version}] ${Buffer.byteLength(found)} <nil> `;
    await logs.expectLine(file, 'INFO', new RegExp(String.raw`${escaped(line)}\d+(?:\.\d{1,6})?ms`));
    await logs.expectLine(
      file,
      'INFO',
      /\[drm\] update local value dataID=\S+ value=\{"appName":"demo",.*"threshold":7.*\} version=1/,
    );
    await logs.expectLine(file, 'INFO', `[drm] no value dataID=${ruleDataId('FUSE', 'demo')}`);
    // The name that was meant is there, the one that was written is not; whoever asks the console is told as well.
    expect(logs.text(file)).not.toContain(ruleDataId('LIMIT', 'dema'));
    expect(slipped.warnings.join(' ')).toContain('dema');
  });
});

/** Lines that other tests have: of earlier runs, rollouts and instances that ask to be taken out, of what lasts long or comes often. */
const ELSEWHERE = new Set([
  'drm.gray',
  'drm.refuse',
  'drm.remove',
  'drm.snapshot',
  'drm.unsubscribe',
  'fault.expired',
  'mirror.drop',
  'tolerance.ask',
  'tolerance.ask-end',
  'tolerance.stays',
  'mirror.no-match',
  'auth.no-list.default',
]);

it('every other line of the reference was written by a proxy of these tests, and at least one of each log', () => {
  const missing = FORMATS.filter(({ id }) => !seen.has(id) && !ELSEWHERE.has(id) && !id.includes('.repeated'));
  expect(missing.map(({ id }) => id)).toEqual([]);
  const files = (formats: typeof FORMATS) => [...new Set(formats.map(({ file }) => file))].sort();
  expect(files(FORMATS.filter(({ id }) => seen.has(id)))).toEqual(files(FORMATS));
});
