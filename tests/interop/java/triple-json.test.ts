import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Application, build, freePort, startProvider } from './applications.ts';
import { triple } from './frameworks.ts';
import { Hops } from './hops.ts';

const BUILD_LIMIT_MS = 600_000;
const CALL_LIMIT_MS = 20_000;
const framework = triple('3.3.5');

let provider: Application;
let hops: Hops;

beforeAll(async () => {
  const port = await freePort();
  provider = await startProvider(await build(framework.edition), port, framework.providerArguments);
  hops = await Hops.open(framework, port);
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await provider?.stop();
  await hops?.close();
});

/** As any HTTP client does: the arguments as a list in JSON. */
async function post(method: string, args: readonly unknown[], version = '1.0'): Promise<[number, unknown]> {
  const response = await fetch(`http://127.0.0.1:${hops.port('served')}/org.example.orders.OrderService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'tri-service-version': version, 'tri-service-group': 'blue' },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
  });
  return [response.status, await response.json()];
}

it.each([
  ['echo', ['hi'], 'hi'],
  ['plus', [40, 2], 42],
  ['size', ['x'.repeat(100_000)], 100_000],
])('a caller without Dubbo asks %s over HTTP/1.1', async (method, args, answer) => {
  expect(await post(method, args)).toEqual([200, answer]);
});

it('is told in JSON that nobody serves another version', async () => {
  expect(await post('echo', ['hi'], '2.0')).toEqual([
    404,
    { message: expect.stringContaining('no route'), status: '404' },
  ]);
});
