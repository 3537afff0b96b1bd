import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { GOVERNANCE_LOG_LINES, regexOf } from './log-lines/index.ts';
import { logFormats, logLinesPage } from './log-lines-page.ts';

const TIME = '2026-11-22 03:04:05,050';
const lineOf = ({ level, example }: { level: string; example: string }): string => `${TIME} [${level}] ${example}`;

test.each(GOVERNANCE_LOG_LINES)('$id: its example is such a line, and its grep finds it', (line) => {
  expect(lineOf(line)).toMatch(new RegExp(regexOf(line)));
  const { stdout } = spawnSync('grep', ['-e', line.grep], { input: `${lineOf(line)}\n`, encoding: 'utf8' });
  expect(stdout).toBe(`${lineOf(line)}\n`);
});

test('no line is taken for another one', () => {
  for (const line of GOVERNANCE_LOG_LINES) {
    const taken = GOVERNANCE_LOG_LINES.filter(
      (other) => other.file === line.file && new RegExp(regexOf(other)).test(lineOf(line)),
    );
    expect(taken.map(({ id }) => id)).toEqual([line.id]);
  }
});

test('every line stands in the part of its log', () => {
  const page = logLinesPage();
  const parts = new Map(page.split(/^## /m).map((part) => [/^`([\w.-]+)`/.exec(part)?.[1] ?? '', part]));
  for (const { file, meaning } of GOVERNANCE_LOG_LINES) expect(parts.get(file)).toContain(meaning);
});

test('collectors get all of them', () => {
  const { lines } = JSON.parse(logFormats()) as { lines: { id: string; regex: string }[] };
  expect(lines.map(({ id }) => id)).toEqual(GOVERNANCE_LOG_LINES.map(({ id }) => id));
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
});
