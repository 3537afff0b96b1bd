import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { startProxy } from '../../support/proxy.ts';
import { startCodecServer } from './codec-server.ts';
import { CASE_COUNT, runH2spec } from './h2spec.ts';
import { judge, parseExpectedFailures, parseReport } from './report.ts';

const expectedFailures = parseExpectedFailures(
  readFileSync(new URL('expected-failures.yaml', import.meta.url), 'utf8'),
);

describe('h2spec', () => {
  it('against the codec on a bare socket', async () => {
    const { port, server } = await startCodecServer();
    try {
      const cases = await runH2spec(port);
      expect(judge(cases, expectedFailures)).toEqual([]);
      expect(cases).toHaveLength(CASE_COUNT);
    } finally {
      server.close();
    }
  });

  it.each([
    ['a direct response', { match: { prefix: '/' }, direct_response: { status: 200, body: 'woven' } }, 'Http1'],
    ['an HTTP/1.1 host', routesTo('host', { upstream_protocol: 'Http1' }), 'Http1'],
    ['an HTTP/2 host', routesTo('host', { upstream_protocol: 'Http2' }), 'Http2'],
  ])('against the proxy, with %s behind it', async (_name, route, protocol) => {
    const host = protocol === 'Http2' ? await startCodecServer() : await startHttp1Host();
    const proxy = await startProxy(
      configuration({
        listeners: [proxyListener({ protocol: 'Http2' })],
        routes: [route],
        clusters: [cluster('host', [host.port])],
      }),
    );
    try {
      const cases = await runH2spec(proxy.port('front'));
      expect(judge(cases, expectedFailures)).toEqual([]);
      expect(cases).toHaveLength(CASE_COUNT);
    } finally {
      await proxy.dispose();
      host.server.close();
    }
  });
});

async function startHttp1Host(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('woven'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

describe('the judge of a report', () => {
  const row = (title: string, body: string): string =>
    `<testcase package="http2/1" classname="${title}" time="0">${body}</testcase>`;
  const report = parseReport(
    `<testsuites>${row('a &#34;b&#34;', '')}${row('c', '<failure>GOAWAY &lt;expected&gt;</failure>')}${row('d', '<skipped></skipped>')}</testsuites>`,
  );

  it('names what failed, was skipped, passes unexpectedly or is unknown', () => {
    expect(judge(report, [])).toEqual(['failed: http2/1: c\nGOAWAY <expected>', 'skipped: http2/1: d']);
    expect(judge(report, ['http2/1: a "b"', 'http2/1: c', 'http2/1: x'])).toEqual([
      'passes now, take it off the list: http2/1: a "b"',
      'skipped: http2/1: d',
      'on the list and not in the suite: http2/1: x',
    ]);
  });

  it('reads the list, and refuses a report without cases', () => {
    expect(parseExpectedFailures('# none\n- "http2/1: a" # section 5\n- "http2/1: b"\n')).toEqual([
      'http2/1: a',
      'http2/1: b',
    ]);
    expect(() => parseReport('<testsuites></testsuites>')).toThrow('no case');
  });
});
