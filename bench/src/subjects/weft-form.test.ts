import { expect, it } from 'vitest';
import { chooseSources, chosenForm, commandOf } from './weft-form.ts';

it('runs the bundle unless something else is asked for', () => {
  const environment: NodeJS.ProcessEnv = {};
  expect(chosenForm(environment)).toBe('bundle');
  expect(commandOf('bundle', environment).at(-1)).toMatch(/apps\/proxy\/bundle\/main\.js$/);
  chooseSources(environment);
  expect(chosenForm(environment)).toBe('sources');
  expect(commandOf('sources', environment).slice(1)).toEqual([
    '--conditions=@weft/source',
    expect.stringMatching(/apps\/proxy\/src\/main\.ts$/),
  ]);
});

it('takes the words of a command that is named, and refuses to be told twice', () => {
  const environment = { WEFT_PROXY_COMMAND: 'node  --flag other.js' };
  expect(chosenForm(environment)).toBe('command');
  expect(commandOf('command', environment)).toEqual(['node', '--flag', 'other.js']);
  expect(() => chooseSources(environment)).toThrow('both say which Weft to run');
  expect(chosenForm({ WEFT_PROXY_COMMAND: '' })).toBe('bundle');
});
