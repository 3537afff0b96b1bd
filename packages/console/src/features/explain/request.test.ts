import { EXPLAINED_PROTOCOLS } from '@weft/api';
import { expect, test } from 'vitest';
import { EXPLAIN_PROTOCOLS, exampleService } from './protocols.ts';
import { requestOf } from './request.ts';

const view = { service: 'a.B:1.0', method: 'hello', host: 'h:80', path: '/p' } as unknown as Parameters<
  typeof requestOf
>[0];

test('the form has every protocol that can be asked about', () => {
  expect([...EXPLAIN_PROTOCOLS].sort()).toEqual([...EXPLAINED_PROTOCOLS].sort());
});

test.each(EXPLAIN_PROTOCOLS)('a question of %s has the parts of its protocol', (protocol) => {
  const question = requestOf(view, 'proxy-1', protocol, {});
  if (exampleService(protocol) === null) expect(question).toMatchObject({ authority: 'h:80', path: '/p' });
  else expect(question).toEqual({ proxyId: 'proxy-1', protocol, service: 'a.B:1.0', method: 'hello' });
});

test('the address of the caller goes with the question', () => {
  const asked = { ...view, source: ' 10.0.0.7 ' } as typeof view;
  expect(requestOf(asked, 'proxy-1', 'Http1', {})).toMatchObject({ sourceIp: '10.0.0.7' });
});
