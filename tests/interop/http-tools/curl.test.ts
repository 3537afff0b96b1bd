/** curl through the proxy, with HTTP/1.1 and HTTP/2 on either side. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunOptions, requireTool, runTool } from '../../support/foreign.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { FILE, PAIRS, sha, startRig, type ToolRig } from './rig.ts';

/** Longer than any wait that curl would give up by itself: what must come has to come. */
const EXPECT_WAIT_S = '25';

describe.each(PAIRS)('curl with $down to the proxy and $up behind it', ({ down, up }) => {
  let rig: ToolRig;
  const version = down === 'Http1' ? '--http1.1' : '--http2-prior-knowledge';

  /** Output of a run that succeeded. */
  async function curl(
    args: readonly string[],
    options: RunOptions = {},
    codes = [0],
  ): Promise<{ text: string; bytes: Buffer; log: string }> {
    const file = requireTool('curl', 'curl');
    const run = await runTool(file, [version, '--silent', '--show-error', '--max-time', '30', ...args], {
      limitMs: 40_000,
      ...options,
    });
    expect(codes, run.stderr).toContain(run.code);
    return { text: run.stdout.toString(), bytes: run.stdout, log: run.stderr };
  }

  beforeAll(async () => {
    rig = await startRig(down, up);
  });
  afterAll(() => rig?.close());

  it('gets, with the version that was asked for', async () => {
    const { text } = await curl(['-w', ' %{http_version} %{response_code}', `${rig.url}/`]);
    expect(text).toBe(`ok ${down === 'Http1' ? '1.1' : '2'} 200`);
  });

  it('gets 20 MB', async () => {
    const { bytes } = await curl([`${rig.url}/file`]);
    expect(sha(bytes)).toBe(sha(FILE));
  });

  it('gets a range', async () => {
    const { bytes, log } = await curl(['-v', '-r', '1000-1999', `${rig.url}/file`]);
    expect(log).toMatch(/^< HTTP\/\S+ 206/m);
    expect(log).toContain('< content-range: bytes 1000-1999/20000000');
    expect(bytes.equals(FILE.subarray(1000, 2000))).toBe(true);
  });

  it('asks for the head alone', async () => {
    const { text } = await curl(['-I', `${rig.url}/file`]);
    expect(text).toContain('content-length: 20000000');
  });

  // curl 7.88, which Debian 12 has, fails to use a connection of prior knowledge twice, whatever the server.
  if (down === 'Http1')
    it('keeps its connection', async () => {
      const urls = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? `${rig.url}/upload` : `${rig.url}/file?${i}`));
      const { text } = await curl(['-I', '-w', 'new %{num_connects} %{response_code}\n', ...urls]);
      expect(text.match(/^new .*/gm)).toEqual(urls.map((_, i) => `new ${i === 0 ? 1 : 0} 200`));
    });

  it('uploads 20 MB of known length', async () => {
    const { text } = await curl(['-H', 'expect:', '--data-binary', '@-', `${rig.url}/upload`], { input: FILE });
    expect(JSON.parse(text)).toMatchObject({
      method: 'POST',
      bytes: FILE.length,
      sha: sha(FILE),
      length: String(FILE.length),
    });
  });

  it('uploads after 100 (Continue), which comes from the host', async () => {
    const before = rig.host.counts.expectations;
    const body = FILE.subarray(0, 3_000_000);
    const args = [
      '-v',
      '-H',
      'expect: 100-continue',
      '--expect100-timeout',
      EXPECT_WAIT_S,
      '--data-binary',
      '@-',
      `${rig.url}/upload`,
    ];
    const { text, log } = await curl(args, { input: body });
    expect(JSON.parse(text)).toMatchObject({ bytes: body.length, sha: sha(body) });
    expect(log).toMatch(/^< HTTP\/\S+ 100/m);
    expect(rig.host.counts.expectations).toBe(before + 1);
  });

  it('takes a refusal instead of 100 (Continue)', async () => {
    const args = ['-v', '-H', 'expect: 100-continue', '--expect100-timeout', EXPECT_WAIT_S, '--data-binary', '@-'];
    // With HTTP/2 curl ends the body at once, shorter than announced: if that comes first, its stream is malformed (92).
    const { text, log } = await curl(
      [...args, '-w', ' %{response_code} %{size_upload}', `${rig.url}/refuse`],
      { input: FILE.subarray(0, 3_000_000) },
      down === 'Http1' ? [0] : [0, 92],
    );
    expect(log).not.toMatch(/^< HTTP\/\S+ 100/m);
    expect(text).toMatch(down === 'Http1' ? /^too much 413 0$/ : / 413 0$/);
  });

  it('uploads in chunks', async () => {
    const { text } = await curl(['-H', 'transfer-encoding: chunked', '-H', 'expect:', '-T', '-', `${rig.url}/upload`], {
      input: FILE,
    });
    const answer = JSON.parse(text);
    expect(answer).toMatchObject({ method: 'PUT', bytes: FILE.length, sha: sha(FILE) });
    expect([answer.length, answer.coding]).toEqual([undefined, up === 'Http1' ? 'chunked' : undefined]);
  });

  it('streams an upload: the host has each part before the next one is there', async () => {
    const steps: number[] = [];
    const { text } = await curl(['-N', '-H', 'expect:', '-T', '-', `${rig.url}/upload`], {
      onStart(child) {
        rig.host.onUpload = (bytes) => {
          steps.push(bytes);
          if (steps.length < 5) child.stdin?.write('0123456789');
          else child.stdin?.end();
        };
        child.stdin?.write('0123456789');
      },
    });
    rig.host.onUpload = () => {};
    expect(steps).toEqual([10, 20, 30, 40, 50]);
    expect(JSON.parse(text)).toMatchObject({ bytes: 50 });
  });

  it('gets trailers', async () => {
    // HTTP/1.1 sends trailers only to those who ask for them.
    const { text } = await curl(['-i', '-H', 'te: trailers', `${rig.url}/trailers`]);
    expect(text).toMatch(/\r\n\r\npart one, part twox-sum: 42\r\n/);
  });

  if (down === 'Http1')
    it('makes 200 requests on 20 connections', async () => {
      const before = await metric(rig.proxy, 'downstream_request_200_total', { listener: 'front' });
      const { text } = await curl([
        '-Z',
        '--parallel-max',
        '20',
        '-o',
        '/dev/null',
        '-w',
        '%{response_code}\n',
        `${rig.url}/[1-200]`,
      ]);
      expect(text).toBe('200\n'.repeat(200));
      expect((await metric(rig.proxy, 'downstream_request_200_total', { listener: 'front' })) - before).toBe(200);
    });

  it('sends large heads', async () => {
    const { text } = await curl(['-H', `x-large: ${'y'.repeat(7_000)}`, '-w', ' %{response_code}', `${rig.url}/`]);
    expect(text).toBe('ok 200');
  });

  it('leaves the proxy sound and empty', async () => {
    await expectSound(rig.proxy);
    await expect.poll(() => metric(rig.proxy, 'downstream_connection_active', { listener: 'front' })).toBe(0);
    expect(await metric(rig.proxy, 'downstream_request_active', { listener: 'front' })).toBe(0);
    expect(await metric(rig.proxy, 'upstream_request_active', { cluster: 'host' })).toBe(0);
  });
});

describe('curl at a listener of both versions', () => {
  it('is understood in either, and offered no upgrade to HTTP/2', async () => {
    const rig = await startRig('Http1,Http2', 'Http1');
    const file = requireTool('curl', 'curl');
    const versions: string[] = [];
    for (const version of ['--http1.0', '--http1.1', '--http2', '--http2-prior-knowledge']) {
      const run = await runTool(file, [
        version,
        '-sS',
        '--max-time',
        '10',
        '-w',
        ' %{http_version} %{response_code}',
        `${rig.url}/`,
      ]);
      versions.push(`${version}: ${run.stdout}${run.stderr}`);
    }
    await rig.close();
    expect(versions).toEqual([
      '--http1.0: ok 1.1 200',
      '--http1.1: ok 1.1 200',
      '--http2: ok 1.1 200',
      '--http2-prior-knowledge: ok 2 200',
    ]);
  });
});
