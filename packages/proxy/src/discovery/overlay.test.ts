import { parseMosnConfig } from '@weft/schema';
import { describe, expect, it } from 'vitest';
import { type RoutedService, ServiceOverlay } from './overlay.ts';

const listener = (name: string, router: string) => ({
  name,
  address: '127.0.0.1:0',
  bind_port: true,
  filter_chains: [
    { filters: [{ type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: router } }] },
  ],
});

const router = (name: string) => ({
  router_config_name: name,
  virtual_hosts: [
    { name: 'others', domains: ['*'], routers: [{ match: { prefix: '/' }, direct_response: { status: 404 } }] },
  ],
});

const { config } = parseMosnConfig({
  servers: [
    {
      listeners: [listener('http', 'http_routes'), listener('bolt', 'bolt_routes')],
      routers: [router('http_routes'), router('bolt_routes')],
    },
  ],
  cluster_manager: { clusters: [{ name: 'of the file', hosts: [{ address: '127.0.0.1:1' }] }] },
});

const host = (port: number, weight = 100, enabled = true) => ({ address: '10.0.0.1', port, weight, enabled });
const http: RoutedService = {
  protocol: 'Http1',
  service: 'reviews.bookinfo:9080',
  fields: null,
  aliases: [],
  listener: 'http',
  cluster: 'reviews.bookinfo:9080@Http1',
  endpoints: [host(1), host(2)],
  hostProtocol: '',
  authority: '',
  sourceApp: 'productpage',
  stale: false,
  hostsWaitMs: 0,
  connectEjectionMs: 5000,
  retries: 2,
  protectThreshold: 50,
};
const bolt: RoutedService = {
  ...http,
  protocol: 'bolt',
  service: 'com.weft.Echo:1.0',
  fields: { service: 'com.weft.Echo:1.0' },
  listener: 'bolt',
  cluster: 'com.weft.Echo:1.0@DEFAULT',
};

const overlayConfig = (to: typeof config, services: readonly RoutedService[]) =>
  new ServiceOverlay().apply(to, services);
const routersOf = (services: readonly RoutedService[]) => overlayConfig(config, services).servers[0]?.routers ?? [];
const clusterOf = (service: RoutedService) =>
  overlayConfig(config, [service]).cluster_manager.clusters.find((item) => item.name === service.cluster);

it('finds a service by the fields in which its requests say it', () => {
  const service = 'com.weft.Echo:1.0:blue';
  const fields = { service: 'com.weft.Echo', version: '1.0', group: 'blue' };
  const dubbo: RoutedService = { ...bolt, protocol: 'dubbo', service, fields, cluster: `${service}@dubbo` };
  const [route] = routersOf([dubbo])[1]?.virtual_hosts[0]?.routers ?? [];
  expect(Object.fromEntries((route?.match.headers ?? []).map(({ name, value }) => [name, value]))).toEqual(fields);
});

it('says what hosts speak: the protocol of the callers, or the one that calls are converted to', () => {
  const said = (service: RoutedService) => {
    const [first, second] = routersOf([service]);
    return [first?.virtual_hosts[1], second?.virtual_hosts[0]].flatMap(
      (host) => host?.routers.map((item) => item.route?.upstream_protocol ?? '') ?? [],
    );
  };
  expect(said(http)).toEqual(['Auto', '']);
  expect(said({ ...bolt, hostProtocol: 'Http1' })).toEqual(['Http1', '']);
  const overlay = new ServiceOverlay();
  overlay.apply(config, [bolt]);
  const [, after] = overlay.apply(config, [{ ...bolt, hostProtocol: 'Http1' }]).servers[0]?.routers ?? [];
  expect(after?.virtual_hosts[0]?.routers[0]?.route?.upstream_protocol).toBe('Http1');
});

it('gives converted calls the authority by which the proxies of the providers know the service', () => {
  const rewritten = ([, router]: ReturnType<typeof routersOf>) =>
    router?.virtual_hosts[0]?.routers[0]?.route?.host_rewrite ?? '';
  const converted = { ...bolt, hostProtocol: 'Http1' };
  expect(rewritten(routersOf([converted]))).toBe('');
  const overlay = new ServiceOverlay();
  overlay.apply(config, [converted]);
  const named = overlay.apply(config, [{ ...converted, authority: 'echo.test:80' }]);
  expect(rewritten(named.servers[0]?.routers ?? [])).toBe('echo.test:80');
});

describe('the overlay', () => {
  it('leaves the configuration of the file alone when there is no service', () => {
    expect(overlayConfig(config, [])).toBe(config);
  });

  it('gives an HTTP service a virtual host of its own beside those of the file', () => {
    const hosts = routersOf([http])[0]?.virtual_hosts;
    expect(hosts?.map((item) => item.domains)).toEqual([['*'], ['reviews.bookinfo:9080']]);
    expect(hosts?.[1]?.routers[0]?.route?.cluster_name).toBe('reviews.bookinfo:9080@Http1');
  });

  it('finds an HTTP service by its other names, too, and by those alone that are still true', () => {
    const overlay = new ServiceOverlay();
    const domains = (aliases: readonly string[]) =>
      overlay.apply(config, [{ ...http, aliases }]).servers[0]?.routers[0]?.virtual_hosts[1]?.domains;
    expect(domains(['10.0.0.7:80'])).toEqual(['reviews.bookinfo:9080', '10.0.0.7:80', '10.0.0.7']);
    expect(domains(['10.0.0.7:10080'])).toEqual(['reviews.bookinfo:9080', '10.0.0.7:10080']);
  });

  it('repeats calls as often as the configuration says, and never where it says so', () => {
    const policyOf = (retries: number) =>
      routersOf([{ ...http, retries }])[0]?.virtual_hosts[1]?.routers[0]?.route?.retry_policy;
    expect(policyOf(2)).toMatchObject({ retry_on: true, num_retries: 2, status_codes: [502] });
    expect(policyOf(0)?.retry_on ?? false).toBe(false);
  });

  it('answers for port 80 also where the caller leaves it out, unless that is the name of another service', () => {
    const at = (service: string): RoutedService => ({ ...http, service, cluster: `${service}@Http1` });
    const domains = (...services: string[]) =>
      routersOf(services.map(at))[0]
        ?.virtual_hosts.slice(1)
        .map((item) => item.domains);
    expect(domains('shop:80')).toEqual([['shop:80', 'shop']]);
    expect(domains('shop:80', 'shop')).toEqual([['shop:80'], ['shop']]);
    expect(domains('shop:8080')).toEqual([['shop:8080']]);
  });

  it('tells the service who calls, whatever the caller itself says', () => {
    const told = [{ header: { key: 'x-weft-source-app', value: 'productpage' }, append: false }];
    expect(routersOf([http])[0]?.virtual_hosts[1]?.request_headers_to_add).toMatchObject(told);
    expect(routersOf([bolt])[1]?.virtual_hosts[0]?.routers[0]?.route?.request_headers_to_add).toMatchObject(told);
  });

  it('puts a Bolt service before the routes of the fallback host, by its service header', () => {
    const routes = routersOf([bolt])[1]?.virtual_hosts[0]?.routers;
    expect(routes?.[0]?.match.headers[0]).toMatchObject({ name: 'service', value: 'com.weft.Echo:1.0' });
    expect(routes?.[1]?.direct_response?.status).toBe(404);
  });

  it('keeps what the file names: a cluster of the same name and a domain that is taken', () => {
    const result = overlayConfig(config, [{ ...http, cluster: 'of the file' }]);
    expect(result.cluster_manager.clusters.filter((item) => item.name === 'of the file')).toHaveLength(1);
    expect(result.cluster_manager.clusters[0]?.hosts[0]?.address).toBe('127.0.0.1:1');
  });

  it('leaves out services of listeners that are not there', () => {
    const result = overlayConfig(config, [{ ...http, listener: 'nowhere' }]);
    expect(result.cluster_manager.clusters).toHaveLength(1);
  });

  it('balances by requests in flight among equals, by weight otherwise, as published', () => {
    expect(clusterOf(http)).toMatchObject({ lb_type: 'LB_LEAST_REQUEST', hosts: [{ weight: 100 }, { weight: 100 }] });
    expect(clusterOf({ ...http, endpoints: [host(1, 100), host(2, 300)] })).toMatchObject({
      lb_type: 'LB_WEIGHTED_ROUNDROBIN',
      hosts: [{ weight: 100 }, { weight: 300 }],
    });
    expect(clusterOf({ ...http, endpoints: [host(1, 1), host(2, 1000)] })).toMatchObject({
      hosts: [{ weight: 1 }, { weight: 1000 }],
    });
  });

  it('lets a call find another provider when one is gone, and does not repeat calls to the own application', () => {
    const retryOf = (service: RoutedService) =>
      routersOf([service])[0]?.virtual_hosts[1]?.routers[0]?.route?.retry_policy;
    expect(retryOf(http)).toMatchObject({ retry_on: true, num_retries: 2, status_codes: [502] });
    expect(clusterOf(http)?.circuit_breakers).toMatchObject([{ max_retries: 1024 }]);
    expect(routersOf([bolt])[1]?.virtual_hosts[0]?.routers[0]?.route?.retry_policy?.retry_on).toBe(true);
    const own = { ...http, sourceApp: '' };
    expect(retryOf(own)).toBeUndefined();
    expect(clusterOf(own)?.circuit_breakers).toEqual([]);
  });

  it('gives no new requests to hosts that are disabled or weigh nothing', () => {
    const endpoints = [host(1), host(2, 0), host(3, 100, false)];
    expect(clusterOf({ ...http, endpoints })?.hosts.map((item) => item.address)).toEqual(['10.0.0.1:1']);
  });

  it('asks an isolated host only where there is no other, and never one that an operator disabled', () => {
    const isolated = { ...host(2, 100, false), isolatedMs: 60_000 };
    const hostsOf = (...endpoints: RoutedService['endpoints']) =>
      clusterOf({ ...http, endpoints })?.hosts.map((item) => item.address);
    expect(hostsOf(host(1), isolated)).toEqual(['10.0.0.1:1']);
    expect(hostsOf(host(1, 0), isolated, host(3, 100, false))).toEqual(['10.0.0.1:2']);
  });

  it('checks the hosts of a stale list before they are believed', () => {
    expect(clusterOf({ ...http, stale: true })?.health_check?.protocol).toBe('tcp');
    expect(clusterOf(http)?.health_check).toBeUndefined();
  });

  it('keeps what has not changed the same object, so that nobody looks at it again', () => {
    const overlay = new ServiceOverlay();
    const other = { ...http, service: 'ratings:80', cluster: 'ratings:80@Http1' };
    const before = overlay.apply(config, [http, other]);
    const same = overlay.apply(config, [{ ...http }, { ...other }]);
    expect(
      same.cluster_manager.clusters.map((cluster, index) => cluster === before.cluster_manager.clusters[index]),
    ).toEqual(before.cluster_manager.clusters.map(() => true));
    expect(same.servers[0]?.routers[0]).toBe(before.servers[0]?.routers[0]);
    const endpoints = [...http.endpoints, { address: '10.0.0.9', port: 1, weight: 100, enabled: true }];
    const after = overlay.apply(config, [{ ...http, endpoints }, other]);
    const changed = after.cluster_manager.clusters.filter(
      (cluster, index) => cluster !== before.cluster_manager.clusters[index],
    );
    expect(changed.map(({ name, hosts }) => [name, hosts.length])).toEqual([[http.cluster, endpoints.length]]);
    expect(after.servers[0]?.routers[0]).toBe(before.servers[0]?.routers[0]);
    expect(overlay.apply(config, [other]).servers[0]?.routers[0]).not.toBe(before.servers[0]?.routers[0]);
  });

  it('lets calls wait while the first list is on its way, and carries the threshold of the registry', () => {
    expect(clusterOf({ ...http, hostsWaitMs: 3000 })?.weft).toEqual({
      hosts_wait: 3000,
      connect_ejection: 5000,
      protect_threshold: 50,
    });
  });
});

it('labels hosts with what they publish and where they are', () => {
  const endpoints = [
    { ...host(1), zone: 'GZ00A', dataCenter: 'dc1', metadata: { version: 'v1', 'com.alipay.sofa.label.k1': 'A' } },
    { ...host(2), zone: '', dataCenter: '', metadata: { 'app.kubernetes.io/version': 'v2', zone: 'own' } },
    host(3),
  ];
  const labels = clusterOf({ ...http, endpoints })?.hosts.map(({ metadata }) => metadata?.filter_metadata?.['mosn.lb']);
  expect(labels).toEqual([
    { version: 'v1', k1: 'A', zone: 'GZ00A', idc: 'dc1', 'app.kubernetes.io/version': 'v1' },
    { version: 'v2', zone: 'own', 'app.kubernetes.io/version': 'v2' },
    undefined,
  ]);
});
