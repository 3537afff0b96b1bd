import { existsSync, globSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InstalledWeft, MODULES } from './installed-weft.ts';
import { type LocalRegistry, startLocalRegistry } from './local-registry.ts';

let registry: LocalRegistry;
let weft: InstalledWeft;

beforeAll(async () => {
  registry = await startLocalRegistry(MODULES);
  weft = await InstalledWeft.install([`--registry=${registry.url}`, '--ignore-scripts']);
}, 180_000);
afterAll(async () => {
  weft?.dispose();
  await registry?.close();
});

const inPackage = (file: string): string => path.join(weft.folder, 'node_modules/weft', file);

test('the tarball installs into an empty folder, with everything that it needs and nothing of the sources', () => {
  // Binaries of other platforms are optional; everything else has to be in the lock, and so is here.
  expect([...registry.missed].filter((name) => !name.startsWith('@koromix/'))).toEqual([]);
  const files = globSync('**/*', { cwd: inPackage('.'), exclude: ['**/docs/**', '**/demo/**'] });
  expect(files.length).toBeGreaterThan(100);
  expect(
    files.filter((file) => /(^|\/)src(\/|$)|\.test\.|\.bench\.|\.ts$|\.map$|testdata|(^|\/)schema\.js$/.test(file)),
  ).toEqual([]);
  for (const file of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'docs/guides/install.md',
    'deploy/systemd/weft-proxy.service',
    'demo/first.yaml',
  ]) {
    expect(existsSync(inPackage(file)), file).toBe(true);
  }
});

test('the command runs from the installed package', async () => {
  const { version } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as { version: string };
  const shown = await weft.weft('--version');
  expect(shown.stderr).toBe('');
  expect(shown.stdout).toContain(version);
  expect((await weft.weft('proxy', 'validate', '-c', inPackage('demo/first.yaml'))).code).toBe(0);
});

test('the proxy starts, serves, is asked, and stops', async () => {
  const backend = http.createServer((request, response) => response.end(`host saw ${request.url}`));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  const { listeners } = await weft.start('shop.json', {
    servers: [
      {
        listeners: [
          {
            name: 'in',
            address: '127.0.0.1:0',
            bind_port: true,
            filter_chains: [
              { filters: [{ type: 'proxy', config: { downstream_protocol: 'Auto', router_config_name: 'all' } }] },
            ],
          },
        ],
        routers: [
          {
            router_config_name: 'all',
            virtual_hosts: [
              {
                domains: ['*'],
                routers: [
                  { match: { path: '/here' }, direct_response: { status: 200, body: 'the proxy itself' } },
                  { match: { prefix: '/' }, route: { cluster_name: 'host' } },
                ],
              },
            ],
          },
        ],
      },
    ],
    cluster_manager: { clusters: [{ name: 'host', hosts: [{ address: `127.0.0.1:${port}` }] }] },
  });
  const url = `http://${listeners[0]?.address}`;
  expect(await (await fetch(`${url}/here`)).text()).toBe('the proxy itself');
  expect(await (await fetch(`${url}/there`)).text()).toBe('host saw /there');

  const status = await weft.weft('proxy', 'status', '-c', 'shop.json');
  expect({ code: status.code, stderr: status.stderr }).toEqual({ code: 0, stderr: '' });
  const stopped = await weft.weft('proxy', 'stop', '-c', 'shop.json');
  expect(stopped.code).toBe(0);
  // What it waits for, where that takes more than a moment.
  expect(stopped.stderr).toMatch(/^(draining: .*\n)?$/);
  expect(await weft.exitCode()).toBe(0);
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
});
