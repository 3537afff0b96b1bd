import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

const gone = () => Promise.reject(new Error('its parts are gone'));

test('a step that fails is told from one that somebody interrupted', async () => {
  const said: string[] = [];
  const progress = new Progress((text) => void said.push(text), false);
  await expect(progress.step('proxies', gone)).rejects.toThrow('gone');
  progress.interrupt();
  await expect(progress.step('applications', gone)).rejects.toThrow('gone');
  expect(said).toEqual([
    expect.stringMatching(/^ {2}✗ proxies +\d+\.\d s\n$/),
    expect.stringMatching(/^ {2}- applications +\d+\.\d s {3}interrupted\n$/),
  ]);
});
