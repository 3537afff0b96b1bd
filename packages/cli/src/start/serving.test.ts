import { parseMosnConfig } from '@weft/schema';
import { expect, it } from 'vitest';
import { describeServing } from './serving.ts';

const { config: CONFIG } = parseMosnConfig({
  servers: [
    {
      listeners: [
        {
          name: 'in',
          address: '127.0.0.1:0',
          bind_port: true,
          filter_chains: [{ filters: [{ type: 'tcp_proxy', config: { cluster: 'app' } }] }],
        },
      ],
    },
  ],
  cluster_manager: { clusters: [{ name: 'app', hosts: [{ address: '127.0.0.1:80' }] }] },
});

const serving = (path: string) =>
  describeServing(CONFIG, { adminPort: 0, files: { socketFile: 's' }, ownLog: { path }, port: () => 10080 }, '1.0.0');

it('names the log where that is a file', () => {
  const { line, text } = serving('logs/shop/default.log');
  expect(line).toBe('serving: in on 127.0.0.1:10080; log: logs/shop/default.log\n');
  expect(text).toContain('\nLog: logs/shop/default.log\n');
});

it('leaves it to the log where that is a stream', () => {
  const { line, text } = serving('');
  expect(line).toBe('');
  expect(text).not.toContain('Log:');
});
