/** The levels of logs, as runbooks read and set them, and a disk that takes nothing. */
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { FORMATS, Logs, startLogs } from './logs.ts';
import { type RuleSource, SERVICES, World } from './world.ts';

const limit: RuleSource = {
  type: 'LIMIT',
  list: 'flowControlRules',
  rules: [{ ruleDbId: 1, threshold: 0, timeMs: 1000, services: [SERVICES.Http1] }],
};

it('lists every log with its level, and what each is set to is the level of all threads at once', async () => {
  const logs = await startLogs([limit], { threads: 2 });
  const { proxy } = logs.world;
  const levels = async (): Promise<Record<string, string>> =>
    JSON.parse((await proxy.admin('GET', '/api/v1/get_loglevel')).body) as Record<string, string>;
  const before = await levels();
  // Access logs of the listeners beside them; the log of the proxy is a stream here, which has no name.
  const files = new Set(FORMATS.map(({ file }) => (file === 'default.log' ? '' : file)));
  expect(new Set(Object.keys(before))).toEqual(new Set([...files, 'in.log', 'out.log']));
  expect(new Set(Object.values(before))).toEqual(new Set(['INFO']));
  // As runbooks have it: with directories or without, whatever the file of the proxy is called, with a header of no meaning.
  for (const file of files)
    for (const directory of ['/var/log/mosn/', './logs/mosn/', 'logs/mosn/', '']) {
      const logPath = `${directory}${file || 'default.log'}`;
      for (const level of ['DEBUG', 'ERROR'])
        expect(await post(proxy, { log_level: level, log_path: logPath })).toBe('200 update logger success\n');
      expect((await levels())[file]).toBe('ERROR');
    }
  // At ERROR a refusal is written, and what passes is not.
  expect((await logs.world.ask('in')).status).toBe(429);
  await logs.expectFormat('limit.blocked');
  await logs.raise('rbac.log', { log_path: '/var/log/mosn/rbac.log', ttl: '200ms' });
  await until(async () => (await levels())['rbac.log'] === 'ERROR');
  await logs.raise('*', { log_path: '*' });
  expect(new Set(Object.values(await levels()))).toEqual(new Set(['DEBUG']));
  for (const bad of [
    { log_path: 'rbac.log', log_level: 'LOUD' },
    { log_path: './logs/mosn/nobody.log', log_level: 'DEBUG' },
    ...['soon', '-1s', '25h'].map((ttl) => ({ log_level: 'DEBUG', log_path: 'rbac.log', ttl })),
  ])
    expect(await post(proxy, bad)).toMatch(/^400 \{\s*"error": "update logger failed"\s*\}/);
  const ofOneTrace = { log_level: 'INFO', log_path: 'rbac.log', match: { trace: '0a0b' } };
  expect(await post(proxy, ofOneTrace)).toMatch(/^400 [\s\S]*match is not supported/);
  expect((await levels())['rbac.log']).toBe('DEBUG');
});

it.runIf(existsSync('/dev/full'))('a full disk holds no request up, and what is lost is counted', async () => {
  const logs = await startLogs([]);
  const { proxy } = logs.world;
  mkdirSync(path.join(proxy.directory, 'logs'), { recursive: true });
  symlinkSync('/dev/full', path.join(proxy.directory, 'logs', 'flowcontrol-block-stat.log'));
  await logs.world.change([limit]);
  expect(new Set(await logs.world.statuses(50))).toEqual(new Set([429]));
  await until(async () => (await metric(proxy, 'weft_log_lines_dropped_total')) > 0);
  expect((await logs.world.ask('out')).status).toBe(200);
  await logs.expectFormat('flow.second');
});

it('what a caller says begins no line of its own', async () => {
  const service = SERVICES.bolt;
  const items = [{ ruleType: 'ABORT', configs: { code: 500 } }];
  const rules = [{ ruleDbId: 7, services: [service], faultInjectRuleItems: items }];
  const world = await World.start('bolt', [{ type: 'FAULT_INJECT', list: 'faultInjectRules', rules }]);
  const forged = 'a\n2026-11-22 03:04:05,050 [INFO] [hit] resourceName:forged';
  await world.ask('in', { 'rpc_trace_context.sofaTraceId': forged });
  const logs = new Logs(world);
  await logs.expectLine('fault_inject.log', 'INFO', /\[\d+,a\\n2026-.*forged\]\[hit\] resourceName:.*/, false);
  expect(logs.text('fault_inject.log').trimEnd().split('\n')).toHaveLength(1);
});

/** With the header that runbooks send, in their spelling; status and answer. */
async function post({ directory }: World['proxy'], body: object): Promise<string> {
  const socketPath = path.join(directory, 'proxy.sock');
  const request = http.request({
    socketPath,
    method: 'POST',
    path: '/api/v1/update_loglevel',
    headers: { Content_Type: 'application/json' },
  });
  request.end(JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return `${response.statusCode} ${await readText(response)}`;
}
