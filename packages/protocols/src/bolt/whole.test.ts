import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RelayPlan, relay } from '../common/framed/testdata/relay.ts';
import { bolt, boltv2 } from './index.ts';
import { frameBytes, sofaRequest, sofaResponse } from './testdata/frames.ts';

const V1 = { protocol: bolt };
const V2 = { protocol: boltv2 };

describe('a call that is relayed as a whole', () => {
  it.each<[string, RelayPlan]>([
    ['as it came', { ...V1, request: sofaRequest({ id: 9 }), answer: sofaResponse({ id: 1 }) }],
    ['in version 2', { ...V2, request: sofaRequest({ proto: 2, id: 9 }), answer: sofaResponse({ proto: 2, id: 1 }) }],
    [
      'with checksums',
      {
        ...V2,
        request: sofaRequest({ proto: 2, ver1: 2, switches: 1, id: 9 }),
        answer: sofaResponse({ proto: 2, ver1: 2, switches: 1, id: 1 }),
      },
    ],
    ['to a host of version 2', { ...V1, hostProtocol: boltv2, request: sofaRequest({ id: 9 }), answer: null }],
    [
      'with other headers',
      {
        ...V1,
        request: sofaRequest({ id: 9 }),
        answer: sofaResponse({ id: 1 }),
        changeRequest: (head) => head.set('lane', 'blue'),
        changeAnswer: (head) => head.set('seen', 'yes'),
      },
    ],
    [
      'from a copy of its head',
      {
        ...V1,
        request: sofaRequest({ id: 9 }),
        answer: sofaResponse({ id: 1 }),
        changeRequest: (head) => head.keep(),
        changeAnswer: (head) => head.keep(),
      },
    ],
    ['without an answer', { ...V1, request: frameBytes({ type: 2, content: 'one-way' }), answer: null }],
  ])('%s leaves the same bytes', (_name, plan) => {
    const pieces = relay(plan, false);
    const whole = relay(plan, true);
    expect(pieces.toHost).not.toBe('');
    expect(whole).toEqual({ ...pieces, wholes: plan.answer === null ? 1 : 2 });
  });

  it('leaves the same bytes for any frame', () => {
    const fields = {
      content: fc.string({ minLength: 1, maxLength: 300 }),
      className: fc.string({ maxLength: 20 }),
      headers: fc.array(fc.tuple(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 })), { maxLength: 4 }),
    };
    fc.assert(
      fc.property(fc.record(fields), fc.record(fields), fc.boolean(), (request, answer, isSecond) => {
        const proto = isSecond ? 2 : 1;
        const plan: RelayPlan = {
          ...(isSecond ? V2 : V1),
          request: frameBytes({ ...request, proto, id: 77 }),
          answer: frameBytes({ ...answer, proto, type: 0, id: 1 }),
        };
        expect(relay(plan, true)).toEqual({ ...relay(plan, false), wholes: 2 });
      }),
    );
  });
});

it('delivers as a whole only what is there as a whole and has content', () => {
  const empty = { ...V1, request: frameBytes({ id: 9 }), answer: frameBytes({ type: 0, id: 1 }) };
  expect(relay(empty, true)).toEqual(relay(empty, false));
  const large = 'x'.repeat(5000);
  const cut = { ...V1, config: { gatherBytes: 1024 }, request: sofaRequest({ id: 9, content: large }), answer: null };
  expect(relay({ ...cut, request: cut.request.subarray(0, 3000) }, true).wholes).toBe(0);
});
