import type { RequestHead, RuleRejection } from '@weft/sdk';
import { expect, test } from 'vitest';
import { rejectReply } from './rejection.ts';

const bodyOf = (word: string, family: string, profile: 'standard' | 'mosn', message = ''): unknown =>
  rejectReply(
    { word, ruleDbId: 7, status: 0, message } as unknown as RuleRejection,
    0,
    { family, service: '' } as unknown as RequestHead,
    { profile, limitMessage: 'limit exceeded' },
  ).body;

test('an open circuit is called one over HTTP, and a limit where the words are fixed', () => {
  expect(bodyOf('fuse', 'http', 'standard')).toBe('circuit open');
  expect(bodyOf('fuse', 'http', 'standard', 'later')).toBe('later');
  expect(bodyOf('fuse', 'http', 'mosn')).toBe('limit exceeded');
  expect(bodyOf('fuse', 'rpc', 'standard')).toBe('limit exceeded|rule=7');
  expect(bodyOf('limit', 'http', 'standard')).toBe('limit exceeded');
});
