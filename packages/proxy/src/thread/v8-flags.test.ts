import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { THREAD_FLAGS } from './v8-flags.ts';

// V8 says nothing that a program could see when it is given a flag that it does not have.
test.each(Object.keys(THREAD_FLAGS))('this V8 has the flag %s', (name) => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const flag = name.replace(/^no-/, '');
  expect(options).toMatch(new RegExp(`^\\s*--${flag} `, 'm'));
});
