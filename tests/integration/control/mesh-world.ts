/** A control plane, and proxies in its mesh with the API that applications beside them speak to. */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { closedPort } from '../../support/backend.ts';
import { configuration, proxyListener } from '../../support/config.ts';
import { keep, start } from '../engine/support.ts';

export const SERVICE = 'echo.demo:80@Http1';
export const HEADERS = { host: 'echo.demo:80' };

export type MeshWorld = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld() {
  const plane = await startTestPlane({ ruleKinds });
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  /** A proxy in the mesh, and the API that applications beside it speak to. */
  const join = async (
    app: string,
    discovery: object = {},
    more: object = {},
    protocols: readonly ('Http1' | 'bolt')[] = ['Http1'],
  ) => {
    const api = await closedPort();
    const document = configuration({
      listeners: [
        proxyListener({ name: 'in', type: 'ingress' }),
        proxyListener({ name: 'out', type: 'egress', router: 'outward' }),
        ...(protocols.includes('bolt') ? boltListeners() : []),
      ],
    }) as { servers: [{ routers: object[] }] };
    document.servers[0].routers.push({
      router_config_name: 'outward',
      virtual_hosts: [{ name: 'all', domains: ['*'], routers: [] }],
    });
    if (protocols.includes('bolt'))
      for (const name of ['bolt-in', 'bolt-out'])
        document.servers[0].routers.push({ router_config_name: name, virtual_hosts: [] });
    const proxy = await start({
      ...document,
      mesh: {
        app,
        ...more,
        control: { address: plane.plane.grpcAddress, key_file: keyFile },
        discovery: {
          address: `127.0.0.1:${api}`,
          protocols: protocols.map((protocol) => {
            const prefix = protocol === 'bolt' ? 'bolt-' : '';
            return { protocol, ingress_listener: `${prefix}in`, egress_listener: `${prefix}out` };
          }),
          ...discovery,
        },
      },
    });
    const ask = async (method: string, what: string, body?: object) => {
      const answer = await fetch(`http://127.0.0.1:${api}/v1/discovery/${what}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: read as an application would
      return { status: answer.status, json: (await answer.json()) as any };
    };
    return {
      proxy,
      ask,
      unpublish: (service = SERVICE) =>
        fetch(`http://127.0.0.1:${api}/v1/discovery/publications/${encodeURIComponent(service)}`, { method: 'DELETE' }),
      publish: (body: object) =>
        ask('PUT', `publications/${encodeURIComponent(SERVICE)}`, { protocol: 'Http1', ...body }),
      subscribe: (body: object = {}) =>
        ask('PUT', `subscriptions/${encodeURIComponent(SERVICE)}`, { protocol: 'Http1', ...body }),
    };
  };
  return { plane, join, close: () => plane.stop() };
}

const boltListeners = (): object[] => [
  proxyListener({ name: 'bolt-in', type: 'ingress', protocol: 'bolt', router: 'bolt-in' }),
  proxyListener({ name: 'bolt-out', type: 'egress', protocol: 'bolt', router: 'bolt-out' }),
];

/** An application whose answer says which one it is, that can be closed and come back at the same port. */
export async function application(name: string) {
  let status = 200;
  /** Answers that wait; null: they do not. */
  let held: http.ServerResponse[] | null = null;
  const answer: http.RequestListener = (_request, response) => {
    if (held === null) response.writeHead(status).end(name);
    else held.push(response);
  };
  let server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  keep({ close });
  return {
    port,
    close,
    async open() {
      server = http.createServer(answer);
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    },
    /** Lets answers wait until they are released. */
    hold() {
      held = [];
    },
    held: () => held?.length ?? 0,
    release() {
      for (const response of held ?? []) response.writeHead(status).end(name);
      held = null;
    },
    say(next: number) {
      status = next;
    },
  };
}
