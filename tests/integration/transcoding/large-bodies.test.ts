/** Bodies over the bound while their callers still send them: each caller sees the answer, and no reset that overtakes it. */
import http from 'node:http';
import { expect, it } from 'vitest';
import { httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { keep, start } from '../engine/support.ts';
import { callsTo, DubboConsumer } from './dubbo.ts';

const CALLS = 12;
const CHUNK = Buffer.alloc(64 * 1024, ' ');

async function startProxy() {
  const backend = keep(await httpBackend((_request, response) => void response.end('null')));
  const transcoder = (type: string) => [{ type: 'transcoder', config: { type, max_body_bytes: '64KiB' } }];
  return start(
    configuration({
      listeners: [
        proxyListener({ name: 'http', streamFilters: transcoder('http_dubbo') }),
        proxyListener({ name: 'dubbo', protocol: 'dubbo', streamFilters: transcoder('dubbo_http') }),
      ],
      routes: [callsTo('hosts'), routesTo('hosts')],
      clusters: [cluster('hosts', [backend.port])],
    }),
  );
}

/** Sends all of a body whatever the server says meanwhile, and gives the status, or what the connection died of. */
function post(port: number, size: number, chunked: boolean): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...(chunked ? {} : { 'content-length': size }) };
    const options = { port, method: 'POST', path: '/com.x.Y/get', agent: false, headers };
    const request = http.request(options, (response) => {
      response.resume().on('error', () => {});
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    let left = size;
    const send = (): void => {
      while (left > 0) {
        const part = CHUNK.subarray(0, Math.min(left, CHUNK.length));
        left -= part.length;
        if (!request.write(part)) {
          request.once('drain', send);
          return;
        }
      }
      request.end();
    };
    send();
  });
}

it.each([
  [1_000_000, false],
  [1_000_000, true],
  // More than a closing connection takes.
  [30_000_000, false],
])(
  'a body of %i bytes (chunked: %s) is answered with 413, each time',
  async (size, chunked) => {
    const proxy = await startProxy();
    const answers: (number | string)[] = [];
    for (let i = 0; i < CALLS; i++) answers.push(await post(proxy.port('http'), size, chunked));
    expect(answers).toEqual(new Array(CALLS).fill(413));
  },
  60_000,
);

it('a Dubbo caller gets an answer of its own protocol, and its connection goes on', async () => {
  const proxy = await startProxy();
  const consumer = await DubboConsumer.connect(proxy.port('dubbo'));
  keep({ close: async () => consumer.close() });
  const call = { service: 'com.x.Y', method: 'get', types: 'Ljava/lang/String;' };
  for (let i = 0; i < CALLS; i++) {
    const answer = await consumer.call({ ...call, args: ['x'.repeat(2_000_000)] });
    expect([answer.status, answer.value]).toEqual([
      40,
      '400|transcode_request: the request is longer than 65536 bytes',
    ]);
  }
  expect((await consumer.call({ ...call, args: ['x'] })).status).toBe(20);
}, 60_000);
