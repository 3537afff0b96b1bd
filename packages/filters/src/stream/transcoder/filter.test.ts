import { ConfigError } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { AS_CALLER, type BoundTranscoder, PlainRequestHead, type Transcoder, Verdict } from '@weft/sdk';
import { TestStreamContext } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { type TranscoderConfig, transcoder } from './index.ts';

const parse = (config: unknown) => parseConfig<TranscoderConfig>(config, transcoder.schema).value;

/** Accepts what has the header `for` with its name. */
const bound = (name: string, from = 'http', to = 'other', protocol = 'other'): BoundTranscoder => ({
  name,
  from,
  to,
  protocol,
  maxBodyBytes: 1,
  transcoder: { accept: (head) => head.get('for') === name } as Partial<Transcoder> as Transcoder,
});
const request = (headers: Readonly<Record<string, string>>, service = '') =>
  new TestStreamContext(
    new PlainRequestHead('Http1', 'http', { method: 'GET', authority: 'a.test', service }, Object.entries(headers)),
  );
const chosen = (config: unknown, lists: readonly (readonly BoundTranscoder[])[], context: TestStreamContext) => {
  const filter = transcoder.create(parse(config), lists)();
  context.clusterName = 'hosts';
  const verdict = filter?.afterRoute?.(context);
  expect(verdict).toBe(context.replies.length === 0 ? Verdict.CONTINUE : Verdict.REPLIED);
  return context.replies.length === 0 ? context.transcoders.map(({ name }) => name) : context.replies[0]?.status;
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
      { name: 'a_b', protocol: 'b', config: { x: 1 }, path: 'rules[0].rule_info', documents: [], refs: [] },
      { name: 'c_d', protocol: '', config: {}, path: 'rules[1].rule_info', documents: [], refs: [] },
    ],
    2048,
  ]);
});

it('asks the first transcoder that takes the call', () => {
  const lists = [[bound('a', 'bolt'), bound('a'), bound('b')]];
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'a' }))).toEqual(['a']);
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'b' }))).toEqual(['b']);
  expect(chosen({ upstream_protocol: 'x' }, lists, request({ for: 'c' }))).toBe(404);
});

it('converts to what the hosts of the route speak, and nothing for hosts of the protocol of the caller', () => {
  const config = { rules: ['a', 'b', 'c'].map((type) => ({ rule_info: { type } })) };
  const lists = [
    [bound('x', 'dubbo', 'http', 'Http1')],
    [bound('x', 'dubbo', 'bolt', 'bolt')],
    [bound('x', 'dubbo', 'http', 'tri')],
  ];
  const call = (name: string, family: string, header = 'x') => {
    const context = new TestStreamContext(new PlainRequestHead('dubbo', 'dubbo', {}, [['for', header]]));
    context.hostProtocol = name === 'Auto' ? AS_CALLER : { name, family };
    const status = chosen(config, lists, context);
    return context.transcoders.length === 0 ? status : context.transcoders[0]?.protocol;
  };
  expect([call('Http1', 'http'), call('bolt', 'bolt'), call('tri', 'http')]).toEqual(['Http1', 'bolt', 'tri']);
  // One of the family does where there is none to the very protocol.
  expect(call('Http2', 'http')).toBe('Http1');
  expect([call('dubbo', 'dubbo'), call('Auto', '')]).toEqual([[], []]);
  // None takes what must be converted: the bytes must not reach the host.
  expect([call('tars', 'tars'), call('Http1', 'http', 'y')]).toEqual([404, 404]);
});

it('converts within a family to the very protocol that the route names, and passes what needs no transcoder', () => {
  const lists = [[bound('x', 'http', 'http', 'Http2')], [bound('x', 'http', 'dubbo', 'dubbo')]];
  const config = { rules: ['a', 'b'].map((type) => ({ rule_info: { type } })) };
  const call = (name: string, header = 'x') => {
    const context = request({ for: header });
    context.hostProtocol = name === 'Auto' ? AS_CALLER : { name, family: 'http' };
    return chosen(config, lists, context);
  };
  expect([call('Http2'), call('Http1'), call('Auto')]).toEqual([['x'], [], []]);
  // It is meant for hosts of that protocol, and this one it does not take.
  expect([call('Http2', 'y'), call('Http1', 'y'), call('Auto', 'y')]).toEqual([404, [], []]);
});

it('lets calls pass that are in the protocol of the host already', () => {
  const native = bound('a');
  const isNative = (head: PlainRequestHead): boolean => head.get('kind') === 'native';
  const lists = [[{ ...native, transcoder: { ...native.transcoder, isNative } as Transcoder }]];
  expect(chosen({ type: 'a' }, lists, request({ for: 'a' }))).toEqual(['a']);
  expect(chosen({ type: 'a' }, lists, request({ kind: 'native' }))).toEqual([]);
  expect(chosen({ type: 'a' }, lists, request({ kind: 'other' }))).toBe(404);
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
  expect(chosen(config, lists, request({ for: 'a' }))).toBe(404);
  expect(chosen(config, lists, request({ for: 'b' }, 's:1.0@dubbo'))).toBe(404);
  expect(chosen(config, lists, request({ for: 'b' }))).toEqual(['b']);
  expect(chosen(config, lists, request({ for: 'c', lane: '1' }))).toEqual(['c']);
  expect(chosen(config, lists, request({ for: 'c', lane: '2' }, 'other'))).toEqual([]);
});

it.each<[mark: string, from: string, refused: boolean]>([
  ['x>Http1', 'http', false],
  ['x>http2', 'http', false],
  ['x>tri', 'http', true],
  ['x>gRPC', 'http', true],
  ['x>dubbo', 'http', true],
  ['', 'http', true],
  // The filter is for callers of another family.
  ['x>dubbo', 'bolt', false],
])('a call that says of itself that it was converted (%j), callers %s: refused %j', (mark, from, refused) => {
  const context = request({ for: 'a', 'x-weft-converted': mark });
  expect(chosen({ type: 'a' }, [[bound('a', from)]], context)).toEqual(refused ? 404 : []);
  expect(context.flags).toEqual(refused ? ['TranscodeFailed'] : []);
});

it('believes of a call that it was converted to gRPC or Triple when its content is theirs', () => {
  const marked = (contentType: string) => request({ 'x-weft-converted': 'dubbo>tri', 'content-type': contentType });
  expect(chosen({ type: 'a' }, [[bound('a')]], marked('application/grpc+proto'))).toEqual([]);
  expect(chosen({ type: 'a' }, [[bound('a')]], marked('application/json'))).toBe(404);
});

it('asks a transcoder within a family what its hosts understand, whatever the call says of itself', () => {
  const within = bound('a', 'http', 'http', 'Http2');
  const isNative: Transcoder['isNative'] = (head) => head.get('native') === 'yes';
  const lists = [[{ ...within, transcoder: { ...within.transcoder, isNative } }]];
  const marked = { 'x-weft-converted': 'Http1>Http1' };
  expect(chosen({ type: 'a' }, lists, request({ ...marked, native: 'yes' }))).toEqual([]);
  expect(chosen({ type: 'a' }, lists, request(marked))).toBe(404);
});

it('leaves alone what is answered without a host', () => {
  const context = request({});
  expect(
    transcoder
      .create(parse({ type: 'a' }), [[bound('a')]])()
      ?.afterRoute?.(context),
  ).toBe(Verdict.CONTINUE);
  expect(context.replies).toEqual([]);
});

it('lets no call go on that it converts before the route, and cannot', () => {
  const config = parse({ type: 'a', trans: { receiver_phase: 0 } });
  const verdictOf = (name: string) => {
    const context = request({ for: name });
    const filter = transcoder.create(config, [[bound('a')]])();
    expect(filter?.beforeRoute?.(context)).toBe(Verdict.CONTINUE);
    context.clusterName = 'hosts';
    return filter?.afterRoute?.(context);
  };
  expect([verdictOf('a'), verdictOf('b')]).toEqual([Verdict.CONTINUE, Verdict.REPLIED]);
});

it.each([0, 1, 2])('has hooks for phase %d', (receiver_phase) => {
  const filter = transcoder.create(parse({ type: 'a', trans: { receiver_phase } }), [[bound('a')]])();
  const hooks = [filter?.beforeRoute, filter?.afterRoute, filter?.afterChooseHost];
  expect(hooks.map((hook) => hook !== undefined)).toEqual(
    [0, 1, 2].map((phase) => phase === receiver_phase || (phase === 1 && receiver_phase === 0)),
  );
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
