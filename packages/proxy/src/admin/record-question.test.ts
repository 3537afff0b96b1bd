import { describe, expect, it } from 'vitest';
import { recordQuestion } from './record-question.ts';

const ask = (query: string) => recordQuestion(new URLSearchParams(query));

describe('a question about remembered requests', () => {
  it.each([
    ['trace=abc', { kind: 'trace', traceId: 'abc' }],
    ['trace=abc&recent=1', { kind: 'trace', traceId: 'abc' }],
    ['recent=1', { kind: 'recent' }],
    ['type=limit&rule=7', { kind: 'rule', type: 'LIMIT', ruleDbId: 7, sinceMs: 0 }],
    ['type=FUSE&rule=7&since=1700000000000', { kind: 'rule', type: 'FUSE', ruleDbId: 7, sinceMs: 1_700_000_000_000 }],
    ['direction=SERVER', { kind: 'window', direction: 'SERVER', thread: 0, after: 0, sinceMs: 0 }],
    ['direction=CLIENT&thread=1&after=9', { kind: 'window', direction: 'CLIENT', thread: 1, after: 9, sinceMs: 0 }],
  ])('%s is understood', (query, question) => {
    expect(ask(query)).toEqual(question);
  });

  const TRACE = 'trace: expected the id of a trace, 1 to 256 characters';
  const NOTHING = 'give trace=ID, recent=1, type=TYPE with rule=NUMBER, or direction=SERVER or CLIENT';
  it.each([
    ['trace=', TRACE],
    // What logs print where there is none: it would find every request without a trace.
    ['trace=-', TRACE],
    [`trace=${'a'.repeat(257)}`, TRACE],
    ['rule=x', 'rule: found "x", expected a number'],
    ['direction=SERVER&thread=-1', 'thread: found "-1", expected a number'],
    ['direction=SERVER&after=1e3', 'after: found "1e3", expected a number'],
    ['direction=SERVER&since=', 'since: found "", expected a number'],
    ['direction=SERVER&since=12345678901234567', 'since: found "12345678901234567", expected a number'],
    ['', NOTHING],
    ['recent=yes', NOTHING],
    ['type=LIMIT', NOTHING],
    ['type=LIMIT&rule=0', NOTHING],
    ['direction=server', NOTHING],
  ])('%.40s is refused', (query, problem) => {
    expect(ask(query)).toBe(problem);
  });
});
