import type { Message } from '@weft/api';
import type {
  AnyRuleBody,
  KeyedRule,
  RecordedCall,
  RuleKind,
  RuleList,
  RulePreviewed,
  SimulatedCall,
} from '@weft/control';
import { type ReplayedRequest, type RequestDescription, replayRules, simulateRules } from '@weft/governance/common';
import { ConfigError, type ConfigProblem } from '@weft/kit';
import { createRandom } from '@weft/kit/random';
import { parseConfig } from '@weft/schema';
import { RULE_DOCUMENTS } from '@weft/schema/data-id';
import { type GovernanceRule, markUnsaid, UNKNOWN_NODE, UNSAID } from '@weft/sdk';
import type { PeerRule } from './peers.ts';

/** What a rule type has beside the definition that proxies use. */
export interface GovernedKind<Body extends AnyRuleBody> {
  /** The definition that proxies use. */
  readonly rule: GovernanceRule;
  readonly ownedBy: RuleKind['ownedBy'];
  readonly listOf?: (body: Body) => RuleList;
  readonly firstOnly?: boolean;
  readonly ttlSecondsOf?: (body: Body) => number;
  /** With `ttlSecondsOf`: the same rule without an end, as it is tried on requests of a time that may be longer. */
  readonly withoutEnd?: (body: Body) => Body;
  check(
    input: unknown,
  ):
    | { readonly kind: 'ok'; readonly body: Body }
    | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };
  toDocument(owner: string, rules: readonly { readonly ruleDbId: number; readonly body: Body }[]): unknown;
  preview(body: Body, instances: number): RulePreviewed;
  readonly warnings?: (body: Body) => readonly Message[];
  readonly conflicts?: (rule: PeerRule<Body>, others: readonly PeerRule<Body>[]) => readonly Message[];
  readonly sendsTo?: (body: Body) => string;
}

/** A rule type of the proxies as the control plane takes it. */
export function governedKind<Body extends AnyRuleBody>(kind: GovernedKind<Body>): RuleKind {
  const { rule } = kind;
  const readDocument = (value: unknown): unknown => parseConfig(value, rule.schema).value;
  const toDocument = (owner: string, rules: readonly KeyedRule[]): unknown =>
    // Every body of this type went through `check`.
    kind.toDocument(owner, rules as readonly { ruleDbId: number; body: Body }[]);
  const ownersOf = (body: AnyRuleBody): readonly string[] => (kind.ownedBy === 'app' ? [body.app] : body.services);
  const documentsOf = (rules: readonly KeyedRule[]) =>
    [...new Set(rules.flatMap(({ body }) => ownersOf(body)))].map((owner, index) => {
      const own = rules.filter(({ body }) => ownersOf(body).includes(owner));
      const text = JSON.stringify(toDocument(owner, own));
      return { dataId: owner, version: index + 1, value: readDocument(JSON.parse(text)) };
    });
  return {
    type: rule.type,
    ownedBy: kind.ownedBy,
    ...(kind.listOf === undefined
      ? {}
      : { listOf: (body) => (kind.listOf as NonNullable<typeof kind.listOf>)(body as Body) }),
    ...(kind.ttlSecondsOf === undefined
      ? {}
      : { ttlSecondsOf: (body) => (kind.ttlSecondsOf as NonNullable<typeof kind.ttlSecondsOf>)(body as Body) }),
    ...(kind.warnings === undefined
      ? {}
      : { warnings: (body) => (kind.warnings as NonNullable<typeof kind.warnings>)(body as Body) }),
    ...(kind.conflicts === undefined
      ? {}
      : {
          conflicts: (own, others) =>
            (kind.conflicts as NonNullable<typeof kind.conflicts>)(
              own as PeerRule<Body>,
              others as readonly PeerRule<Body>[],
            ),
        }),
    ...(kind.sendsTo === undefined
      ? {}
      : { sendsTo: (body) => (kind.sendsTo as NonNullable<typeof kind.sendsTo>)(body as Body) }),
    firstOnly: kind.firstOnly === true,
    order: rule.order,
    check: kind.check,
    toDocument,
    documentProblems(text) {
      try {
        return rule.compile([{ dataId: '', version: 1, value: readDocument(JSON.parse(text)) }], UNKNOWN_NODE).problems;
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
        if (error instanceof SyntaxError) return [notJson(error, RULE_DOCUMENTS[rule.type].list)];
        throw error;
      }
    },
    preview: (body, instances) => kind.preview(body as Body, instances),
    simulate(rules, call) {
      const documents = documentsOf(rules);
      const node = { ...UNKNOWN_NODE, app: call.app, zone: call.zone };
      const requests = new Array(call.requests).fill(describe(call));
      return simulateRules(rule, documents, node, call.direction, requests, SIMULATION_MS).map((answer) => ({
        ...answer,
        rules: markUnsaid(answer.rules),
      }));
    },
    replay(rules, proxy, direction, calls, hasHost) {
      const requests = calls.map((call) => replayedRequest(call, direction === 'CLIENT' ? proxy.labels : {}));
      const lasting = rules.map((item) => ({ ...item, body: kind.withoutEnd?.(item.body as Body) ?? item.body }));
      return replayRules(rule, documentsOf(lasting), proxy, direction, requests, createRandom(1).next, hasHost);
    },
  };
}

/** The control plane does nothing else meanwhile. */
const SIMULATION_MS = 500;

const notJson = (error: SyntaxError, list: string): ConfigProblem => ({
  file: '',
  path: '',
  message: error.message,
  expected: `a JSON object with ${list}`,
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
      'source.ip': call.sourceIp || UNSAID,
    },
    atMs: 0,
  };
  if (protocol.startsWith('Http'))
    return { ...common, protocol: 'http', host: name, path: call.httpPath, method: call.httpMethod };
  if (protocol === 'grpc' || protocol === 'tri') {
    // Version and group are no part of a path.
    const [called = ''] = name.split(':');
    // On a listener of Triple a service keeps its whole name; only there do rules of its version hold.
    const service = protocol === 'tri' ? call.service : called;
    return { ...common, protocol, service, method: call.method, path: `/${called}/${call.method}` };
  }
  return { ...common, protocol: 'bolt', service: call.service, method: call.method };
}

/** What a proxy remembers, in the words of the rules; labels are those of the caller. */
function replayedRequest(call: RecordedCall, labels: Readonly<Record<string, string>>): ReplayedRequest {
  const { isHttp, service, host, path, headers: pairs, stands, failed, localPort, timeoutMs } = call;
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const name = pairs[i] as string;
    const value = pairs[i + 1] as string;
    // Several values of HTTP are one list.
    headers[name] = isHttp && headers[name] !== undefined ? `${headers[name]},${value}` : value;
  }
  return {
    protocol: !isHttp ? call.protocol : service === '' ? 'http' : 'grpc',
    host,
    path,
    service,
    method: isHttp && service === '' ? call.httpMethod : call.method,
    headers,
    labels,
    system: {
      'source.app.name': call.sourceApp,
      'source.ip': call.sourceIp,
      'destination.app.name': call.targetApp,
      'destination.ip': call.targetIp,
      'destination.service.name': call.serviceId,
    },
    atMs: call.nowMs,
    localPort,
    timeoutMs,
    stands,
    failed,
    durationMs: Math.max(0, call.durationMs),
  };
}
