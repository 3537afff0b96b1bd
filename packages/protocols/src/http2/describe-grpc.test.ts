import { expect, test } from 'vitest';
import { describeGrpc } from './describe-grpc.ts';

const CALL = {
  method: 'Hello',
  authority: 'a:1',
  path: '',
  scheme: '',
  service: 'p.Greeter',
  headers: [['X-User', 'ann']],
} as const;

test('a call of gRPC is a POST of service and method', () => {
  expect(describeGrpc(CALL)).toEqual({
    method: 'POST',
    authority: 'a:1',
    path: '/p.Greeter/Hello',
    scheme: 'http',
    service: 'p.Greeter',
    headers: [
      ['content-type', 'application/grpc'],
      ['x-user', 'ann'],
    ],
  });
});

test('what was said of it stays', () => {
  const headers = [['Content-Type', 'application/grpc+json']] as const;
  expect(describeGrpc({ ...CALL, headers }).headers).toEqual([['content-type', 'application/grpc+json']]);
  expect(describeGrpc({ ...CALL, service: '', path: '/x' }).path).toBe('/x');
});

test('the service of a path alone is the one that rules see of such a call', () => {
  const said = { ...CALL, method: 'POST', service: '', path: '/p.Greeter/Hello' };
  expect(describeGrpc(said)).toMatchObject({ service: 'p.Greeter', path: '/p.Greeter/Hello' });
  expect(describeGrpc({ ...said, path: '/x' }).service).toBe('');
});
