import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RelayPlan, relay } from '../common/framed/testdata/relay.ts';
import { dubbo } from './index.ts';
import { frameBytes, map, request, response, text } from './testdata/frames.ts';

const DUBBO = { protocol: dubbo };
const CALL = { ...DUBBO, request: request({ idHigh: 3, id: 9 }), answer: response({ id: 1 }) };

it.each<[string, RelayPlan]>([
  ['as it came', CALL],
  ['with another method', { ...CALL, changeRequest: (head) => Object.assign(head, { method: 'other' }) }],
  ['with another version', { ...CALL, changeRequest: (head) => head.set('version', '2.0.1') }],
  [
    'with other attachments',
    {
      ...CALL,
      changeRequest: (head) => head.set('lane', 'blue'),
      changeAnswer: (head) => head.set('seen', 'yes'),
    },
  ],
  ['from a copy of its head', { ...CALL, changeRequest: (head) => head.keep(), changeAnswer: (head) => head.keep() }],
  ['without an answer', { ...DUBBO, request: request({ flag: 0x82, id: 9 }), answer: null }],
  ['in another serialization', { ...CALL, request: frameBytes({ flag: 0xc6, id: 9, body: Buffer.from('"2.0.2"\n') }) }],
])('a call that is relayed as a whole %s leaves the same bytes', (_name, plan) => {
  const pieces = relay(plan, false);
  const whole = relay(plan, true);
  expect(pieces.toHost).not.toBe('');
  expect(whole).toEqual({ ...pieces, wholes: plan.answer === null ? 1 : 2 });
});

it('leaves the same bytes for any content', () => {
  const words = fc.dictionary(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), { maxKeys: 4 });
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), words, words, (args, asked, told) => {
      const plan: RelayPlan = {
        ...DUBBO,
        request: request({ id: 77, args: text(args), attachments: asked }),
        answer: response({ id: 1, body: Buffer.concat([Buffer.from([0x94]), text(args), map(told)]) }),
      };
      expect(relay(plan, true)).toEqual({ ...relay(plan, false), wholes: 2 });
    }),
  );
});
