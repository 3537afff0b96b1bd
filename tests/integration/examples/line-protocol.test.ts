import { protocolCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { line } from '../../examples/line-protocol/index.ts';

const fixture = {
  protocol: line,
  config: {},
  clientBytes: (count: number) => Buffer.from('GET the weather\n'.repeat(count)),
  serverBytes: Buffer.from('200 sunny\n'),
  requestBody: '',
  responseBody: '',
  malformed: { 'lower case': Buffer.from('get x\n'), 'an empty line': Buffer.from('\n') },
  oversized: { 'a long line': { limits: { maxHeadBytes: 20 }, bytes: Buffer.from(`GET ${'x'.repeat(100)}`) } },
};
for (const { name, run } of protocolCompliance(fixture)) it(name, run);
