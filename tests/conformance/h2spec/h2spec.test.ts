import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
});

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
