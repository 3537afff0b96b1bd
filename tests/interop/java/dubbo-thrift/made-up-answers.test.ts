/** What rules of degradation make up, as a consumer of Dubbo's thrift gets it. There is no provider. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../../support/config.ts';
import { type RunningProxy, startProxy } from '../../../support/proxy.ts';
import { type Application, build, dubboThrift, startConsumer } from '../applications.ts';

/** A port that refuses connections. */
const NOBODY = 1;
const BUILD_LIMIT_MS = 600_000;
const SERVICE = 'org.example.orders.Stock$Iface@dubbo-thrift';
/** Dubbo takes the loopback for this host's own address, at which no proxy listens, unless it has another name. */
const HOST = 'proxy.test';

const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const rule = (method: string, action: object) => ({
  ruleDbId: 7,
  conditions: [condition('destination.service.name', SERVICE), condition('destination.method.name', method)],
  actions: [action],
});
const mock = (method: string, body: string) => rule(method, { type: 'MOCK', extension: [{ body }] });
const nothing = (method: string) => rule(method, { type: 'RETURN_NULL' });

let proxy: RunningProxy | undefined;
let folder: string;
let consumer: Application | undefined;

/** Answers of a consumer while these rules hold. */
async function ask(rules: readonly object[], methods: readonly string[]): Promise<string[]> {
  const document = { appName: 'demo', downgradeRules: rules };
  const match = { headers: [{ name: 'service', value: '.*', regex: true }] };
  proxy = await startProxy({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'dubbo-thrift' })],
      routes: [{ match, route: { cluster_name: 'nobody' } }],
      clusters: [cluster('nobody', [NOBODY])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: document }],
    },
  });
  const hosts = path.join(folder, 'hosts');
  writeFileSync(hosts, `127.0.0.1 ${HOST}\n`);
  const built = await build(dubboThrift('2.7.8'));
  consumer = await startConsumer(built, [`${HOST}:${proxy.port('out')}`], [`-Djdk.net.hosts.file=${hosts}`]);
  const answers: string[] = [];
  for (const method of methods) answers.push(await consumer.ask(method));
  return answers;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-thrift-'));
});

afterEach(async () => {
  await consumer?.stop();
  await proxy?.dispose();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('a consumer of Dubbo gets values, lists, exceptions and nothing', { timeout: BUILD_LIMIT_MS }, async () => {
  const rules = [
    mock('name', '{"0":{"str":"añ"}}'),
    mock('left', '{"0":{"i32":-42}}'),
    mock('names', '{"0":{"lst":["str",2,"a","b"]}}'),
    mock('sold', '{"1":{"rec":{"1":{"str":"none left"}}}}'),
    nothing('count'),
  ];
  expect(await ask(rules, ['name', 'left', 'names', 'sold', 'count', 'name'])).toEqual([
    'ok añ',
    'ok -42',
    'ok [a, b]',
    'SoldOut none left',
    'ok',
    'ok añ',
  ]);
});

it('takes nothing for null, and for the zero of a primitive type', { timeout: BUILD_LIMIT_MS }, async () => {
  const rules = [nothing('name'), nothing('left'), nothing('names')];
  expect(await ask(rules, ['name', 'left', 'names'])).toEqual(['ok null', 'ok 0', 'ok null']);
});
