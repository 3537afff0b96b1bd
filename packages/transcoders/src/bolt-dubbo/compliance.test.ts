import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { writeArguments, writeValue } from '../common/dubbo/index.ts';
import { REQUEST_CLASS, RESPONSE_CLASS, writeCall, writeOutcome } from '../common/sofa/index.ts';
import { boltToDubbo, dubboToBolt } from './index.ts';

const config = { services: {} };
const args = [new Map<string, unknown>([['id', 7n]]), 'x'];
const dubbo = (serialization: string) =>
  new PlainRequestHead('dubbo', 'dubbo', { method: 'rename' }, [
    ['service', 'com.x.UserService'],
    ['method', 'rename'],
    [':types', 'Lcom/x/User;Ljava/lang/String;'],
    [':serialization', serialization],
  ]);
const bolt = (codec: string) =>
  new PlainRequestHead('bolt', 'bolt', { service: 'com.x.UserService:1.0', method: 'rename' }, [
    [':class', REQUEST_CLASS],
    [':codec', codec],
  ]);
const call = { service: 'com.x.UserService:1.0', method: 'rename', targetApp: '', args };

describe('dubbo_bolt', () => {
  const examples = [
    {
      request: () => ({ head: dubbo('2'), body: writeArguments(args) }),
      answer: () => ({
        head: new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: 0 }, [[':class', RESPONSE_CLASS]]),
        body: writeOutcome(args),
      }),
    },
  ];
  const suite = transcoderCompliance({ transcoder: dubboToBolt, config, examples, foreign: [dubbo('23')] });
  for (const { name, run } of suite) it(name, run);
});

describe('bolt_dubbo', () => {
  const examples = [
    {
      request: () => ({
        head: bolt('1'),
        body: writeCall({ ...call, argTypes: ['com.x.User', 'java.lang.String'] }),
      }),
      answer: () => ({
        head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: 20 }),
        body: writeValue(args),
      }),
    },
  ];
  const suite = transcoderCompliance({ transcoder: boltToDubbo, config, examples, foreign: [bolt('12')] });
  for (const { name, run } of suite) it(name, run);
});
