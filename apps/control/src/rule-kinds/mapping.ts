import { type MappingTranscoder, type Message, message } from '@weft/api';
import type { AnyRuleBody, RuleKind } from '@weft/control';
import { checkMappingBody, mapping, toMappingDocument } from '@weft/governance/mapping';
import { ConfigError, formatProblem } from '@weft/kit';
import type { MappingRuleBody, MappingSpec } from '@weft/schema/wire';
import type { TranscoderDefinition } from '@weft/sdk';
import { ServiceMapping } from '@weft/transcoders/common/mapping';
import { governedKind } from './governed-kind.ts';

const governed = governedKind<MappingRuleBody>({
  rule: mapping,
  ownedBy: 'app',
  check(input) {
    const checked = checkMappingBody(input);
    if (checked.kind === 'refused') return checked;
    const { name, spec } = checked.body;
    try {
      // Which transcoders will use it is known to proxies; paths and types are the same to all of them.
      new ServiceMapping({ name, ...spec }, 'dubbo', 'spec');
      return checked;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { kind: 'refused', problems: error.problems };
    }
  },
  toDocument: toMappingDocument,
  preview({ spec: { service, methods, target, defaults } }) {
    const count = Object.keys(methods).length;
    const shared = { service, target: target || service };
    return {
      said:
        count === 0
          ? message('preview.mapping-defaults', shared)
          : message(defaults.unlisted ? 'preview.mapping-more' : 'preview.mapping', { ...shared, methods: count }),
      fields: {},
    };
  },
  warnings: ({ spec: { methods } }) => untyped(Object.keys(methods)),
});

/** Loaded when somebody tries one. */
const TRANSCODERS: Readonly<Record<MappingTranscoder, () => Promise<TranscoderDefinition>>> = {
  dubbo_http: async () => (await import('@weft/transcoders/dubbo-http')).dubboHttp,
  http_dubbo: async () => (await import('@weft/transcoders/http-dubbo')).httpDubbo,
  bolt_http: async () => (await import('@weft/transcoders/bolt-http')).boltHttp,
  http_bolt: async () => (await import('@weft/transcoders/http-bolt')).httpBolt,
};

/** Mappings of conversion. */
export const mappingRuleKind: RuleKind = {
  ...governed,
  // What is `mapping` in the document is `spec` where it is written.
  documentProblems: (text) =>
    governed
      .documentProblems(text)
      .map((problem) => ({ ...problem, path: problem.path.replace(/^(mappingRules\[\d+\]\.)mapping\b/, '$1spec') })),
  // Both went through `check`.
  shadows: (own, shared) => own.name === shared.name || targetOf(own) === targetOf(shared),
  async convert({ name, spec }, transcoder, request, answer) {
    const { tryMapping } = await import('@weft/transcoders/common/trial');
    // It went through `check`.
    const document = { name, ...(spec as MappingSpec) };
    try {
      const trial = tryMapping(await TRANSCODERS[transcoder](), document, request, answer);
      return { ...trial, request: trial.request && { ...trial.request, types: [...trial.request.types] } };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // What this transcoder asks of a mapping beyond what all do.
      return { request: null, answer: null, problem: error.problems.map(formatProblem).join('; ') };
    }
  },
};

/** Two mappings that have the same are for one service. */
function targetOf({ spec }: AnyRuleBody): string {
  const { service, version, group } = spec as MappingSpec;
  return JSON.stringify([service, version, group]);
}

/** What callers of HTTP can call over Dubbo and not over SOFARPC, which needs types. */
function untyped(methods: readonly string[]): Message[] {
  const names = methods.filter((name) => !name.includes('('));
  return names.length === 0 ? [] : [message('warning.mapping-untyped', { methods: names.join(', ') })];
}
