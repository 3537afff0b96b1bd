import { Verdict } from '@weft/sdk';
import { streamFilterCompliance, TestStreamContext } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { requestId } from '../../examples/request-id-filter/index.ts';

for (const { name, run } of streamFilterCompliance({
  filter: requestId,
  configs: [{}, { header: 'x-id', required: true }],
}))
  it(name, run);

it('gives an id to a request without one and leaves others alone', () => {
  const context = new TestStreamContext();
  expect(requestId.create({})()?.beforeRoute?.(context)).toBe(Verdict.CONTINUE);
  const id = context.request.get('x-request-id');
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  requestId.create({})()?.beforeRoute?.(context);
  expect(context.request.get('x-request-id')).toBe(id);
});

it('refuses a request without an id where one is required', () => {
  const context = new TestStreamContext();
  expect(requestId.create({ required: true })()?.beforeRoute?.(context)).toBe(Verdict.REPLIED);
  expect(context.replies).toMatchObject([{ status: 400 }]);
});
