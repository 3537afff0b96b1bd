import { request } from 'node:http';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ID = 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM';
const query = (dataId: string): string => encodeURIComponent(dataId);
const json = (value: unknown): string => JSON.stringify(value);
const put = (change: object): string => json({ dataId: ID, value: '1', baseVersion: 0, ...change });

/** Title, method, path below /openapi/v1, body (null for none), code, field, and what the message must say: value and expectation. */
type Row = readonly [
  title: string,
  method: string,
  path: string,
  body: string | null,
  code: string,
  field: string | null,
  message: RegExp,
];

const ROWS: readonly Row[] = [
  ['page 0', 'GET', '/osp/users?page=0', null, 'INVALID', 'query.page', /found 0.*from 1/],
  ['page that is a word', 'GET', '/osp/users?page=two', null, 'INVALID', 'query.page', /found "two".*whole number/],
  ['page with a fraction', 'GET', '/osp/users?page=1.5', null, 'INVALID', 'query.page', /found 1\.5.*whole number/],
  [
    'page given twice',
    'GET',
    '/osp/users?page=1&page=2',
    null,
    'INVALID',
    'query.page',
    /found a list of 2.*whole number/,
  ],
  ['size above the bound', 'GET', '/osp/users?size=501', null, 'INVALID', 'query.size', /found 501.*500/],
  ['size below zero', 'GET', '/osp/users?size=-1', null, 'INVALID', 'query.size', /found -1.*from 1/],
  ['sort that is no name', 'GET', '/osp/users?sort=a%20b', null, 'INVALID', 'query.sort', /found "a b"/],
  [
    'sort by a field that is not there',
    'GET',
    '/osp/users?sort=password',
    null,
    'INVALID',
    'query.sort',
    /found "password".*loginName/,
  ],
  [
    'unknown query parameter',
    'GET',
    '/osp/users?pgae=1',
    null,
    'INVALID',
    'query.pgae',
    /unknown key.*did you mean "page"/,
  ],
  ['unknown query parameter where there is none', 'GET', '/osp/session?x=1', null, 'INVALID', 'query.x', /unknown key/],
  [
    'keyword too long',
    'GET',
    `/osp/users?keyword=${'x'.repeat(600)}`,
    null,
    'INVALID',
    'query.keyword',
    /too long.*512/,
  ],
  [
    'instant that is none',
    'GET',
    '/osp/audit?start=yesterday',
    null,
    'INVALID',
    'query.start',
    /found "yesterday".*instant/,
  ],
  ['path that is not there', 'GET', '/osp/nothing', null, 'NOT_FOUND', null, /\/openapi\/v1\/osp\/nothing/],
  ['component that is not there', 'GET', '/acvip/domains', null, 'NOT_FOUND', null, /acvip/],
  ['method that is not there', 'PUT', '/osp/users', '{}', 'METHOD', null, /PUT.*expected GET, POST/],
  ['percent sign alone in a path', 'GET', '/osp/users/%zz', null, 'UNREADABLE', null, /./],
  ['user that is not there', 'GET', '/osp/users/none', null, 'NOT_FOUND', null, /none/],
  ['tenant that is not there', 'GET', '/osp/tenants/none', null, 'NOT_FOUND', null, /none/],
  ['no body', 'POST', '/osp/users', null, 'INVALID', '', /found nothing.*JSON object/],
  ['null as a body', 'POST', '/osp/users', 'null', 'INVALID', '', /found null.*JSON object/],
  [
    'null as a field',
    'POST',
    '/osp/users',
    '{"loginName":null}',
    'INVALID',
    '/loginName',
    /null counts as missing \(found null, expected 1 to 64/,
  ],
  ['body that is cut off', 'POST', '/osp/users', '{"loginName":"a"', 'UNREADABLE', null, /JSON/],
  ['body that is a list', 'POST', '/osp/users', '[]', 'INVALID', '', /found an empty list.*object/],
  ['body that is a text', 'POST', '/osp/users', '"x"', 'INVALID', '', /found "x".*object/],
  [
    'body with __proto__',
    'POST',
    '/osp/users',
    '{"loginName":"a","__proto__":{"x":1}}',
    'INVALID',
    '/__proto__',
    /key/,
  ],
  ['login name missing', 'POST', '/osp/users', '{}', 'INVALID', '/loginName', /missing|expected/],
  ['login name null', 'POST', '/osp/users', '{"loginName":null}', 'INVALID', '/loginName', /expected/],
  ['login name as number', 'POST', '/osp/users', '{"loginName":7}', 'INVALID', '/loginName', /found 7.*in quotes/],
  ['login name empty', 'POST', '/osp/users', '{"loginName":""}', 'INVALID', '/loginName', /empty/],
  [
    'login name with a blank',
    'POST',
    '/osp/users',
    '{"loginName":"a b"}',
    'INVALID',
    '/loginName',
    /found "a b".*letters, digits/,
  ],
  [
    'login name too long',
    'POST',
    '/osp/users',
    json({ loginName: 'x'.repeat(65) }),
    'INVALID',
    '/loginName',
    /1 to 64/,
  ],
  ['unknown key', 'POST', '/osp/users', '{"loginName":"a","isAdmin":true}', 'INVALID', '/isAdmin', /unknown key/],
  [
    'role that is not there',
    'POST',
    '/osp/users',
    '{"loginName":"a","role":"root"}',
    'INVALID',
    '/role',
    /found "root".*platform_admin/,
  ],
  [
    'display name as list',
    'POST',
    '/osp/users',
    '{"loginName":"a","displayName":["x"]}',
    'INVALID',
    '/displayName',
    /found a list of 1.*text/,
  ],
  [
    'display name too long',
    'POST',
    '/osp/users',
    json({ loginName: 'a', displayName: 'x'.repeat(129) }),
    'INVALID',
    '/displayName',
    /too long.*128/,
  ],
  ['status of a user', 'PUT', '/osp/users/none', '{"status":"GONE"}', 'INVALID', '/status', /found "GONE".*ACTIVE/],
  [
    'status in other letters',
    'PUT',
    '/osp/users/none',
    '{"status":"active"}',
    'INVALID',
    '/status',
    /found "active".*did you mean "ACTIVE"/,
  ],
  [
    'password too short',
    'POST',
    '/osp/session/password',
    '{"currentPassword":"x","newPassword":"short"}',
    'INVALID',
    '/newPassword',
    /found \*\*\*.*12/,
  ],
  ['token without a name', 'POST', '/osp/tokens', '{"name":""}', 'INVALID', '/name', /empty/],
  [
    'token for ever',
    'POST',
    '/osp/tokens',
    '{"name":"a","expiresInDays":0}',
    'INVALID',
    '/expiresInDays',
    /found 0.*1 to 3650/,
  ],
  [
    'token days as text',
    'POST',
    '/osp/tokens',
    '{"name":"a","expiresInDays":"30"}',
    'INVALID',
    '/expiresInDays',
    /found "30".*whole number/,
  ],
  [
    'tenant id with a slash',
    'POST',
    '/osp/tenants',
    '{"tenantId":"a/b"}',
    'INVALID',
    '/tenantId',
    /found "a\/b".*letters, digits/,
  ],
  ['tenant that is there', 'POST', '/osp/tenants', '{"tenantId":"ANTCLOUD"}', 'CONFLICT', null, /ANTCLOUD already/],
  [
    'workspace of a tenant that is not there',
    'POST',
    '/osp/tenants/none/ws',
    '{"workspaceId":"a"}',
    'NOT_FOUND',
    null,
    /none/,
  ],
  ['workspace id empty', 'POST', '/osp/tenants/ANTCLOUD/ws', '{"workspaceId":""}', 'INVALID', '/workspaceId', /empty/],
  ['access key that is not there', 'PUT', '/osp/access-keys/none', '{"status":"DISABLED"}', 'NOT_FOUND', null, /none/],
  [
    'authorize without a subject',
    'POST',
    '/osp/authorize',
    '{"action":"osp:user:read"}',
    'INVALID',
    '/subject',
    /expected/,
  ],
  ['dataId missing', 'GET', '/drm/resources/value', null, 'INVALID', 'query.dataId', /expected/],
  ['dataId without :name=', 'GET', `/drm/parse?dataId=${query('Alipay.a')}`, null, 'INVALID', 'query.dataId', /:name=/],
  [
    'dataId of another domain',
    'GET',
    `/drm/parse?dataId=${query('Foo.a:name=b.C.d,version=3.0@DRM')}`,
    null,
    'INVALID',
    'query.dataId',
    /Alipay/,
  ],
  [
    'dataId of another version',
    'GET',
    `/drm/parse?dataId=${query('Alipay.a:name=b.C.d,version=2.0@DRM')}`,
    null,
    'INVALID',
    'query.dataId',
    /version=3\.0@DRM/,
  ],
  [
    'dataId with a blank',
    'PUT',
    '/drm/resources/value',
    put({ dataId: 'Alipay.a b:name=b.C.d,version=3.0@DRM' }),
    'INVALID',
    '/dataId',
    /app name/,
  ],
  [
    'dataId too long',
    'PUT',
    '/drm/resources/value',
    put({ dataId: 'x'.repeat(2049) }),
    'INVALID',
    '/dataId',
    /too long.*2048/,
  ],
  [
    'value that is an object',
    'PUT',
    '/drm/resources/value',
    put({ value: {} }),
    'INVALID',
    '/value',
    /found an empty object.*text/,
  ],
  [
    'value above 1 MiB',
    'PUT',
    '/drm/resources/value',
    put({ value: 'x'.repeat(1_048_577) }),
    'INVALID',
    '/value',
    /too long.*1048576/,
  ],
  [
    'value above 1 MiB as UTF-8',
    'PUT',
    '/drm/resources/value',
    put({ value: '限'.repeat(400_000) }),
    'INVALID',
    '/value',
    /found 1200000 bytes.*1048576/,
  ],
  [
    'base version below zero',
    'PUT',
    '/drm/resources/value',
    put({ baseVersion: -1 }),
    'INVALID',
    '/baseVersion',
    /found -1.*whole number/,
  ],
  [
    'base version missing',
    'PUT',
    '/drm/resources/value',
    json({ dataId: ID, value: '1' }),
    'INVALID',
    '/baseVersion',
    /expected/,
  ],
  [
    'base version that is old',
    'PUT',
    '/drm/resources/value',
    put({ baseVersion: 9 }),
    'VERSION_CONFLICT',
    null,
    /current version is 0.*builds on 9/,
  ],
  [
    'rollback to version 0',
    'POST',
    '/drm/resources:rollback',
    json({ dataId: ID, to: 0 }),
    'INVALID',
    '/to',
    /found 0.*whole number/,
  ],
  [
    'rollback of a value that is not there',
    'POST',
    '/drm/resources:rollback',
    json({ dataId: ID, to: 1 }),
    'NOT_FOUND',
    null,
    /Prices/,
  ],
  [
    'history of a version that is a word',
    'GET',
    `/drm/resources/history/two?dataId=${query(ID)}`,
    null,
    'INVALID',
    'params.version',
    /found "two".*whole number/,
  ],
  [
    'freeze into the past',
    'POST',
    '/drm/freeze',
    '{"until":"2001-01-01T00:00:00Z","reason":"x"}',
    'INVALID',
    '/until',
    /found "2001.*future/,
  ],
  [
    'freeze without a reason',
    'POST',
    '/drm/freeze',
    '{"until":"2099-01-01T00:00:00Z","reason":""}',
    'INVALID',
    '/reason',
    /empty/,
  ],
  [
    'freeze until a word',
    'POST',
    '/drm/freeze',
    '{"until":"later","reason":"x"}',
    'INVALID',
    '/until',
    /found "later".*instant/,
  ],
];

describe('calls that do not fit', () => {
  let plane: TestPlane;
  let token = '';
  beforeAll(async () => {
    plane = await startTestPlane();
    token = (await plane.admin.client.osp.createToken({ body: { name: 'malformed' } })).secret;
  });
  afterAll(() => plane.stop());

  const send = (method: string, path: string, body: string | null, headers: Record<string, string> = {}) =>
    new Promise<{
      status: number;
      headers: NodeJS.Dict<string | string[]>;
      body: { code: string; message: string; fields: { path: string; message: string }[]; requestId: string };
    }>((resolve, reject) => {
      const outgoing = request(
        `${plane.baseUrl}${path}`,
        {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as never }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });

  test('there are enough of them', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(ROWS)('%s', async (_title, method, path, body, code, field, message) => {
    const answer = await send(method, `/openapi/v1${path}`, body);
    expect(answer.body).toMatchObject({ code, requestId: answer.headers['x-weft-request-id'] });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    if (field === null) return expect(answer.body.message).toMatch(message);
    expect(answer.body.fields.map(({ path: place }) => place)).toContain(field);
    expect(answer.body.fields.find(({ path: place }) => place === field)?.message).toMatch(message);
  });

  test('headers that do not fit', async () => {
    const ok = json({ loginName: 'header' });
    const users = '/openapi/v1/osp/users';
    expect((await send('POST', users, ok, { 'content-type': 'text/plain' })).body.code).toBe('MEDIA_TYPE');
    expect((await send('POST', users, json({ loginName: 'x'.repeat(1_100_000) }))).body.code).toBe('TOO_LARGE');
    expect((await send('GET', users, null, { authorization: 'Basic YTpi' })).body).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringContaining('Bearer'),
    });
    expect((await send('PUT', '/openapi/v1/ms/rules/limit/1', '{}')).body.code).not.toBe('INTERNAL');
    expect(
      (await send('POST', '/openapi/v1/osp/tenants', json({ tenantId: 'K' }), { 'idempotency-key': 'x'.repeat(129) }))
        .body.fields[0]?.path,
    ).toBe('headers.idempotency-key');
  });
});
