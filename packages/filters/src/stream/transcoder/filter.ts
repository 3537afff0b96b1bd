import { ConfigError } from '@weft/kit';
import {
  type BoundTranscoder,
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
    const { type: name, upstream_protocol: protocol, mapping_files: documents } = config;
    return [{ rule: null, use: { name, protocol, config: config.config, path: '', documents } }];
  }
  return config.rules.map((rule, index) => {
    const { type, upstream_protocol: protocol, config: own, mapping_files: documents } = rule.rule_info;
    const path = `rules[${index}].rule_info`;
    if (protocol === '' && type === '' && config.type === '') throw nothingNamed(`${path}.upstream_protocol`);
    // A type beside the rules is that of every rule that names none.
    return { rule, use: { name: type === '' ? config.type : type, protocol, config: own, path, documents } };
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

export function createTranscoding(
  config: TranscoderConfig,
  transcoders: readonly (readonly BoundTranscoder[])[],
): StreamFilterFactory {
  const rules = rulesOf(config).map(({ rule }, index) => ({
    matches: compileMatcher(rule, ''),
    candidates: transcoders[index] ?? [],
  }));
  const decide = (context: StreamContext): Verdict => {
    for (const { matches, candidates } of rules) {
      if (!matches(context)) continue;
      for (const candidate of candidates) if (context.transcode(candidate)) return Verdict.CONTINUE;
    }
    return Verdict.CONTINUE;
  };
  const filter: StreamFilter = PHASES[config.trans.receiver_phase]?.(decide) ?? {};
  return () => filter;
}

const PHASES: readonly ((decide: (context: StreamContext) => Verdict) => StreamFilter)[] = [
  (beforeRoute) => ({ beforeRoute }),
  (afterRoute) => ({ afterRoute }),
  (afterChooseHost) => ({ afterChooseHost }),
];
