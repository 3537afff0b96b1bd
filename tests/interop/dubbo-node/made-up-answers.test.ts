import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { keep, start } from '../../integration/engine/support.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { createConsumer, INTERFACE, startProvider } from './peers.ts';

const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const SERVICE = condition('destination.service.name', `${INTERFACE}:1.0:blue@dubbo`);
const VALUE = { text: 'añ', list: [1, 1.5, null, true], map: {} };

it('gives dubbo2.js what a rule of degradation makes up', async () => {
  const provider = await startProvider();
  keep({ close: () => provider.stop() });
  const rule = (method: string, action: object) => ({
    ruleDbId: 7,
    conditions: [SERVICE, condition('destination.method.name', method)],
    actions: [action],
  });
  const downgradeRules = [
    rule('fail', { type: 'RETURN_NULL' }),
    rule('size', { type: 'MOCK', extension: [{ body: VALUE }] }),
  ];
  const proxy = await start({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'dubbo' })],
      routes: [{ match: { headers: [{ name: 'service', value: INTERFACE }] }, route: { cluster_name: 'service' } }],
      clusters: [cluster('service', [provider.port])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: { appName: 'demo', downgradeRules } }],
    },
  });
  const echo = createConsumer(proxy.port('out'));
  expect(await echo.fail('x')).toEqual({ res: null, err: null });
  expect(await echo.size('four')).toEqual({ res: VALUE, err: null });
  expect(provider.calls).toEqual([]);
  expect(await echo.echo('y')).toEqual({ res: 'y', err: null });
});
