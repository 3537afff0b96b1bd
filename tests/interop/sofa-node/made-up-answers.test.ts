import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { keep, start } from '../../integration/engine/support.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { createSofaClient, INTERFACE, startSofaServer } from './peers.ts';

const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const SERVICE = condition('destination.service.name', `${INTERFACE}:1.0@DEFAULT`);
const VALUE = { text: 'añ', list: [1, 1.5, null, true], large: 5_000_000_000, map: {} };

it('gives sofa-rpc-node what a rule of degradation makes up', async () => {
  const server = await startSofaServer();
  keep({ close: () => server.stop() });
  const rule = (method: string, action: object) => ({
    ruleDbId: 7,
    conditions: [SERVICE, condition('destination.method.name', method)],
    actions: [action],
  });
  const downgradeRules = [
    rule('plus', { type: 'RETURN_NULL' }),
    rule('size', { type: 'MOCK', extension: [{ body: VALUE }] }),
  ];
  const proxy = await start({
    ...configuration({
      listeners: [proxyListener({ name: 'out', type: 'egress', protocol: 'bolt' })],
      routes: [
        { match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'service' } },
      ],
      clusters: [cluster('service', [server.port])],
    }),
    governance: {
      app: 'demo',
      documents: [{ data_id: ruleDataId('DOWNGRADE', 'demo'), version: 1, value: { appName: 'demo', downgradeRules } }],
    },
  });
  const client = createSofaClient();
  keep({ close: () => client.close() });
  const consumer = client.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${proxy.port('out')}` });
  await consumer.ready();
  expect(await consumer.invoke('plus', [1, 2])).toBe(null);
  expect(await consumer.invoke('size', ['four'])).toEqual(VALUE);
  expect(await consumer.invoke('size', ['four'])).toEqual(VALUE);
  expect(server.calls).toEqual([]);
  expect(await consumer.invoke('echo', ['y'])).toBe('y');
});
