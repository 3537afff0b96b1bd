import { ConfigError } from '@weft/kit';
import {
  AS_CALLER,
  type BoundTranscoder,
  CONVERTED_HEADER,
  type HostProtocol,
  type RequestHead,
  type StreamContext,
  type StreamFilter,
  type StreamFilterFactory,
  type TranscoderUse,
  type TranscoderUses,
  Verdict,
} from '@weft/sdk';
import type { TranscoderConfig } from './schema.ts';

export const NAME = 'transcoder';

type Rule = TranscoderConfig['rules'][number];

/** Transcoders of MOSN between two protocols that need none here. */
const NEEDLESS: Readonly<Record<string, string>> = { httptohttp2: 'Http2', http2tohttp: 'Http1' };

/** One rule for each use, in their order. */
function rulesOf(config: TranscoderConfig): readonly { readonly rule: Rule | null; readonly use: TranscoderUse }[] {
  if (config.rules.length === 0) {
    if (config.type === '' && config.upstream_protocol === '') throw nothingNamed('type');
    const { type: name, upstream_protocol: protocol, mapping_files: documents, mapping_refs: refs } = config;
    return [{ rule: null, use: { name, protocol, config: config.config, path: '', documents, refs } }];
  }
  return config.rules.map((rule, index) => {
    const {
      type,
      upstream_protocol: protocol,
      config: own,
      mapping_files: documents,
      mapping_refs: refs,
    } = rule.rule_info;
    const path = `rules[${index}].rule_info`;
    if (protocol === '' && type === '' && config.type === '') throw nothingNamed(`${path}.upstream_protocol`);
    // A type beside the rules is that of every rule that names none.
    return { rule, use: { name: type === '' ? config.type : type, protocol, config: own, path, documents, refs } };
  });
}

function nothingNamed(path: string): ConfigError {
  return new ConfigError([
    {
      file: '',
      path,
      message: 'nothing says what calls are converted to',
      expected: 'a `type` such as "dubbo_http", or an `upstream_protocol` such as "Http1"',
    },
  ]);
}

/** @throws ConfigError when nothing is named, or a matcher is none */
export function usesOf(config: TranscoderConfig): TranscoderUses {
  for (const [index, rule] of config.rules.entries()) compileMatcher(rule, `rules[${index}].matcher_config`);
  const uses = rulesOf(config).map(({ use }) => use);
  for (const { name, path } of uses) {
    const protocol = NEEDLESS[name.toLowerCase()];
    if (protocol === undefined) continue;
    throw new ConfigError([
      {
        file: '',
        path: path === '' ? 'type' : `${path}.type`,
        value: JSON.stringify(name),
        message: 'HTTP/1.1 and HTTP/2 are converted without a transcoder',
        expected: `no filter, and \`upstream_protocol: ${protocol}\` in the route`,
      },
    ]);
  }
  return { uses, maxBodyBytes: config.max_body_bytes };
}

type Matcher = (context: StreamContext) => boolean;

const ANY: Matcher = () => true;

function compileMatcher(rule: Rule | null, path: string): Matcher {
  const matcher = rule?.matcher_config;
  if (matcher === undefined) return ANY;
  const { service, name, value } = matcher.config;
  switch (matcher.matcher_type) {
    case '':
      return ANY;
    case 'dataId':
      return ({ request }) => (request.service === '' ? request.authority : request.service) === service;
    case 'simpleMatcher':
      return ({ request }) => request.get(request.family === 'http' ? name.toLowerCase() : name) === value;
    default:
      throw new ConfigError([
        {
          file: '',
          path: `${path}.matcher_type`,
          value: JSON.stringify(matcher.matcher_type),
          message: 'there is no such matcher',
          expected: '"dataId" or "simpleMatcher"',
        },
      ]);
  }
}

interface CompiledRule {
  readonly matches: Matcher;
  readonly candidates: readonly BoundTranscoder[];
}

export function createTranscoding(
  config: TranscoderConfig,
  transcoders: readonly (readonly BoundTranscoder[])[],
): StreamFilterFactory {
  const rules: readonly CompiledRule[] = rulesOf(config).map(({ rule }, index) => ({
    matches: compileMatcher(rule, ''),
    candidates: transcoders[index] ?? [],
  }));
  const filter = PHASES[config.trans.receiver_phase]?.(rules) ?? {};
  return () => filter;
}

const PHASES: readonly ((rules: readonly CompiledRule[]) => StreamFilter)[] = [
  // Whether the route forwards the call at all is known behind it only.
  (rules) => ({
    beforeRoute(context) {
      choose(rules, context);
      return Verdict.CONTINUE;
    },
    afterRoute: (context) => refuse(rules, context),
  }),
  (rules) => ({ afterRoute: (context) => (choose(rules, context) ? Verdict.CONTINUE : refuse(rules, context)) }),
  (rules) => ({ afterChooseHost: (context) => (choose(rules, context) ? Verdict.CONTINUE : refuse(rules, context)) }),
];

/**
 * Lets the first transcoder that takes the call convert it; false when there is none. Where the route says what its hosts
 * speak, it is one to that: the very protocol before others of its family, which within the family of the caller need no
 * transcoder.
 */
function choose(rules: readonly CompiledRule[], context: StreamContext): boolean {
  const { hostProtocol: hosts, request } = context;
  if (hosts === null) return chooseTo(rules, context, '', '');
  if (hosts === AS_CALLER) return false;
  if (chooseTo(rules, context, hosts.family, hosts.name)) return true;
  return hosts.family !== request.family && chooseTo(rules, context, hosts.family, '');
}

/** `family` and `protocol`: '' for every one. */
function chooseTo(rules: readonly CompiledRule[], context: StreamContext, family: string, protocol: string): boolean {
  for (const { matches, candidates } of rules) {
    if (!matches(context)) continue;
    for (const candidate of candidates) {
      if (family !== '' && candidate.to !== family) continue;
      if (protocol !== '' && candidate.protocol.toLowerCase() !== protocol.toLowerCase()) continue;
      if (context.transcode(candidate)) return true;
    }
  }
  return false;
}

/**
 * A call that was to be converted and is not must not go on: its bytes would reach a host that reads another protocol. What
 * comes converted already into the protocol of this listener goes on, what is answered without a host, and what hosts of the
 * caller's own protocol get.
 */
function refuse(rules: readonly CompiledRule[], context: StreamContext): Verdict {
  if (context.transcoder !== null || context.clusterName === '') return Verdict.CONTINUE;
  const { request, hostProtocol: hosts } = context;
  if (hosts === AS_CALLER) return Verdict.CONTINUE;
  const meant = meantFor(rules, context);
  if (meant === null) return Verdict.CONTINUE;
  const native = meant.transcoder.isNative?.(request);
  const mark = request.get(CONVERTED_HEADER);
  // Within a family the transcoder can tell what its hosts understand, whatever the call says of itself.
  if (native ?? (mark !== undefined && isOfCaller(mark, request))) return Verdict.CONTINUE;
  const reason =
    mark === undefined
      ? `${meant.name} takes no call of this service, path or serialization`
      : native === undefined
        ? `the call says that it was converted, and not to ${request.protocol}`
        : `the call says that it was converted, and ${meant.name} finds it is not in the protocol of the hosts`;
  context.addFlag('TranscodeFailed');
  context.reply({ status: 404, code: 'filter', body: `transcode_request: ${reason}` });
  return Verdict.REPLIED;
}

/** A transcoder for callers of this family whose rule matches; null when the call is none of the filter's. */
function meantFor(rules: readonly CompiledRule[], context: StreamContext): BoundTranscoder | null {
  const { request, hostProtocol: hosts } = context;
  for (const { matches, candidates } of rules) {
    const meant = candidates.find((one) => one.from === request.family && isFor(one, hosts, request.family));
    if (meant !== undefined && matches(context)) return meant;
  }
  return null;
}

/** Whether hosts that speak this, as the route says, need the transcoder: within the caller's family those of its protocol do. */
function isFor({ to, protocol }: BoundTranscoder, hosts: HostProtocol | null, family: string): boolean {
  if (hosts === null || hosts.family !== family) return true;
  return to === family && protocol.toLowerCase() === hosts.name.toLowerCase();
}

/** Whether a mark, `<protocol>><protocol>`, says that the call was converted to what it comes as. */
function isOfCaller(mark: string, request: RequestHead): boolean {
  const to = mark.slice(mark.lastIndexOf('>') + 1).toLowerCase();
  if (to === request.protocol.toLowerCase()) return true;
  // What is called by gRPC comes over HTTP/2, and says by its content that it is more than that.
  if (OVER_HTTP2.has(to)) return (request.get('content-type') ?? '').startsWith('application/grpc');
  return ALIKE[request.family]?.has(to) === true;
}

const OVER_HTTP2: ReadonlySet<string> = new Set(['tri', 'grpc']);

/** Protocols of one family that a proxy in between turns into each other without a transcoder. */
const ALIKE: Readonly<Record<string, ReadonlySet<string>>> = {
  http: new Set(['http1', 'http2']),
  bolt: new Set(['bolt', 'boltv2']),
};
