import { describe, expect, it } from 'vitest';
import { requestQuestion } from './request-question.ts';

const ask = (query: string) => requestQuestion(new URLSearchParams(query));

describe('a question about a request', () => {
  it('has what the query has, and is empty elsewhere', () => {
    expect(
      ask('protocol=Http1&method=GET&host=a.test&path=%2Fx%3Fy%3D1&source-ip=::1&header=X-A:%20b:c%20&header=n:'),
    ).toEqual({
      protocol: 'Http1',
      method: 'GET',
      authority: 'a.test',
      path: '/x?y=1',
      scheme: '',
      service: '',
      headers: [
        ['X-A', 'b:c'],
        ['n', ''],
      ],
      listener: '',
      sourceIp: '::1',
    });
    expect(ask('protocol=bolt&service=a.B:1.0&listener=in')).toMatchObject({
      protocol: 'bolt',
      service: 'a.B:1.0',
      listener: 'in',
      headers: [],
      sourceIp: '',
    });
  });

  it.each([
    ['header=x', 'a header is NAME:VALUE'],
    ['header=:x', 'a header is NAME:VALUE'],
    ['header=a:b&header=', 'a header is NAME:VALUE'],
    [Array.from({ length: 65 }, () => 'header=a:b').join('&'), 'at most 64 headers'],
    ['source-ip=10.0.0', 'source-ip: found "10.0.0", expected an IP address'],
    ['source-ip=10.0.0.1:80', 'source-ip: found "10.0.0.1:80", expected an IP address'],
  ])('%.40s is refused', (query, problem) => {
    expect(ask(query)).toBe(problem);
  });

  it('may have 64 headers', () => {
    expect(ask(Array.from({ length: 64 }, () => 'header=a:b').join('&'))).toMatchObject({
      headers: expect.toSatisfy((headers: unknown[]) => headers.length === 64),
    });
  });
});
