import { PlainHeaders } from '@weft/sdk';
import { expect, it } from 'vitest';
import { httpToAttachments } from './index.ts';

it('no header of a caller changes what is called', () => {
  const names = ['service', 'method', 'path', 'interface', 'version', 'group', 'timeout', 'dubbo', 'generic', 'token'];
  const headers = new PlainHeaders([
    ...names.map((name) => [`x-dubbo-att-${name}`, 'evil'] as const),
    ['x-dubbo-att-a', 'b'],
  ]);
  const attachments = new PlainHeaders([['service', 'com.x.A']]);
  httpToAttachments(headers, attachments);
  const found: string[] = [];
  attachments.forEach((name, value) => {
    found.push(`${name}=${value}`);
  });
  expect(found).toEqual(['service=com.x.A', 'a=b']);
});
