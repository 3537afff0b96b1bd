import { type Message, message } from '@weft/api';
import { checkMappingBody, mapping, toMappingDocument } from '@weft/governance/mapping';
import { ConfigError } from '@weft/kit';
import type { MappingRuleBody } from '@weft/schema/wire';
import { ServiceMapping } from '@weft/transcoders/common/mapping';
import { governedKind } from './governed-kind.ts';

/** Mappings of conversion. */
export const mappingRuleKind = governedKind<MappingRuleBody>({
  rule: mapping as never,
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
  preview({ spec: { service, methods, target } }) {
    const count = Object.keys(methods).length;
    const shared = { service, target: target || service };
    return {
      said:
        count === 0
          ? message('preview.mapping-defaults', shared)
          : message('preview.mapping', { ...shared, methods: count }),
      fields: {},
    };
  },
  warnings: ({ spec: { methods } }) => untyped(Object.keys(methods)),
});

/** What callers of HTTP can call over Dubbo and not over SOFARPC, which needs types. */
function untyped(methods: readonly string[]): Message[] {
  const names = methods.filter((name) => !name.includes('('));
  return names.length === 0 ? [] : [message('warning.mapping-untyped', { methods: names.join(', ') })];
}
