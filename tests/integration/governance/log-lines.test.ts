/**
 * What operators grep for, line by line and file by file: as the level of a file is raised through the admin API, with rules
 * that refuse, that watch, and that do nothing because of a slip.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { ALL_APPS, ruleDataId } from '@weft/schema/data-id';
import { describe, expect, it, vi } from 'vitest';
import { keep, until } from '../engine/support.ts';
import { type RuleSource, SERVICES, World, type WorldOptions } from './world.ts';

const SERVICE = SERVICES.Http1;
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
/** On a slow machine with other work; a line is there within milliseconds where nothing else runs. */
const LINE_LIMIT_MS = 20_000;
const TRACE = '0a0fe9201527584873117100127588';
const TRACED = { 'sofa-traceid': TRACE };

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

class Logs {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Of the log of the proxy: what it wrote to stderr. */
  text(file: string): string {
    if (file === 'default.log') return this.world.proxy.log();
    const place = path.join(this.world.proxy.directory, 'logs', file);
    return existsSync(place) ? readFileSync(place, 'utf8') : '';
  }

  async raise(file: string, more: object = {}): Promise<void> {
    const body = JSON.stringify({ log_level: 'DEBUG', log_path: `./logs/mosn/${file}`, ...more });
    expect(await this.world.proxy.admin('POST', '/api/v1/update_loglevel', body)).toEqual({
      status: 200,
      body: 'update logger success\n',
    });
  }

  /** Waits for a whole line: level, and what stands behind it. */
  async expectLine(file: string, level: string, text: string | RegExp): Promise<void> {
    const rest = typeof text === 'string' ? text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`) : text.source;
    const line = new RegExp(`^${TIME} \\[${level}\\] ${rest}$`, 'm');
    await vi.waitFor(() => expect(this.text(file)).toMatch(line), { timeout: LINE_LIMIT_MS, interval: 20 });
  }
}

async function start(sources: readonly RuleSource[], options: WorldOptions = {}): Promise<Logs> {
  return new Logs(await World.start('Http1', sources, options));
}

describe('a refusal, in each file', () => {
  it('limits: flowcontrol-block-stat.log, flow-control.log, flowcontrol-default.log', async () => {
    const logs = await start([limit()]);
    await logs.raise('flowcontrol-default.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(429);
    await logs.expectLine('flowcontrol-block-stat.log', 'ERROR', BLOCKED);
    await logs.expectLine('flowcontrol-default.log', 'DEBUG', `[${TRACE}] ${BLOCKED}`);
    await logs.expectLine('flow-control.log', 'INFO', /echo\.demo:80@Http1:i:r#o 0 1 0 0 0 0 0 0 0 0 0/);
    await logs.expectLine(
      'flowcontrol-default.log',
      'DEBUG',
      `[${TRACE}] [ParseResource] resource:&base.ResourceWrapper{name:"${SERVICE}:i:r", classification:2, flowType:0},sourceIp:127.0.0.1,targetApp:demo,test:false,resType:2,trafficType:0`,
    );
    await logs.expectLine(
      'flowcontrol-default.log',
      'INFO',
      /\[\w+\] \[AcquireBusinessInfo\] contextRefinedData=\{"X-CALLER-IP":"127\.0\.0\.1","X-TARGET-APP":"demo","loadTest":false,"requestHeaders":\{\},.*\}/,
    );
  });

  it('circuit breakers: flowcontrol-block-stat.log and fuse.log', async () => {
    const logs = await start([fuse]);
    await logs.raise('flowcontrol-default.log');
    logs.world.service.behaviour = 'error';
    expect(await logs.world.statuses(2)).toEqual([500, 500]);
    expect((await logs.world.ask('in', TRACED)).status).toBe(503);
    await logs.expectLine(
      'flowcontrol-default.log',
      'DEBUG',
      new RegExp(String.raw`\[${TRACE}\] \[flow blocked\] \|.*\|FuseSlot\|0\|Block\(ALWAYS_BLOCK\)\|\|\{.*\}\|`),
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
    const logs = await start([fault()]);
    await logs.raise('fault_inject.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(503);
    await logs.expectLine('fault_inject.log', 'INFO', `[${TRACE}] [hit] resourceName:${SERVICE}:i:r, headers:GET /`);
  });

  it('authorization: rbac.log and default.log', async () => {
    const logs = await start([auth()]);
    await logs.raise('rbac.log');
    expect((await logs.world.ask('in', TRACED)).status).toBe(403);
    const rest = 'rule=5 list=WHITELIST source= ip=127.0.0.1 identity=asserted';
    for (const file of ['rbac.log', 'default.log'])
      await logs.expectLine(file, 'INFO', `[${TRACE}] [rbac] request has ben reject ${rest}`);
    for (const text of [
      `[rbac] got svc from variable, svc=${SERVICE}`,
      '[rbac] svcType=Http1',
      `[rbac] got current service name, svc=${SERVICE}`,
      '[rbac] request header=map[]',
    ])
      await logs.expectLine('rbac.log', 'DEBUG', `[${TRACE}] ${text}`);
  });

  it('degradation: downgrade.log', async () => {
    const logs = await start([degrade()]);
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
      `[${TRACE}] [downgradeFilter] downgrade rule is active and hijack response`,
    );
  });

  it('isolation: fault_tolerance.log', async () => {
    const logs = await start([isolate()]);
    await logs.raise('fault_tolerance.log');
    expect((await logs.world.ask('out', TRACED)).status).toBe(200);
    await logs.expectLine(
      'fault_tolerance.log',
      'DEBUG',
      `[${TRACE}] [Tolerance][FaultToleranceChooseFilter] match traffic conditions or without traffic conditions`,
    );
  });

  it('routing: routerule.log and default.log', async () => {
    const logs = await start([routes()], { labels: [{ version: 'v1' }] });
    await logs.raise('routerule.log');
    await logs.raise('default.log');
    expect((await logs.world.ask('out', TRACED)).status).toBe(200);
    const host = `127.0.0.1:${logs.world.service.port}`;
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      `[${TRACE}] [cloud][router]get router rule,serviceId:${SERVICE},ok:true,rule:[9]`,
    );
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      `[${TRACE}] [cloud][router] hit the service gov router handler,status:0`,
    );
    for (const text of [
      `[Router][loadBalance][GovernLoadBalance], originHosts = [${host}]`,
      `[Router][loadBalance][GovernLoadBalance], service = ${SERVICE}`,
      `clusterSnapshot.loadbalancer.ChooseHost result is ${host}, cluster name = service`,
    ])
      await logs.expectLine('default.log', 'DEBUG', `[${TRACE}] ${text}`);
    const dump = await logs.world.proxy.admin('GET', '/api/v1/routerule/get');
    expect(dump.body).toContain(ruleDataId('ROUTE', SERVICE));
  });
});

describe('a slip, named where the verdict is looked for', () => {
  const other = SERVICE.replace('echo', 'ecco');

  it('another value than the one of the request', async () => {
    const logs = await start([
      limit({ conditions: [verb('POST')] }),
      fault({ conditions: [verb('POST')] }),
      auth({ mode: 'OBSERVE' }),
    ]);
    for (const file of ['flowcontrol-default.log', 'fault_inject.log', 'rbac.log']) await logs.raise(file);
    await logs.world.ask('in');
    await logs.expectLine('flowcontrol-default.log', 'DEBUG', '[IsMatch] leftVal(GET),op(EQUAL),rightVal([POST])');
    await logs.expectLine('fault_inject.log', 'DEBUG', '[IsMatch]leftVal:GET,op:EQUAL,rightVal:[POST]');
    await logs.world.ask('in', TRACED);
    await logs.expectLine('fault_inject.log', 'DEBUG', `[${TRACE}] [IsMatch]leftVal:GET,op:EQUAL,rightVal:[POST]`);
    await logs.expectLine(
      'rbac.log',
      'DEBUG',
      '[rbac] rule=5 SYSTEM http.method EQUAL [POST] actual=GET matched=false',
    );
  });

  it('another service than the one that is called', async () => {
    const logs = await start([
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
      await logs.expectLine(file, 'DEBUG', /\[match\] resource:echo\S+, no rule is for it, rules are for \[ecco.*\]/);
    await logs.expectLine(
      'fault_tolerance.log',
      'DEBUG',
      `[Tolerance] no rule is for service=${SERVICE}, rules are for [${other}]`,
    );
    await logs.expectLine('rbac.log', 'DEBUG', `[rbac] no list is for svc=${SERVICE}, lists are for [${other}]`);
    await logs.expectLine(
      'downgrade.log',
      'DEBUG',
      `[requirement][Match] equal requirement:&{destination.service.name SYSTEM ${other}},actualValue:${SERVICE}`,
    );
    await logs.expectLine(
      'routerule.log',
      'DEBUG',
      `[cloud][router]get router rule,serviceId:${SERVICE},ok:false,rule:[]`,
    );
    await logs.expectLine('routerule.log', 'DEBUG', '[IsMatch] leftVal(GET),op(EQUAL),rightVal([POST])');
    await logs.expectLine('routerule.log', 'DEBUG', '[cloud][router] hit the service gov router handler,status:1');
  });

  it('a rule that only watches', async () => {
    const mode = 'OBSERVE';
    const logs = await start([limit({ mode }), auth({ mode }), degrade({ actions: [] }), fault({ mode })]);
    expect([(await logs.world.ask('in')).status, (await logs.world.ask('out')).status]).toEqual([200, 200]);
    await logs.expectLine(
      'flowcontrol-block-stat.log',
      'WARN',
      /\[flow monitored\] \|echo\.demo:80@Http1:i:r\|LocalLimitSlot\|.*/,
    );
    await logs.expectLine('rbac.log', 'INFO', /\[rbac\] request would be rejected mode=observe would=deny rule=5 .*/);
    await logs.expectLine(
      'downgrade.log',
      'WARN',
      '[downgradeFilter] downgrade rule is active and trafficConditions matched, but mode is not reject',
    );
    await logs.expectLine(
      'fault_inject.log',
      'INFO',
      /\[-\] \[hit\] resourceName:echo\.demo:80@Http1:i:r, headers:GET \/, mode:OBSERVE/,
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
    const logs = await start([], {
      mesh: {
        app: 'demo',
        control: { address: plane.plane.grpcAddress, key_file: keyFile },
        discovery: { address: '127.0.0.1:0' },
      },
    });
    const dataId = ruleDataId('LIMIT', 'demo');
    const file = 'drm.access.log';
    await logs.expectLine(
      file,
      'INFO',
      `[drm] client config appName=demo,zone=DEFAULT_ZONE,servers=[${plane.plane.grpcAddress}]`,
    );
    for (const name of [dataId, ruleDataId('LIMIT', ALL_APPS)])
      await logs.expectLine(
        file,
        'INFO',
        new RegExp(
          String.raw`\[drm\] send class=com\.alipay\.drm\.client\.api\.model\.pb\.SubscriberRegReqPb req=baseInfo:<zone:"DEFAULT_ZONE" dataId:"${name.replaceAll('.', String.raw`\.`)}" uuid:"[0-9a-f-]{36}" instanceId:"000001" >`,
        ),
      );
    await logs.expectLine(
      file,
      'INFO',
      `[drm] drm push dataID=${dataId} command="CMD:zone=DEFAULT_ZONE,version=1:R@DRM"`,
    );
    await logs.expectLine(
      file,
      'INFO',
      /\[drm\] update local value dataID=\S+ value=\{"appName":"demo",.*"threshold":7.*\} version=1/,
    );
    // The name that was meant is there, the one that was written is not; whoever asks the console is told as well.
    expect(logs.text(file)).not.toContain(ruleDataId('LIMIT', 'dema'));
    expect(slipped.warnings.join(' ')).toContain('dema');
  });
});

it('lists every log with its level, raises one for a time, and all at once', async () => {
  const logs = await start([]);
  const levels = async (): Promise<Record<string, string>> =>
    JSON.parse((await logs.world.proxy.admin('GET', '/api/v1/get_loglevel')).body) as Record<string, string>;
  const before = await levels();
  expect(Object.keys(before)).toEqual(
    expect.arrayContaining([
      'drm.access.log',
      'flow-control.log',
      'flowcontrol-default.log',
      'flowcontrol-block-stat.log',
      'fuse.log',
      'routerule.log',
      'routerecord.log',
      'fault_inject.log',
      'fault_tolerance.log',
      'downgrade.log',
      'rbac.log',
      'mirror.log',
    ]),
  );
  await logs.raise('rbac.log', { log_path: '/var/log/mosn/rbac.log', ttl: '200ms' });
  await until(async () => (await levels())['rbac.log'] === 'INFO');
  await logs.raise('*', { log_path: '*' });
  expect(new Set(Object.values(await levels()))).toEqual(new Set(['DEBUG']));
  for (const ttl of ['soon', '-1s', '25h']) {
    const body = JSON.stringify({ log_level: 'DEBUG', log_path: 'rbac.log', ttl });
    expect((await logs.world.proxy.admin('POST', '/api/v1/update_loglevel', body)).status).toBe(400);
  }
});
