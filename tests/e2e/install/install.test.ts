/** What a user does: the tarball, the public registry, the machine's own Node and npm, install scripts and all. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InstalledWeft, MACHINE_PATH } from '../../integration/packaging/installed-weft.ts';

let weft: InstalledWeft;

beforeAll(async () => {
  weft = await InstalledWeft.install([], MACHINE_PATH);
}, 600_000);
afterAll(() => weft?.dispose());

test('an install from the registry brings Node 24 and everything else, and serves', async () => {
  expect(existsSync(path.join(weft.folder, 'node_modules/node/bin/node'))).toBe(true);
  expect((await weft.weft('--version')).stdout).toMatch(/\d+\.\d+\.\d+/);
  const { listeners } = await weft.start('hello.json', {
    servers: [
      {
        listeners: [
          {
            address: '127.0.0.1:0',
            bind_port: true,
            filter_chains: [
              { filters: [{ type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'all' } }] },
            ],
          },
        ],
        routers: [
          {
            router_config_name: 'all',
            virtual_hosts: [
              {
                domains: ['*'],
                routers: [{ match: { prefix: '/' }, direct_response: { status: 200, body: 'hello' } }],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(await (await fetch(`http://${listeners[0]?.address}/`)).text()).toBe('hello');
  expect((await weft.weft('proxy', 'stop', '-c', 'hello.json')).code).toBe(0);
  expect(await weft.exitCode()).toBe(0);
});
