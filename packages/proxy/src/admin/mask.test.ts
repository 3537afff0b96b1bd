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
