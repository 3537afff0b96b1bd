import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead, type StreamFilter, Verdict } from '@weft/sdk';
import { TestStreamContext } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { type PayloadLimitConfig, payloadLimit } from './index.ts';

const parse = (config: unknown) => parseConfig<PayloadLimitConfig>(config, payloadLimit.schema).value;
const create = (config: unknown) => payloadLimit.create(parse(config))() as StreamFilter;
const post = (contentLength?: number) =>
  new TestStreamContext(
    new PlainRequestHead('Http1', 'http', {
      method: 'POST',
      ...(contentLength === undefined ? {} : { contentLength }),
    }),
  );

const REFUSED = { replies: [{ status: 413, code: 'body_too_large' }], flags: ['ReqEntityTooLarge'] };

it('refuses an announced length before the body comes', () => {
  const filter = create({ max_entity_size: 10 });
  expect(filter.afterRoute?.(post(10))).toBe(Verdict.CONTINUE);
  expect(filter.afterRoute?.(post(0))).toBe(Verdict.CONTINUE);
  const context = post(11);
  expect(filter.afterRoute?.(context)).toBe(Verdict.REPLIED);
  expect(context).toMatchObject(REFUSED);
});

it('counts what was not announced', () => {
  const filter = create({ max_entity_size: '10B' });
  const context = post();
  expect(filter.afterRoute?.(context)).toBe(Verdict.CONTINUE);
  expect(filter.onRequestData?.(context, Buffer.alloc(6), false)).toBe(Verdict.CONTINUE);
  expect(filter.onRequestData?.(context, Buffer.alloc(4), false)).toBe(Verdict.CONTINUE);
  expect(filter.onRequestData?.(context, Buffer.alloc(1), true)).toBe(Verdict.REPLIED);
  expect(context).toMatchObject(REFUSED);
});

it('counts each stream for itself', () => {
  const factory = payloadLimit.create(parse({ max_entity_size: 10 }));
  for (let i = 0; i < 3; i++) {
    expect(factory()?.onRequestData?.(post(), Buffer.alloc(10), true)).toBe(Verdict.CONTINUE);
  }
});

it('ends a request whose host has answered already', () => {
  const filter = create({ max_entity_size: 10 });
  const context = post();
  context.response = new PlainResponseHead('Http1', 'http', 200);
  expect(filter.onRequestData?.(context, Buffer.alloc(11), false)).toBe(Verdict.TERMINATE);
  expect(context).toMatchObject({ replies: [], flags: ['ReqEntityTooLarge'] });
});

it('has no limit at 0 and by default', () => {
  const context = post(1e12);
  expect(create({}).afterRoute?.(context)).toBe(Verdict.CONTINUE);
  expect(create({ max_entity_size: 0 }).onRequestData?.(context, Buffer.alloc(1000), true)).toBe(Verdict.CONTINUE);
});

it('answers with the status that was chosen', () => {
  const context = post(2);
  create({ max_entity_size: 1, http_status: 500 }).afterRoute?.(context);
  expect(context.replies).toMatchObject([{ status: 500 }]);
});

it('lets a route have its own limit', () => {
  const context = post();
  context.routeConfigs.set('payload_limit', parse({ max_entity_size: 5, http_status: 400 }));
  const filter = create({ max_entity_size: 1000 });
  expect(filter.afterRoute?.(context)).toBe(Verdict.CONTINUE);
  expect(filter.onRequestData?.(context, Buffer.alloc(6), true)).toBe(Verdict.REPLIED);
  expect(context.replies).toMatchObject([{ status: 400 }]);
});

it('reads the key as MOSN has it, with a space behind', () => {
  expect(parse({ 'max_entity_size ': 7 }).max_entity_size).toBe(7);
});
