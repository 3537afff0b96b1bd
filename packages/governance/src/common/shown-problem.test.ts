import { describe, expect, it } from 'vitest';
import { type RuleProblem, reporter } from './report.ts';
import { shownProblem, shownValue } from './shown-problem.ts';

describe('a value that somebody wrote', () => {
  it('is shown as it is while it is short', () => {
    expect(shownValue(`"${'x'.repeat(118)}"`)).toBe(`"${'x'.repeat(118)}"`);
  });

  it('is shortened, and a text stays one', () => {
    expect(shownValue(`"${'x'.repeat(500)}"`)).toBe(`"${'x'.repeat(119)}…"`);
    expect(shownValue('7'.repeat(500))).toBe(`${'7'.repeat(120)}…`);
  });

  it('hides nothing: what nobody would see is written out', () => {
    // A bell, a zero-width space, a mark that turns the direction, a line separator, half of a pair.
    expect(shownValue('a\u0007b\u200bc\u202ed\u2028e\ud800')).toBe('a\\u{7}b\\u{200b}c\\u{202e}d\\u{2028}e\\u{d800}');
    expect(shownValue('ä 中 🙂')).toBe('ä 中 🙂');
  });
});

it('a problem without a value has none', () => {
  const problem = shownProblem('d', 'a.b', undefined, 'm\u0000'.repeat(300), 'something');
  expect(problem).toEqual({ file: 'd', path: 'a.b', message: expect.any(String) as string, expected: 'something' });
  expect('value' in problem).toBe(false);
  expect(problem.message).not.toContain('\u0000');
  expect(problem.message.endsWith('…')).toBe(true);
});

it('as many problems are reported as somebody reads, whatever the number of rules', () => {
  const problems: RuleProblem[] = [];
  for (let rule = 0; rule < 3; rule++) {
    const report = reporter(problems, 'data-id', `rules[${rule}]`);
    for (let i = 0; i < 9; i++) report(`place${i}`, '1', 'wrong', 'right');
  }
  expect(problems).toHaveLength(20);
  expect(problems[10]).toEqual({
    dataId: 'data-id',
    file: 'data-id',
    path: 'rules[1].place1',
    value: '1',
    message: 'wrong',
    expected: 'right',
  });
});
