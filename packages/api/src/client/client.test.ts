import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiClient } from './index.ts';

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('the client', () => {
  const seen: Seen[] = [];
  let answer: (response: ServerResponse) => void;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(response);
    });
  });
  let baseUrl = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const json =
    (status: number, body: unknown, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

  test('writes parameters, query and headers of the contract', async () => {
    const client = createApiClient({ baseUrl, csrfToken: () => 'c1' });
    answer = json(200, { items: [], total: 0, page: 1, size: 20 });
    const page = await client.ms.listProviders({ params: { serviceId: 'a/b:1.0@DEFAULT' }, query: { page: 2 } });
    expect(page.items).toEqual([]);
    answer = json(200, { version: 8 }, { 'x-weft-change-id': 'k' });
    let change: string | null = '';
    await client.ms.replaceLimitRule(
      { params: { id: 7 }, body: { name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } } },
      {
        ifMatch: 3,
        idempotencyKey: 'i',
        onHeaders: (headers) => {
          change = headers.get('x-weft-change-id');
        },
      },
    );
    expect(change).toBe('k');
    expect(seen.map(({ line }) => line)).toEqual([
      'GET /openapi/v1/ms/services/a%2Fb%3A1.0%40DEFAULT/providers?page=2',
      'PUT /openapi/v1/ms/rules/limit/7',
    ]);
    expect(seen[0]?.headers['x-weft-csrf']).toBeUndefined();
    expect(seen[1]?.headers).toMatchObject({ 'x-weft-csrf': 'c1', 'if-match': '"3"', 'idempotency-key': 'i' });
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } });
    answer = (response) => void response.end('text of a log');
    expect(await client.ms.getSidecarAdmin({ params: { proxyId: 'p', path: 'api/v1/a b' } })).toBe('text of a log');
    expect(seen[2]?.line).toBe('GET /openapi/v1/ms/sidecars/p/admin/api/v1/a%20b');
  });

  test('throws what was refused, with its fields', async () => {
    const client = createApiClient({ baseUrl, token: 't' });
    answer = json(
      400,
      { code: 'INVALID', message: 'm', fields: [{ path: '/spec', message: 'x' }], requestId: 'r' },
      { 'retry-after': '3' },
    );
    await expect(client.ms.listServices()).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      code: 'INVALID',
      fields: [{ path: '/spec', message: 'x' }],
      requestId: 'r',
      retryAfterSeconds: 3,
      isOfRead: true,
    });
    const rule = { name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } };
    await expect(client.ms.createLimitRule({ body: rule })).rejects.toMatchObject({ code: 'INVALID', isOfRead: false });
    await expect(client.ms.previewLimitRule({ body: rule })).rejects.toMatchObject({ isOfRead: true });
    expect(seen.at(-1)?.headers.authorization).toBe('Bearer t');
    answer = (response) => void response.writeHead(502).end('<html>');
    await expect(client.osp.getSession()).rejects.toMatchObject({ status: 502, code: 'UNAVAILABLE' });
    answer = (response) => void response.destroy();
    await expect(client.osp.getSession()).rejects.toMatchObject({ status: 0, code: 'NO_ANSWER' });
  });

  test('repeats what was one call too many, as often as it was told', async () => {
    const tooMany = json(429, { code: 'RATE_LIMITED', message: 'm' }, { 'retry-after': '0' });
    let refusals = 0;
    const refuse =
      (times: number, refusal = tooMany) =>
      (response: ServerResponse): void =>
        ++refusals <= times ? refusal(response) : json(200, { version: 8 })(response);
    const client = createApiClient({ baseUrl, rateLimitRetries: 2 });
    const attempts = async (times: number, refusal?: typeof tooMany, by = client): Promise<[number, unknown]> => {
      refusals = 0;
      answer = refuse(times, refusal);
      const said = await by.ms
        .createLimitRule({ body: { name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } } })
        .catch(({ code }: { code: string }) => code);
      return [refusals, said];
    };
    expect(await attempts(2)).toEqual([3, { version: 8 }]);
    expect(JSON.parse(seen.at(-1)?.body ?? '')).toMatchObject({ name: 'n' });
    expect(await attempts(3)).toEqual([3, 'RATE_LIMITED']);
    expect(await attempts(1, undefined, createApiClient({ baseUrl }))).toEqual([1, 'RATE_LIMITED']);
    // Longer than anybody waits, no time at all, and another reason: said at once.
    const limited = { code: 'RATE_LIMITED', message: 'm' };
    expect(await attempts(1, json(429, limited, { 'retry-after': '11' }))).toEqual([1, 'RATE_LIMITED']);
    expect(await attempts(1, json(429, limited))).toEqual([1, 'RATE_LIMITED']);
    const locked = json(429, { code: 'LOCKED_OUT', message: 'm' }, { 'retry-after': '0' });
    expect(await attempts(1, locked)).toEqual([1, 'LOCKED_OUT']);
  });

  test('a missing parameter is named before anything is sent', async () => {
    const client = createApiClient({ baseUrl });
    await expect(client.ms.getService({ params: { serviceId: '' } })).rejects.toThrow(/serviceId is missing/);
  });
});
