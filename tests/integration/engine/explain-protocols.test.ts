import { extensions } from '@weft/app-proxy/extensions';
import { explainRequest } from '@weft/proxy/update';
import { parseMosnConfig } from '@weft/schema';
import { describe, expect, test } from 'vitest';
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

test.each(CALLS)(
  '$service of $protocol without a route has an answer of its protocol',
  async ({ protocol, service }) => {
    const { config } = parseMosnConfig(
      configuration({ listeners: [proxyListener({ protocol, type: 'ingress' })], routes: [], clusters: [] }),
    );
    const question = {
      protocol,
      method: 'hello',
      authority: '',
      path: '',
      scheme: '',
      service,
      headers: [],
      listener: '',
    };
    const [answer] = await explainRequest(config, extensions, question);
    expect(answer?.action).toMatchObject({
      kind: 'none',
      status: 404,
      answer: expect.stringMatching(/^-?\d+ [A-Z_]{5,}/),
    });
  },
);

describe('a question', () => {
  const { config } = parseMosnConfig(
    configuration({
      listeners: [
        proxyListener({ protocol: 'Http2', type: 'ingress' }),
        proxyListener({ name: 'one', protocol: 'Http1' }),
      ],
      routes: [{ match: { prefix: '/p.Greeter/' }, route: { cluster_name: 'target' } }],
      clusters: [cluster('target', [80])],
    }),
  );
  const ask = (change: Partial<Parameters<typeof explainRequest>[2]>) =>
    explainRequest(config, extensions, {
      protocol: '',
      method: '',
      authority: '',
      path: '',
      scheme: '',
      service: '',
      headers: [],
      listener: '',
      ...change,
    });

  test('about gRPC is asked by authority, service and method, and meets listeners of the protocol that carries it', async () => {
    const [answer] = await ask({ protocol: 'grpc', authority: 'a:1', service: 'p.Greeter', method: 'Hello' });
    expect(answer?.action).toMatchObject({
      kind: 'forward',
      protocol: 'Http2',
      path: '/p.Greeter/Hello',
      method: 'POST',
    });
    // Without a host it meets the virtual host for all.
    expect((await ask({ protocol: 'gRPC', service: 'p.Greeter' }))[0]?.action).toMatchObject({ kind: 'forward' });
    await expect(ask({ protocol: 'gRPC', authority: 'a:1' })).rejects.toThrow(/service=NAME/);
  });

  test('without a protocol is one of the first, GET / when it says no more', async () => {
    const [answer] = await ask({ authority: 'a:1', path: '/p.Greeter/x' });
    expect(answer?.action).toMatchObject({ kind: 'forward', protocol: 'Http1', method: 'GET' });
    expect((await ask({ authority: 'a:1' }))[0]?.action).toMatchObject({ kind: 'none' });
  });

  test('about what nobody knows is refused with what there is, dialects included', async () => {
    await expect(ask({ protocol: 'smtp' })).rejects.toThrow(/Http1, Http2, .*gRPC/);
    await expect(ask({ protocol: 'bolt' })).rejects.toThrow(/service=NAME/);
  });
});
