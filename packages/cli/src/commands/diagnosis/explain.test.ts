import { expect, test } from 'vitest';
import { notTogether } from './explain.ts';

test.each([
  [{ recent: true }, null],
  [{ trace: 'a' }, null],
  [{ recent: true, proxy: 'orders' }, '--recent and --proxy do not go together; --app says of which application'],
  [{ recent: true, request: 'GET /' }, '--recent and --request do not go together'],
  [{ trace: 'a', recent: true }, '--trace and --recent do not go together'],
  [{ trace: 'a', proxy: 'orders' }, '--trace and --proxy do not go together'],
])('%j: %s', (options, problem) => {
  expect(notTogether(options)).toBe(problem);
});
