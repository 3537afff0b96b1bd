import { protocolCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { tcp } from './index.ts';

const fixture = {
  protocol: tcp,
  config: {},
  clientBytes: (_count: number) => Buffer.from('question'),
  serverBytes: Buffer.from('answer'),
  requestBody: 'question',
  responseBody: 'answer',
  malformed: {},
};
for (const { name, run } of protocolCompliance(fixture)) it(name, run);
