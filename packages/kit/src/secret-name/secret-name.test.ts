import { expect, it } from 'vitest';
import { isSecretName, maskText } from './index.ts';

it.each([
  'DB_PASS',
  'DB_PASS_2',
  'GITHUB_PAT',
  'PGPASSWORD',
  'MYSQL_PWD',
  'X-Auth-Key',
  'x-api-key',
  'apiKey',
  'APIKey',
  'clientSecret',
  'authorization',
  'Proxy-Authorization',
  'set-cookie',
  'accessKeySecret',
  'AWS_SECRET_ACCESS_KEY',
  'private_key',
  'tokenValue',
  'password_hash',
  'SESSION_TOKEN',
  'jwt',
  'signing-key',
  'dbpassword',
  'DATABASE_DSN',
])('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each([
  'admin_token_file',
  'certificate_path',
  'hash_key',
  'key',
  'name',
  'max_tokens',
  'use_secret_store',
  'passthrough',
  'author',
  'authority',
  'compass',
  'path',
  'cluster_name',
  'PATH',
  'http_cookie_name',
  'router_config_name',
  'path_redirect',
])('%s is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

it.each([
  ['mysql://root:pw@db/x', 'mysql://***@db/x'],
  ['https://token@host/', 'https://***@host/'],
  ['root:pw@tcp(db:3306)/x', '***@tcp(db:3306)/x'],
  ['Bearer abcdef.123456', 'Bearer ***'],
  ['basic dXNlcjpwYXNz==', 'basic ***'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '***'],
  ['ghp_0123456789abcdefghijABCDEF', '***'],
  ['AKIA0123456789ABCDEF', '***'],
  // Without any of the signs that most secrets stand behind.
  ['hvs.CAESIJlnQKq1ab2cd3', '***'],
  ['glpat-ab.cdefghijklmnopqr', '***'],
  ['negotiate YIIJvwYGKw7BBQUCoIIJ', 'negotiate ***'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE', '***'],
  ['host=db password=pw user=x', 'host=db password=*** user=x'],
  ['Server=db;Pwd=a b', 'Server=db;Pwd=*** b'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n', '***\n'],
])('%j is masked by its shape', (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

it.each([
  'http://host:8080/a@b',
  '127.0.0.1:8080',
  'Basic auth is needed',
  'a plain sentence: nothing in it',
  '/v1/{id}',
  '%path% 200',
  'mail@example.com',
])('%j stays as it is', (text) => {
  expect(maskText(text)).toBe(text);
});

it('takes no long time for a long text', () => {
  for (const text of [
    'a:'.repeat(50_000),
    'bearer '.repeat(20_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(2000),
    'eyJ.'.repeat(20_000),
  ])
    expect(typeof maskText(text)).toBe('string');
});
