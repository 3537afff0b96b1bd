import { ConfigError } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { type BoundTranscoder, PlainRequestHead, type Transcoder, Verdict } from '@weft/sdk';
import { TestStreamContext } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { type TranscoderConfig, transcoder } from './index.ts';

const parse = (config: unknown) => parseConfig<TranscoderConfig>(config, transcoder.schema).value;

/** Accepts what has the header `for` with its name. */
const bound = (name: string, from = 'http'): BoundTranscoder => ({
  name,
  from,
  protocol: 'other',
  maxBodyBytes: 1,
  transcoder: { accept: (head) => head.get('for') === name } as Partial<Transcoder> as Transcoder,
});
const request = (headers: Readonly<Record<string, string>>, service = '') =>
  new TestStreamContext(
    new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'a.test', service }, Object.entries(headers)),
  );
const chosen = (config: unknown, lists: readonly (readonly BoundTranscoder[])[], context: TestStreamContext) => {
  const filter = transcoder.create(parse(config), lists)();
  expect(filter?.afterRoute?.(context)).toBe(Verdict.CONTINUE);
  return context.transcoders.map(({ name }) => name);
};

it('names what it uses, with its place', () => {
  const named = transcoder.transcoders?.(
    parse({
      type: 'a_b',
      rules: [{ rule_info: { upstream_protocol: 'b', config: { x: 1 } } }, { rule_info: { type: 'c_d' } }],
      max_body_bytes: '2KiB',
    }),
  );
  expect([named?.uses, named?.maxBodyBytes]).toEqual([
    [
      { name: 'a_b', protocol: 'b', config: { x: 1 }, path: 'rules[0].rule_info', documents: [] },
      { name: 'c_d', protocol: '', config: {}, path: 'rules[1].rule_info', documents: [] },
    ],
    2048,
  ]);
});

it('asks the first transcoder that takes the call', () => {
  const lists = [[bound('a', 'bolt'), bound('a'), bound('b')]];
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'a' }))).toEqual(['a']);
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'b' }))).toEqual(['b']);
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'c' }))).toEqual([]);
});

it('goes by service, by host and by header, in the order of the rules', () => {
  const config = {
    rules: [
      { matcher_config: { matcher_type: 'dataId', config: { service: 's:1.0@dubbo' } }, rule_info: { type: 'a' } },
      { matcher_config: { matcher_type: 'dataId', config: { service: 'a.test' } }, rule_info: { type: 'b' } },
      {
        matcher_config: { matcher_type: 'simpleMatcher', config: { name: 'Lane', value: '1' } },
        rule_info: { type: 'c' },
      },
    ],
  };
  const lists = ['a', 'b', 'c'].map((name) => [bound(name)]);
  expect(chosen(config, lists, request({ for: 'a' }, 's:1.0@dubbo'))).toEqual(['a']);
  expect(chosen(config, lists, request({ for: 'a' }))).toEqual([]);
  expect(chosen(config, lists, request({ for: 'b' }))).toEqual(['b']);
  expect(chosen(config, lists, request({ for: 'c', lane: '1' }))).toEqual(['c']);
  expect(chosen(config, lists, request({ for: 'c', lane: '2' }))).toEqual([]);
});

it('does nothing to a call that was converted before', () => {
  const context = request({ for: 'a', 'x-weft-converted': 'x>y' });
  expect(chosen({ type: 'a' }, [[bound('a')]], context)).toEqual([]);
});

it.each([0, 1, 2])('acts in phase %d only', (receiver_phase) => {
  const filter = transcoder.create(parse({ type: 'a', trans: { receiver_phase } }), [[bound('a')]])();
  const hooks = [filter?.beforeRoute, filter?.afterRoute, filter?.afterChooseHost];
  expect(hooks.map((hook) => hook !== undefined)).toEqual([0, 1, 2].map((phase) => phase === receiver_phase));
});

it.each([
  [{}, 'type'],
  [{ type: 'httpTohttp2' }, 'type'],
  [{ rules: [{ rule_info: { type: 'http2Tohttp' } }] }, 'rules[0].rule_info.type'],
  [{ rules: [{ rule_info: {} }] }, 'rules[0].rule_info.upstream_protocol'],
  [
    { type: 'a', rules: [{ matcher_config: { matcher_type: 'other' }, rule_info: {} }] },
    'rules[0].matcher_config.matcher_type',
  ],
])('refuses %j', (config, path) => {
  const problems = () => {
    try {
      transcoder.transcoders?.(parse(config));
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map((problem) => problem.path);
    }
    return [];
  };
  expect(problems()).toEqual([path]);
});
