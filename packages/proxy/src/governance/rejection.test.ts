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

test('what a rule makes up is a success, and the error of its type for a caller that cannot be told', () => {
  const answer = { headers: [['content-type', 'application/json']], body: '[]' } as const;
  const rejection = { word: 'downgrade', ruleDbId: 7, resource: '', status: 0, message: '', answer };
  const settings = { profile: 'standard', limitMessage: 'limit exceeded' } as const;
  const replyTo = (family: string, problem?: string) =>
    rejectReply(rejection, 0, { family, service: '' } as unknown as RequestHead, settings, problem);
  expect(replyTo('http')).toMatchObject({ status: 200, body: '[]', madeUp: answer });
  expect(replyTo('bolt')).toMatchObject({ status: 200, madeUp: answer });
  const refused = replyTo('bolt', 'its serialization');
  expect(refused).toMatchObject({ status: 503, body: 'service degraded|rule=7' });
  expect(refused).not.toHaveProperty('madeUp');
});
