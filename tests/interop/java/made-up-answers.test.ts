/** What rules of degradation make up, as a consumer of Dubbo over Triple gets it of a Java interface. There is no provider. */
import { ruleDataId } from '@weft/schema/data-id';
import { writeJavaAnswer } from '@weft/transcoders/common/made-up';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Application, build, startConsumer } from './applications.ts';
import { triple } from './frameworks.ts';

/** A port that refuses connections. */
const NOBODY = 1;
const BUILD_LIMIT_MS = 600_000;
const framework = triple('3.3.5');

const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const rule = (method: string, type: 'RETURN_NULL' | 'MOCK', body: string) => ({
  ruleDbId: 7,
  conditions: [condition('destination.service.name', framework.limited), condition('destination.method.name', method)],
  actions: [{ type, extension: [{ body, messages: [writeJavaAnswer(body).toString('base64')] }] }],
});

let consumer: Application;
let proxy: RunningProxy;

beforeAll(async () => {
  consumer = await startConsumer(await build(framework.edition), framework.consumerArguments);
  const downgradeRules = [
    rule('echo', 'RETURN_NULL', 'null'),
    rule('slow', 'MOCK', '"añ"'),
    rule('size', 'MOCK', '42'),
  ];
  proxy = await startProxy({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'tri' })],
      routes: [routesTo('nobody')],
      clusters: [cluster('nobody', [NOBODY])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: { appName: 'demo', downgradeRules } }],
    },
  });
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await consumer?.stop();
  await proxy?.dispose();
});

it.each([
  ['echo x', 'ok null'],
  ['slow 1', 'ok añ'],
  ['size 4', 'ok 42'],
])('is told %s by the rule', async (command, answer) => {
  expect(await consumer.ask(`${proxy.port('out')} ${command}`)).toBe(answer);
});
