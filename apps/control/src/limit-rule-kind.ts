import type { RuleKind, SimulatedCall } from '@weft/control';
import { type RequestDescription, simulateRules } from '@weft/governance/common';
import { checkLimitBody, previewLimit, rateLimit, toLimitDocument } from '@weft/governance/rate-limit';
import { ConfigError, type ConfigProblem } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { type FlowControlDocument, flowControlDocumentSchema, type LimitRuleBody } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';

/** Rate limiting, with the code that proxies have. */
export const limitRuleKind: RuleKind = {
  type: 'LIMIT',
  check: checkLimitBody,
  toDocument: toLimitDocument,
  documentProblems(text) {
    try {
      return rateLimit.compile([{ dataId: '', version: 1, value: readDocument(text) }], UNKNOWN_NODE).problems;
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      if (error instanceof SyntaxError) return [notJson(error)];
      throw error;
    }
  },
  preview: previewLimit,
  simulate(rules, call) {
    const byApp = Map.groupBy(rules, ({ body }) => body.app);
    const documents = [...byApp].map(([app, own], index) => ({
      dataId: app,
      version: index + 1,
      value: readDocument(JSON.stringify(toLimitDocument(app, own as { ruleDbId: number; body: LimitRuleBody }[]))),
    }));
    const node = { ...UNKNOWN_NODE, app: call.app, zone: call.zone };
    const request = describe(call);
    return simulateRules(rateLimit, documents, node, call.direction, new Array(call.requests).fill(request));
  },
};

function readDocument(text: string): FlowControlDocument {
  return parseConfig(JSON.parse(text), flowControlDocumentSchema).value;
}

const notJson = (error: SyntaxError): ConfigProblem => ({
  file: '',
  path: '',
  message: error.message,
  expected: 'a JSON object with flowControlRules',
});

/** The request in the words of the rules: what stands behind the `@` of a service says how it is called. */
function describe(call: SimulatedCall): RequestDescription {
  const at = call.service.lastIndexOf('@');
  const name = at < 0 ? call.service : call.service.slice(0, at);
  const protocol = at < 0 ? '' : call.service.slice(at + 1);
  const common = {
    headers: call.headers,
    system: {
      ...(call.sourceApp === '' ? {} : { 'source.app.name': call.sourceApp }),
      ...(call.sourceIp === '' ? {} : { 'source.ip': call.sourceIp }),
    },
    atMs: 0,
  };
  if (protocol.startsWith('Http'))
    return { ...common, protocol: 'http', host: name, path: call.httpPath, method: call.httpMethod };
  if (protocol === 'grpc' || protocol === 'tri')
    return { ...common, protocol: 'grpc', service: name, method: call.method, path: `/${name}/${call.method}` };
  return { ...common, protocol: 'bolt', service: call.service, method: call.method };
}
