import { Command } from 'commander';
import { expect, test } from 'vitest';
import { collect } from './collect.ts';

test('an option that is given more than once has every value, in their order', () => {
  const command = new Command().option('--zone <zone>', '', collect);
  expect(command.parse(['--zone', 'b', '--zone', 'a'], { from: 'user' }).opts()).toEqual({ zone: ['b', 'a'] });
});
