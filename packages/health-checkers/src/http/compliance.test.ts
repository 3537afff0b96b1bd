import { parseConfig } from '@weft/schema';
import { healthCheckerCompliance } from '@weft/sdk/testing';
import { afterAll, it } from 'vitest';
import { TestHosts } from '../common/test-hosts.ts';
import { type HttpCheckConfig, http } from './index.ts';

const hosts = new TestHosts();
afterAll(() => hosts.close());

const cases = healthCheckerCompliance({
  checker: http,
  config: parseConfig<HttpCheckConfig>({ http_check_config: {} }, http.schema).value,
  healthy: () =>
    hosts.listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))),
  silent: () => hosts.listen(() => {}),
  refusing: () => hosts.refusing(),
});
for (const { name, run } of cases) it(name, run);
