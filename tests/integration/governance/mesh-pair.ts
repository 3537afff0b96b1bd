/** A caller and a service in one mesh, each behind a proxy of its own, with a real control plane. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { closedPort } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { keep, start, until } from '../engine/support.ts';
import { Service } from './world.ts';

/** As `askOver` calls it. */
export const ECHO = 'echo.demo:80@Http1';

interface Joining {
  /** A dataId. */
  readonly publishes?: string;
  readonly subscribes?: boolean;
  readonly listeners?: readonly object[];
  readonly clusters?: readonly object[];
  /** What is remembered of requests; all of them by default. */
  readonly record?: object;
}

export interface MeshPair {
  readonly plane: TestPlane;
  readonly service: Service;
  /** App `front`: calls the service through its egress `out`. */
  readonly front: RunningProxy;
  /** App `back`: has the service behind its ingress `in`. */
  readonly back: RunningProxy;
  /** Starts one more proxy. */
  join(app: string, more?: Joining): Promise<RunningProxy>;
}

export async function startPair(record: object = { samples_per_second: 100_000 }): Promise<MeshPair> {
  const plane = await startTestPlane({ ruleKinds });
  keep({ close: () => plane.stop() });
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const service = await Service.listen('Http1');
  const join: MeshPair['join'] = async (app, more = {}) => {
    const api = await closedPort();
    const document = configuration({
      listeners: [
        proxyListener({ name: 'in', type: 'ingress' }),
        proxyListener({ name: 'out', type: 'egress', router: 'outward' }),
        ...(more.listeners ?? []),
      ],
      clusters: more.clusters ?? [],
    }) as { servers: [{ routers: object[] }] };
    const [server] = document.servers;
    server.routers.push({
      router_config_name: 'outward',
      virtual_hosts: [{ name: 'all', domains: ['*'], routers: [] }],
    });
    const proxy = await start({
      ...document,
      mesh: {
        app,
        control: { address: plane.plane.grpcAddress, key_file: keyFile },
        discovery: {
          address: `127.0.0.1:${api}`,
          protocols: [{ protocol: 'Http1', ingress_listener: 'in', egress_listener: 'out', app_port: service.port }],
        },
      },
      governance: { record: more.record ?? record },
    });
    const say = async (what: string, dataId: string): Promise<void> => {
      const url = `http://127.0.0.1:${api}/v1/discovery/${what}/${encodeURIComponent(dataId)}`;
      const answer = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ protocol: 'Http1' }),
      });
      if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    };
    if (more.publishes !== undefined) await say('publications', more.publishes);
    if (more.subscribes === true) await say('subscriptions', ECHO);
    return proxy;
  };
  const back = await join('back', { publishes: ECHO });
  const front = await join('front', { subscribes: true });
  const { client } = plane.admin;
  await until(async () => {
    const { items } = await client.ms.listSidecars({ query: {} });
    return items.filter(({ state }) => state === 'Running').length === 2;
  });
  return { plane, service, front, back, join };
}
