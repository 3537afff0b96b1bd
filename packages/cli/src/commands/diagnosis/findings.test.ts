import { expect, test } from 'vitest';
import { fail, offThing, ok, stepsOutcome, walkSteps, warn } from './findings.ts';

test('nothing is looked at behind the first step that fails', async () => {
  const looked: string[] = [];
  const step = (name: string, ...found: ReturnType<typeof ok>[]) => ({
    name,
    look: () => {
      looked.push(name);
      return found;
    },
  });
  const walked = await walkSteps('a rule', [
    step('one', ok('there'), warn('nearly', 'look')),
    step('two', fail('gone', 'bring it back')),
    step('three', ok('never')),
  ]);
  expect(looked).toEqual(['one', 'two']);
  expect(walked.steps.map(({ result }) => result)).toEqual(['ok', 'failed', 'skipped']);
  const { exitCode, text, json } = stepsOutcome([walked]);
  expect([exitCode, json]).toMatchObject([1, { ok: false, items: [{ name: 'a rule' }] }]);
  expect(text).toBe(
    [
      'a rule',
      '  ok       one',
      '           ✓ there',
      '           ! nearly',
      '               → look',
      '  failed   two',
      '           ✗ gone',
      '               → bring it back',
      '  skipped  three',
    ].join('\n'),
  );
});

test('steps that are all well are a success', async () => {
  const walked = await walkSteps('a call', [{ name: 'one', look: async () => [ok('there')] }]);
  expect(stepsOutcome([walked])).toMatchObject({ exitCode: 0, json: { ok: true } });
});

test('what is off has one line and is no failure, beside what is on', async () => {
  const off = offThing('a rule', 'weft rule enable 7 switches it on');
  const broken = await walkSteps('another', [{ name: 'one', look: () => [fail('gone', '')] }]);
  expect(stepsOutcome([off])).toMatchObject({
    exitCode: 0,
    text: 'a rule: off; weft rule enable 7 switches it on',
    json: { ok: true },
  });
  expect(stepsOutcome([off, broken]).exitCode).toBe(1);
});
