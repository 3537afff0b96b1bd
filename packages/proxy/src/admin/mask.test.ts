import { expect, it } from 'vitest';
import { maskByName } from './mask.ts';

it('masks what is named like a secret at any depth', () => {
  const config = {
    plugin: {
      password: 'a',
      nested: [{ accessSecret: 'b', access_key: 'c', note: 'stays' }],
      private_key: { pem: 'd' },
    },
    authentication: ['e'],
    headers: [
      { header: { key: 'Authorization', value: 'Bearer f' } },
      { header: { key: 'x-env', value: 'prod' } },
      { name: 'cookie', value: 'g' },
    ],
    admin_token_file: '/etc/weft/token',
    token: '',
    use_token: true,
  };
  expect(maskByName(config)).toEqual({
    plugin: {
      password: '***',
      nested: [{ accessSecret: '***', access_key: '***', note: 'stays' }],
      private_key: '***',
    },
    authentication: '***',
    headers: [
      { header: { key: 'Authorization', value: '***' } },
      { header: { key: 'x-env', value: 'prod' } },
      { name: 'cookie', value: '***' },
    ],
    admin_token_file: '/etc/weft/token',
    token: '',
    use_token: true,
  });
});

it('masks what looks like a secret inside a text that has another name', () => {
  const config = {
    tracing: { endpoint: 'https://user:hunter2@collector:4317/v1' },
    address: '127.0.0.1:8080',
    command: 'curl -H "Authorization: Bearer abc.def-123456" http://h/?page=1&access_token=t0k3n#x',
    hash_policy: [{ http_cookie: { name: 'route', path: '/', ttl: '5s' } }],
    regex: '/a/([^/]+)@v1/(.*)',
  };
  expect(maskByName(config)).toEqual({
    ...config,
    tracing: { endpoint: 'https://***@collector:4317/v1' },
    command: 'curl -H "Authorization: Bearer ***" http://h/?page=1&access_token=***#x',
  });
});
