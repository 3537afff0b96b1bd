import { expect, test } from 'vitest';
import { ruleLogLine } from './log-line.ts';

test('a line has its time with three digits of ms, its level, and no end but its own', () => {
  const at = new Date(2026, 10, 22, 3, 4, 5, 50).getTime();
  expect(ruleLogLine(at, 'INFO', '[hit] … é')).toBe('2026-11-22 03:04:05,050 [INFO] [hit] … é');
  expect(ruleLogLine(at, 'INFO', 'a\nb\r\x1b[31m\u2028')).toBe(
    '2026-11-22 03:04:05,050 [INFO] a\\nb\\x0d\\x1b[31m\\u2028',
  );
});
