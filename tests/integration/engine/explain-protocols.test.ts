import { extensions } from '@weft/app-proxy/extensions';
import { explainRequest } from '@weft/proxy/update';
import { parseMosnConfig } from '@weft/schema';
import { expect, test } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';

const DOCUMENT = 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';

/** How a call is said, the header by which routes find its service, and how rules name that. */
const CALLS = [
  { protocol: 'bolt', service: 'a.B:1.0', header: 'a.B:1.0', rule: 'a.B:1.0@DEFAULT' },
  { protocol: 'boltv2', service: 'a.B:1.0@DEFAULT', header: 'a.B:1.0', rule: 'a.B:1.0@DEFAULT' },
  { protocol: 'dubbo', service: 'a.B:1.0:blue', header: 'a.B', rule: 'a.B:1.0:blue@dubbo' },
  { protocol: 'dubbo', service: 'a.B:1.0:blue@dubbo', header: 'a.B', rule: 'a.B:1.0:blue@dubbo' },
  { protocol: 'dubbo-thrift', service: 'a.B$Iface', header: 'a.B$Iface', rule: 'a.B$Iface@dubbo-thrift' },
  { protocol: 'tars', service: 'App.Server.Obj', header: 'App.Server.Obj', rule: 'App.Server.Obj@tars' },
  { protocol: 'tri', service: 'a.B:1.0:blue', header: 'a.B:1.0:blue', rule: 'a.B:1.0:blue@tri' },
  { protocol: 'tri', service: 'a.B', header: 'a.B', rule: 'a.B@tri' },
] as const;

test.each(CALLS)('$service of $protocol meets the routes and rules of its calls', async (call) => {
  const { protocol, service, header, rule } = call;
  const document = configuration({
    listeners: [proxyListener({ protocol, type: 'ingress' })],
    routes: [
      {
        match: { headers: [{ name: 'service', value: header }] },
        route: { cluster_name: 'target' },
      },
    ],
    clusters: [cluster('target', [80])],
  });
  const rules = [
    { ruleDbId: 7, threshold: 0, timeMs: 1000, services: [rule] },
    { ruleDbId: 8, threshold: 0, timeMs: 1000, services: ['an.Other:1.0@DEFAULT'] },
  ];
  const governance = {
    app: 'demo',
    documents: [{ data_id: DOCUMENT, version: 1, value: { appName: 'demo', flowControlRules: rules } }],
  };
  const { config } = parseMosnConfig({ ...document, governance });
  const [answer] = await explainRequest(config, extensions, {
    protocol,
    method: 'hello',
    authority: '',
    path: '',
    scheme: '',
    service,
    headers: [],
    listener: '',
  });
  expect(answer?.action).toMatchObject({ kind: 'forward', clusters: [{ name: 'target' }] });
  expect(answer?.rules.map(({ ruleDbId, verdict }) => [ruleDbId, verdict])).toContainEqual([7, 'reject']);
});
