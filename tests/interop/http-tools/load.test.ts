/** wrk, h2load and nghttp through the proxy; what they count must be what the proxy and the host have counted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool, runTool } from '../../support/foreign.ts';
import { expectSound, sumOf } from '../../support/metrics.ts';
import { FILE, PAIRS, sha, startRig, type ToolRig } from './rig.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'weft-http-tools-'));
const bodyFile = path.join(folder, 'body');
const BODY = FILE.subarray(0, 10_000);
const REQUESTS = 4000;
/** For wrk, which cannot count; the others get a number of requests. */
const SECONDS = 2;

beforeAll(() => writeFileSync(bodyFile, BODY));
afterAll(() => rmSync(folder, { recursive: true }));

interface Counts {
  readonly received: number;
  readonly ok: number;
  readonly failed: number;
  readonly sent: number;
  readonly host: number;
}

async function countsOf(rig: ToolRig): Promise<Counts> {
  const { body } = await rig.proxy.admin('GET', '/metrics');
  return {
    received: sumOf(body, 'downstream_request_total', { listener: 'front' }),
    ok: sumOf(body, 'downstream_request_200_total', { listener: 'front' }),
    failed: sumOf(body, 'downstream_request_failed', { listener: 'front' }),
    sent: sumOf(body, 'upstream_request_total', { cluster: 'host' }),
    host: rig.host.counts.requests,
  };
}

/** What `run` has added to the counts. */
async function added(rig: ToolRig, run: () => Promise<void>): Promise<Counts> {
  const before = await countsOf(rig);
  await run();
  const after = await countsOf(rig);
  return {
    received: after.received - before.received,
    ok: after.ok - before.ok,
    failed: after.failed - before.failed,
    sent: after.sent - before.sent,
    host: after.host - before.host,
  };
}

describe.each(PAIRS)('load with $down to the proxy and $up behind it', ({ down, up }) => {
  let rig: ToolRig;
  beforeAll(async () => {
    rig = await startRig(down, up);
  });
  afterAll(() => rig?.close());

  async function h2load(args: readonly string[], requests: number): Promise<void> {
    const version = down === 'Http1' ? ['--h1'] : [];
    const run = await runTool(requireTool('h2load', 'nghttp2-client'), [...version, '-n', String(requests), ...args]);
    const text = run.stdout.toString();
    expect(text, run.stderr).toContain(
      `requests: ${requests} total, ${requests} started, ${requests} done, ${requests} succeeded, 0 failed, 0 errored, 0 timeout`,
    );
    expect(text).toContain(`status codes: ${requests} 2xx, 0 3xx, 0 4xx, 0 5xx`);
  }

  const all = (count: number): Counts => ({ received: count, ok: count, failed: 0, sent: count, host: count });

  it('h2load gets', async () => {
    const streams = down === 'Http1' ? '1' : '20';
    expect(await added(rig, () => h2load(['-c', '10', '-m', streams, `${rig.url}/`], REQUESTS))).toEqual(all(REQUESTS));
  });

  it('h2load uploads', async () => {
    const streams = down === 'Http1' ? '1' : '20';
    const args = ['-c', '10', '-m', streams, '-d', bodyFile, `${rig.url}/upload`];
    expect(await added(rig, () => h2load(args, REQUESTS / 4))).toEqual(all(REQUESTS / 4));
  });

  it('h2load gets large answers through small windows', async () => {
    const args = down === 'Http1' ? ['-c', '4'] : ['-c', '4', '-m', '5', '-w', '14', '-W', '15'];
    expect(await added(rig, () => h2load([...args, `${rig.url}/file`], 20))).toEqual(all(20));
  });

  if (down === 'Http1')
    it('wrk gets without an error', async () => {
      let requests = 0;
      const counts = await added(rig, async () => {
        const args = ['-t', '1', '-c', '32', '-d', `${SECONDS}s`, `${rig.url}/`];
        const run = await runTool(requireTool('wrk', 'wrk'), args);
        const text = run.stdout.toString();
        expect(run.code, text).toBe(0);
        expect(text).not.toMatch(/Socket errors|Non-2xx/);
        requests = Number(/(\d+) requests in/.exec(text)?.[1]);
      });
      expect(requests).toBeGreaterThan(100);
      // wrk leaves without waiting for the last answer of each connection.
      expect(counts.received).toBeGreaterThanOrEqual(requests);
      expect(counts.received).toBeLessThanOrEqual(requests + 32);
      expect(counts.ok).toBeGreaterThanOrEqual(requests);
    });

  if (down === 'Http2')
    describe('nghttp', () => {
      const nghttp = (args: readonly string[]): ReturnType<typeof runTool> =>
        runTool(requireTool('nghttp', 'nghttp2-client'), args);

      it('gets 100 times on one connection, with padding', async () => {
        const counts = await added(rig, async () => {
          const run = await nghttp(['-n', '-s', '-m', '100', '-b', '100', `${rig.url}/`]);
          expect(run.code, run.stderr).toBe(0);
          expect(run.stdout.toString().match(/ 200 +\d+\w* \/$/gm)?.length).toBe(100);
        });
        expect(counts).toEqual(all(100));
      });

      it('gets a file through the smallest windows', async () => {
        const run = await nghttp(['-w', '10', '-W', '10', `${rig.url}/file`]);
        expect(run.code, run.stderr).toBe(0);
        expect(sha(run.stdout)).toBe(sha(FILE));
      });

      it('uploads with trailers', async () => {
        // Behind a body of announced length HTTP/1.1 has no place for trailers.
        const run = await nghttp([
          '--no-content-length',
          '-d',
          bodyFile,
          '--trailer',
          'x-check: 17',
          '-H',
          'te: trailers',
          `${rig.url}/upload`,
        ]);
        expect(run.code, run.stderr).toBe(0);
        expect(JSON.parse(run.stdout.toString())).toMatchObject({
          bytes: BODY.length,
          sha: sha(BODY),
          trailers: { 'x-check': '17' },
        });
      });

      it('uploads after 100 (Continue)', async () => {
        const before = rig.host.counts.expectations;
        const run = await nghttp(['-v', '--expect-continue', '-d', bodyFile, `${rig.url}/upload`]);
        const log = run.stdout.toString();
        expect(log).toContain(':status: 100');
        expect(log).toContain(`"bytes":${BODY.length}`);
        expect(rig.host.counts.expectations).toBe(before + 1);
      });

      it('shows the frames of an orderly connection', async () => {
        const run = await nghttp(['-v', '-n', '-H', ':method: HEAD', `${rig.url}/file`]);
        const log = run.stdout.toString();
        expect(log).toMatch(/recv \(stream_id=\d+\) :status: 200/);
        expect(log).toMatch(/recv \(stream_id=\d+\) content-length: 20000000/);
        expect(log).toMatch(/recv SETTINGS frame <length=0, flags=0x01/);
        expect(log).not.toMatch(/recv (GOAWAY|RST_STREAM|DATA)/);
      });
    });

  it('leaves the proxy sound and empty', async () => {
    await expectSound(rig.proxy);
    const active = async (): Promise<readonly number[]> => {
      const { body } = await rig.proxy.admin('GET', '/metrics');
      return [
        sumOf(body, 'downstream_connection_active', { listener: 'front' }),
        sumOf(body, 'downstream_request_active', { listener: 'front' }),
        sumOf(body, 'upstream_request_active', { cluster: 'host' }),
        sumOf(body, 'weft_proxy_buffered_bytes'),
      ];
    };
    await expect.poll(active).toEqual([0, 0, 0, 0]);
  });
});
