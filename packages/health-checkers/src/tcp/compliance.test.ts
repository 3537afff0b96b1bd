import { healthCheckerCompliance } from '@weft/sdk/testing';
import { afterAll, it } from 'vitest';
import { TestHosts } from '../common/test-hosts.ts';
import { tcp } from './index.ts';

const hosts = new TestHosts();
afterAll(() => hosts.close());

const cases = healthCheckerCompliance({
  checker: tcp,
  config: {},
  healthy: () => hosts.listen(() => {}),
  refusing: () => hosts.refusing(),
});
for (const { name, run } of cases) it(name, run);
