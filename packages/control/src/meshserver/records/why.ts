import {
  type Message,
  type MessageId,
  message,
  messageText,
  problemMessage,
  proxyMessage,
  type WhyFinding,
  type WhyResult,
} from '@weft/api';
import { nearestName } from '@weft/schema';
import type { Caller } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { ruleBefore } from '../rules/rule-before.ts';
import type { RuleStore, StoredRule } from '../rules/rule-store.ts';
import { RuleView } from '../rules/rule-view.ts';
import { unseenCallers } from '../rules/unseen-callers.ts';
import type { SidecarRecord } from '../sidecars/sidecars.ts';
import { askProxies, askRecords, proxyName, type SilentProxy } from './ask-proxies.ts';
import { instanceFinder, missingGroups } from './label-groups.ts';
import { missedCalls, sumOfUnread, type UnreadCalls } from './unread-calls.ts';

/** What proxies have seen of a rule; see the admin interface of the proxy. */
interface RuleSeen {
  readonly requests: number;
  readonly considered: number;
  readonly matched: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, { readonly actual: string; readonly count: number }>>;
  /** Calls whose service or method could not be read. */
  readonly unread: readonly UnreadCalls[];
}
/** How copies and the like came out at one proxy. */
interface Effort {
  readonly target: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly failedInARow: number;
  readonly reason: string;
}
interface EffortOfProxy extends Effort {
  readonly proxy: string;
  readonly proxyId: string;
}
interface SeenJson {
  readonly on: boolean;
  readonly rule: RuleSeen;
  /** Proxies of before do not say it. */
  readonly efforts?: readonly Effort[];
}
interface Seen {
  /** Null where nobody remembers any request. */
  readonly rule: RuleSeen | null;
  /** Those that were asked in vain. */
  readonly silent: readonly SilentProxy[];
  readonly efforts: readonly EffortOfProxy[];
}

/** How bytes are called that no protocol was found in. */
const RAW = 'tcp';
const MAX_SHOWN = 5;
/** Copies in a row that failed: then a target that took some before has gone. */
const GONE_AFTER = 10;

/** Why a rule does nothing, or what it does: looks at every link from its author to the requests, in this order. */
export async function whyRule(
  parts: MeshserverParts,
  caller: Caller,
  rules: RuleStore,
  id: number,
): Promise<WhyResult> {
  const rule = rules.get(caller, id);
  const found = new Findings();
  const { body } = rule;
  const receivers = receiversOf(parts, rule);
  // What only configures is never asked about a request.
  const decides = rules.kind.convert === undefined;
  const {
    rule: seen,
    silent,
    efforts,
  }: Seen = body.enabled && decides ? await seenBy(parts, rule, receivers) : { rule: null, silent: [], efforts: [] };
  if (!body.enabled) found.fail('why.disabled', {}, 'why.enable', { rule: rule.ruleDbId });
  const ownSidecars = lookAtApp(parts, rules, rule, found);
  // Whatever the registry knows: a rule that is asked about requests has the right names.
  if (decides && (seen === null || seen.considered === 0)) lookAtServices(parts, rules, rule, ownSidecars, found);
  const isListOff = body.enabled && lookAtLists(rules, rule, found);
  // What proxies have seen says it more exactly.
  if (seen === null || seen.considered === 0) lookAtOthers(rules, rule, found);
  lookAtGroups(parts, rule, found);
  // Whoever it let in said a name of the list, with a proxy or without.
  if (seen === null || seen.matched === 0) lookAtCallers(parts, rule, found);
  lookAtPush(parts, rules, rule, found);
  lookAtSilent(parts, receivers, silent, found);
  if (body.mode === 'OBSERVE') found.warn('why.observes');
  // Proxies do not even ask a rule whose list is off: what requests came says nothing of it.
  // Which proxies name it is theirs to know: this is no complaint.
  if (!decides) found.ok('why.by-name', { name: body.name }, 'why.explain-call');
  else if (seen !== null && !isListOff) lookAtRequests(parts, rule, receivers, seen, found);
  else if (seen === null && body.enabled && receivers.length > silent.length)
    found.warn('why.nothing-remembered', {}, 'why.switch-record-on');
  lookAtEfforts(efforts, (effort) => whyNoCopy(parts, rules, rule, effort), found);
  const findings = found.list.sort((a, b) => ORDER[a.result] - ORDER[b.result]);
  return {
    ruleDbId: rule.ruleDbId,
    type: rule.type,
    name: body.name,
    app: body.app,
    acts: findings.every(({ result }) => result !== 'fail'),
    findings,
  };
}

const ORDER = { fail: 0, warn: 1, ok: 2 } as const;

/** Collects what was found, with what to do about it. */
class Findings {
  readonly list: WhyFinding[] = [];

  fail(...said: Said): void {
    this.#add('fail', said);
  }

  warn(...said: Said): void {
    this.#add('warn', said);
  }

  ok(...said: Said): void {
    this.#add('ok', said);
  }

  #add(result: WhyFinding['result'], [code, params = {}, advice, adviceParams = {}]: Said): void {
    const said = message(code, params);
    const toDo = advice === undefined ? null : message(advice, adviceParams);
    this.list.push({
      code,
      result,
      text: messageText(said),
      message: said,
      advice: toDo === null ? '' : messageText(toDo),
      adviceMessage: toDo,
    });
  }
}
type Said = [code: MessageId, params?: Message['params'], advice?: MessageId, adviceParams?: Message['params']];

/** Whether there is a proxy that the documents of the rule are for; the proxies of its app. */
function lookAtApp(parts: MeshserverParts, { kind }: RuleStore, { instanceId, body }: StoredRule, found: Findings) {
  const all = parts.sidecars.list(instanceId);
  const own = body.app === '*' ? all : all.filter(({ node }) => node.app === body.app);
  // Rules that are by service reach whoever calls it.
  if (kind.ownedBy === 'service') return own;
  const { app } = body;
  if (own.length === 0) {
    const meant = nearestName(app, new Set(all.map(({ node }) => node.app)));
    if (app === '*') found.fail('warning.no-proxy');
    else if (meant === undefined) found.fail('why.unknown-app', { app }, 'why.compare-app');
    else found.fail('why.unknown-app', { app }, 'why.did-you-mean', { name: meant });
  } else if (!own.some(({ peer }) => peer !== null)) found.fail('why.app-away', { app }, 'why.start-proxy');
  return own;
}

/** Whether anybody provides and calls the services, and the app is on the side where the rule acts. */
function lookAtServices(
  parts: MeshserverParts,
  { kind }: RuleStore,
  { instanceId, body }: StoredRule,
  own: readonly SidecarRecord[],
  found: Findings,
): void {
  const { registry, sidecars } = parts;
  const named = body.services.filter((service) => service !== '*');
  const all = sidecars.list(instanceId);
  const isKnown = (service: string): boolean =>
    namesOf(service).some(
      (name) =>
        registry.providers(instanceId, name).length > 0 ||
        registry.consumers(instanceId, name).length > 0 ||
        all.some(({ inbound, outbound }) => inbound.has(name) || outbound.has(name)),
    );
  const unknown = named.filter((service) => !isKnown(service));
  for (const service of unknown.slice(0, MAX_SHOWN)) {
    const names = new Set([
      ...registry.dataIds(instanceId),
      ...all.flatMap(({ inbound, outbound }) => [...inbound.keys(), ...outbound.keys()]),
    ]);
    // The registry knows what somebody asked for, too.
    names.delete(service);
    const name = nearestName(service, names);
    const advice = name === undefined ? ('why.compare-service' as const) : ('why.did-you-mean' as const);
    const said: Said = ['why.unknown-service', { service }, advice, name === undefined ? {} : { name }];
    // One that is not there keeps nothing from acting for the others.
    if (unknown.length === named.length) found.fail(...said);
    else found.warn(...said);
  }
  // Rules that are by service act at whoever calls it, whatever app they are kept under.
  if (body.app === '*' || own.length === 0 || kind.ownedBy === 'service') return;
  const provides = (service: string): boolean =>
    namesOf(service).some(
      (name) =>
        registry.providers(instanceId, name).some(({ record }) => record.node.app === body.app) ||
        own.some(({ inbound }) => inbound.has(name)),
    );
  const calls = (service: string): boolean =>
    namesOf(service).some(
      (name) =>
        registry.consumers(instanceId, name).some(({ app }) => app === body.app) ||
        own.some(({ outbound }) => outbound.has(name)),
    );
  const server = body.direction === 'SERVER';
  const misplaced = named.filter((service) =>
    server ? !provides(service) && calls(service) : !calls(service) && provides(service),
  );
  const elsewhere = named.filter((service) => isKnown(service) && !provides(service) && !calls(service));
  if (elsewhere.length > 0 && elsewhere.length === named.length)
    for (const service of elsewhere.slice(0, MAX_SHOWN))
      found.fail('why.app-neither', { app: body.app, service }, 'why.who-calls', { service });
  if (misplaced.length === 0 || misplaced.length < named.length) return;
  // Where a type acts on one side only, it is the app that is wrong.
  const hasOther = kind.order[server ? 'CLIENT' : 'SERVER'] > 0;
  const turn = server ? 'why.direction-server' : 'why.direction-client';
  const move = server ? 'why.app-of-server' : 'why.app-of-client';
  for (const service of misplaced.slice(0, MAX_SHOWN)) found.fail(hasOther ? turn : move, { app: body.app, service });
}

/** What calls are named that rules for the service hold for: those of Triple on a listener of Http2 are calls of gRPC. */
const namesOf = (service: string): readonly string[] =>
  service.endsWith('@tri') ? [service, service.replace(/tri$/, 'grpc')] : [service];

/** Whether the list that the rule is in is off at all of its services. */
function lookAtLists(rules: RuleStore, rule: StoredRule, found: Findings): boolean {
  const { listOf } = rules.kind;
  const offAt = rules.offAt(rule);
  if (listOf === undefined || offAt.length === 0) return false;
  const { list, services } = listOf(rule.body);
  const word = message(`list.${list}` as MessageId);
  const said: Said = [
    'why.list-off',
    { list: word, services: offAt.slice(0, MAX_SHOWN).join(', ') },
    'why.switch-list-on',
    // Typed into a shell, where a bare star is something else.
    { app: shellWord(rule.body.app), service: shellWord(offAt[0] ?? ''), list: list.toLowerCase() },
  ];
  const isOff = offAt.length === services.length;
  if (isOff) found.fail(...said);
  else found.warn(...said);
  return isOff;
}

const shellWord = (text: string): string => (text === '*' ? "'*'" : text);

/** Whether another rule keeps this one from acting, whatever comes. */
function lookAtOthers(rules: RuleStore, rule: StoredRule, found: Findings): void {
  if (rules.kind.firstOnly !== true || !rule.body.enabled) return;
  const before = ruleBefore(rules.ofInstance(rule.instanceId), rule);
  if (before !== null) found.fail('warning.other-first', { rule: before.ruleDbId, name: before.body.name });
}

/** Whether there are instances where the rule sends requests. */
function lookAtGroups(parts: MeshserverParts, { instanceId, body }: StoredRule, found: Findings): void {
  const { missing, all } = missingGroups(body, instanceFinder(parts, instanceId));
  for (const { service, labels } of missing.slice(0, MAX_SHOWN)) {
    const said: Said = ['why.no-instance', { service, labels }, 'why.compare-labels', { service }];
    if (all) found.fail(...said);
    else found.warn(...said);
  }
}

/** Whether the apps that a list lets in or refuses are there. */
function lookAtCallers({ sidecars }: MeshserverParts, { instanceId, body }: StoredRule, found: Findings): void {
  const apps = new Set(sidecars.list(instanceId).map(({ node }) => node.app));
  for (const { id, params } of unseenCallers(body, apps).slice(0, MAX_SHOWN))
    found.warn(id as MessageId, params, 'why.compare-app');
}

/** Proxies that are connected and subscribe to the documents of the rule. */
function receiversOf(parts: MeshserverParts, rule: StoredRule): SidecarRecord[] {
  const { instanceId } = rule;
  const ids = new Set(
    new RuleView(parts).pushDetail(rule).dataIds.flatMap(({ instances }) => instances.map(({ proxyId }) => proxyId)),
  );
  return parts.sidecars.list(instanceId).filter(({ node, peer }) => peer !== null && ids.has(node.id));
}

/** Whether the proxies have the documents. */
function lookAtPush(parts: MeshserverParts, rules: RuleStore, rule: StoredRule, found: Findings): void {
  const { instanceId, body } = rule;
  const detail = new RuleView(parts).pushDetail(rule);
  const nobody = detail.dataIds.every(({ instances }) => instances.length === 0);
  if (nobody && found.list.every(({ result }) => result !== 'fail')) {
    if (rules.kind.ownedBy === 'service')
      found.fail('warning.no-subscriber-of-service', { service: body.services.join(', ') }, 'why.call-it');
    else found.fail('why.no-subscriber', { dataId: detail.dataIds[0]?.dataId ?? '' }, 'why.look-at-proxy');
  }
  for (const { version, instances } of detail.dataIds) {
    for (const { proxyId, app, result, reason, sentVersion } of instances) {
      const sidecar = parts.sidecars.find(instanceId, proxyId);
      const proxy = sidecar === undefined ? app : proxyName(sidecar);
      if (result === 'REJECTED')
        found.fail(
          'why.rejected',
          { proxy, version: sentVersion, reason: problemMessage(reason) ?? reason },
          'why.correct',
        );
      // What would be sent again would find nobody, either.
      else if (
        result === 'PENDING' &&
        body.enabled &&
        (sidecar === undefined || parts.sidecars.silentMs(sidecar) === 0)
      )
        found.warn('why.pending', { proxy, version }, 'why.push-again');
    }
  }
  const { frozen } = detail;
  if (frozen !== undefined && detail.pending > 0) found.fail('why.frozen', { operator: frozen.operator ?? '' });
}

/** Proxies that get the rule and say nothing, or not what they were asked. */
function lookAtSilent(
  { sidecars }: MeshserverParts,
  receivers: readonly SidecarRecord[],
  silent: readonly SilentProxy[],
  found: Findings,
): void {
  const asleep = receivers.filter((sidecar) => sidecars.silentMs(sidecar) > 0);
  for (const sidecar of asleep.slice(0, MAX_SHOWN)) {
    const seconds = Math.round(sidecars.silentMs(sidecar) / 1000);
    found.warn('why.silent', { proxy: proxyName(sidecar), seconds }, 'why.wake-proxy');
  }
  const ids = new Set(asleep.map(({ node }) => node.id));
  for (const { proxy, reason } of silent.filter(({ proxyId }) => !ids.has(proxyId)).slice(0, MAX_SHOWN))
    found.warn('why.not-answered', { proxy, reason: proxyMessage(reason) ?? reason }, 'why.look-at-proxy');
}

/** What became of the requests since the rule was changed last. */
async function seenBy(parts: MeshserverParts, rule: StoredRule, receivers: readonly SidecarRecord[]): Promise<Seen> {
  const { answers, silent } = await askProxies(receivers, (sidecar) =>
    askRecords<SeenJson>(parts, sidecar, {
      type: rule.type,
      rule: String(rule.ruleDbId),
      since: String(Math.floor(rule.modifiedAt - (Number.isFinite(sidecar.offsetMs) ? sidecar.offsetMs : 0))),
    }),
  );
  const remembering = answers.filter(({ answer }) => answer.on);
  return {
    rule: remembering.length === 0 ? null : sumOf(remembering.map(({ answer }) => answer.rule)),
    silent,
    efforts: answers.flatMap(({ sidecar, answer }) =>
      (answer.efforts ?? []).map((effort) => ({ ...effort, proxy: proxyName(sidecar), proxyId: sidecar.node.id })),
    ),
  };
}

/** True: calls that cannot be read are why the rule did nothing. */
function lookAtUnread(
  { registry }: MeshserverParts,
  { instanceId, body }: StoredRule,
  seen: RuleSeen,
  found: Findings,
): boolean {
  const protocolsOf = (service: string): ReadonlySet<string> =>
    new Set(registry.providers(instanceId, service).map(({ record }) => record.publication.protocol.toLowerCase()));
  const missed = missedCalls(body, seen.unread, protocolsOf);
  const inWords = (names: readonly string[]): string => names.slice(0, MAX_SHOWN).join(', ');
  for (const { service, protocol, reason, count } of missed.slice(0, MAX_SHOWN)) {
    const said: Said =
      service === ''
        ? ['why.unread', { protocol, count, reason, services: inWords(body.services) }, 'why.readable']
        : ['why.no-method', { service, count, reason, methods: inWords(body.methods) }, 'why.every-method'];
    if (seen.considered === 0) found.fail(...said);
    else found.warn(...said);
  }
  return missed.length > 0;
}

/** What the proxies have seen of the rule. */
function lookAtRequests(
  parts: MeshserverParts,
  rule: StoredRule,
  receivers: readonly SidecarRecord[],
  seen: RuleSeen,
  found: Findings,
): void {
  const { body } = rule;
  const inward = body.direction === 'SERVER';
  const isUnread = lookAtUnread(parts, rule, seen, found);
  if (seen.considered === 0) {
    if (isUnread) return;
    const raw = receivers.filter((sidecar) =>
      [...(inward ? sidecar.inbound : sidecar.outbound).values()].some(
        ({ protocol, rps }) => protocol.toLowerCase() === RAW && rps > 0,
      ),
    );
    for (const sidecar of raw.slice(0, MAX_SHOWN))
      found.fail('why.not-decoded', { proxy: proxyName(sidecar) }, 'why.name-protocol');
    if (raw.length > 0) return;
    if (seen.requests === 0) found.warn('why.no-requests');
    else found.warn('why.other-requests', { requests: seen.requests });
    return;
  }
  const { considered, matched } = seen;
  const idle = Object.values(seen.skipped).reduce((sum, count) => sum + count, 0);
  for (const [why, count] of top(seen.skipped)) {
    const params = { why: why.replace(/^not asked: /, ''), count, considered };
    if (idle >= considered) found.fail('why.other-first', params);
    else found.warn('why.other-first', params);
  }
  const refused = (seen.verdicts['reject'] ?? 0) + (seen.verdicts['would_reject'] ?? 0);
  // A whitelist refuses those that it does not match.
  if (matched === 0 && refused === 0)
    for (const [condition, { actual, count }] of Object.entries(seen.failed)
      .sort((a, b) => b[1].count - a[1].count)
      .slice(0, MAX_SHOWN))
      found.fail('why.condition', { condition, value: actual === '' ? '""' : actual, count, considered });
  else if (idle < considered) {
    const instead = INSTEAD[rule.type];
    const delayed = (seen.verdicts['delay'] ?? 0) + (seen.verdicts['would_delay'] ?? 0);
    if (answersInstead(rule)) {
      const code = body.mode === 'OBSERVE' ? 'why.would-answer' : 'why.answers';
      found.ok(code, { considered, matched, answered: refused });
    } else if (rule.type === 'FAULT_INJECT') {
      const code = body.mode === 'OBSERVE' ? 'why.would-fail' : 'why.fails';
      found.ok(code, { considered, matched, failed: refused, delayed });
    } else if (instead !== undefined && refused + delayed === 0) {
      found.ok(body.mode === 'OBSERVE' ? 'why.only-watched' : instead, { considered, matched });
    } else found.ok(body.mode === 'OBSERVE' ? 'why.watches' : 'why.acts', { considered, matched, refused, delayed });
  }
}

/** What types of rules are there for that neither refuse nor delay, but where a rule of routing finds no instance. */
const INSTEAD: Readonly<Record<string, MessageId>> = {
  ROUTE: 'why.chooses',
  MIRROR: 'why.copies',
  ISOLATE: 'why.judges',
};

/** What proxies call a refusal is an answer then, with which a caller can go on. */
const answersInstead = ({ type, body }: StoredRule): boolean =>
  type === 'DOWNGRADE' && ((body.spec as { readonly action?: string }).action ?? 'REJECT') !== 'REJECT';

/** Whether what the rule sends elsewhere arrives there, proxy by proxy. */
function lookAtEfforts(efforts: Seen['efforts'], cause: (effort: EffortOfProxy) => Said | null, found: Findings): void {
  const failing = efforts.filter(({ failed }) => failed > 0).sort((a, b) => b.failed - a.failed);
  for (const effort of failing.slice(0, MAX_SHOWN)) {
    const { proxy, target, succeeded, failed, failedInARow, reason } = effort;
    const known = succeeded === 0 ? cause(effort) : null;
    if (known !== null) {
      found.fail(...known);
      continue;
    }
    const of = { proxy, target, reason };
    const advice = ['why.look-at-target', { target }] as const;
    if (succeeded === 0) found.fail('why.no-copy', { ...of, failed }, ...advice);
    else if (failedInARow >= GONE_AFTER)
      found.fail('why.copies-end', { ...of, failed: failedInARow, succeeded }, ...advice);
    else found.warn('why.some-copies', { ...of, failed, all: failed + succeeded }, ...advice);
  }
}

/** Why nothing arrives at a service: nobody publishes it, or the proxy does not find it; null when it is neither. */
function whyNoCopy(
  { registry }: MeshserverParts,
  { kind }: RuleStore,
  { instanceId, body }: StoredRule,
  { proxy, proxyId, target: service, failed }: EffortOfProxy,
): Said | null {
  if (kind.sendsTo?.(body) !== service) return null;
  const [provider] = registry.providers(instanceId, service);
  if (provider === undefined) {
    const names = new Set(registry.dataIds(instanceId));
    // The registry knows what somebody asked for, too.
    names.delete(service);
    const name = nearestName(service, names);
    const code = 'why.copies-to-nobody';
    const params = { proxy, service, failed };
    return name === undefined ? [code, params, 'why.compare-service'] : [code, params, 'why.did-you-mean', { name }];
  }
  if (registry.subscriptionsOf(instanceId, proxyId).some(({ dataId }) => dataId === service)) return null;
  const { protocol } = provider.record.publication;
  return ['why.copies-not-subscribed', { proxy, service, failed }, 'why.subscribe', { service, protocol }];
}

const top = (counts: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_SHOWN);

function sumOf(all: readonly RuleSeen[]): RuleSeen {
  const sum = { requests: 0, considered: 0, matched: 0 };
  const verdicts: Record<string, number> = {};
  const skipped: Record<string, number> = {};
  const failed: Record<string, { actual: string; count: number }> = {};
  for (const seen of all) {
    sum.requests += seen.requests;
    sum.considered += seen.considered;
    sum.matched += seen.matched;
    for (const [name, count] of Object.entries(seen.verdicts)) verdicts[name] = (verdicts[name] ?? 0) + count;
    for (const [name, count] of Object.entries(seen.skipped)) skipped[name] = (skipped[name] ?? 0) + count;
    for (const [name, { actual, count }] of Object.entries(seen.failed))
      failed[name] = { actual, count: count + (failed[name]?.count ?? 0) };
  }
  return { ...sum, verdicts, skipped, failed, unread: sumOfUnread(all.flatMap(({ unread }) => unread)) };
}
