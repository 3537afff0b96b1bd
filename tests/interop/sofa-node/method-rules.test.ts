import { ruleDataId } from '@weft/schema/data-id';
import { expect, it } from 'vitest';
import { keep, start } from '../../integration/engine/support.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { createSofaClient, INTERFACE, startSofaServer } from './peers.ts';

/** The header map of `sofa-rpc-node` has no method: it stands in the content alone, before the arguments. */
it('refuses the calls of sofa-rpc-node that a rule names by their method, and no others', async () => {
  const server = await startSofaServer();
  keep({ close: () => server.stop() });
  const rule = { threshold: 0, services: [`${INTERFACE}:1.0@DEFAULT`], methods: ['size'] };
  const proxy = await start({
    ...configuration({
      listeners: [proxyListener({ name: 'in', type: 'ingress', protocol: 'bolt' })],
      routes: [
        { match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route: { cluster_name: 'service' } },
      ],
      clusters: [cluster('service', [server.port])],
    }),
    governance: {
      app: 'demo',
      documents: [
        {
          data_id: ruleDataId('LIMIT', 'demo'),
          version: 1,
          value: { appName: 'demo', flowControlRules: [{ ruleDbId: 7, timeMs: 1000, ...rule }] },
        },
      ],
    },
  });
  const client = createSofaClient();
  keep({ close: () => client.close() });
  const consumer = client.createConsumer({ interfaceName: INTERFACE, serverHost: `127.0.0.1:${proxy.port('in')}` });
  await consumer.ready();
  expect(await consumer.invoke('plus', [1, 2])).toBe(3);
  await expect(consumer.invoke('size', ['four'])).rejects.toThrow();
  // Larger than what is gathered: head and content come apart.
  await expect(consumer.invoke('size', ['x'.repeat(200_000)])).rejects.toThrow();
  expect(await consumer.invoke('echo', ['y'.repeat(200_000)])).toHaveLength(200_000);
  expect(server.calls.map(({ method }) => method)).toEqual(['plus', 'echo']);
});
