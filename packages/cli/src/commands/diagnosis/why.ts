import { type ApiClient, ApiError, type Provider, type Sidecar, type SidecarDetail } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findProxies, nameOf, silentMs } from '../mesh/find-proxy.ts';
import { type Callers, callersOf, leftOutBy, notKnown } from '../mesh/left-out.ts';
import { nearServices } from '../mesh/near-services.ts';
import { findRule } from '../rules/find-rule.ts';
import type { Rule } from '../rules/rule-types.ts';
import { type Finding, fail, ok, outcomeOf, warn } from './findings.ts';

/** `weft why`. */
export function addWhyCommand(program: Command, show: Show): void {
  withConnection(
    program
      .command('why')
      .argument('[proxy|service]', 'id or name of a proxy, an app, or the dataId of a service')
      .description('why a proxy or a service is not as it should be, or a rule does nothing'),
  )
    .option('--rule <rule>', 'a rule, by number, name or app/name: the first link that keeps it from acting')
    .option('--type <type>', 'type of the rule, where the name alone does not say which')
    .addHelpText(
      'after',
      helpText(
        '0 all is well or bearable, 1 something is wrong or there is no such thing',
        'weft why reviews-v2',
        'weft why --rule details/echo-qps',
        'weft why com.weft.bookinfo.RatingsService:1.0@DEFAULT',
      ),
    )
    .action(async (wanted: string | undefined, options: ConnectionOptions & WhyOptions) => {
      const { rule } = options;
      if ((wanted === undefined) === (rule === undefined))
        throw new CommandError(EXIT.USAGE, 'usage', 'give a proxy or service, or --rule with a rule');
      const run = (client: ApiClient) =>
        rule === undefined ? runWhy(client, wanted ?? '') : whyRule(client, rule, options.type);
      show(await withClient(options, run));
    });
}

interface WhyOptions {
  readonly rule?: string;
  readonly type?: string;
}

/** Why a rule does nothing, or what it does. */
async function whyRule(client: ApiClient, wanted: string, type?: string): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, type);
  const { findings } = await client.ms.whyRule({ query: { type: of.kind.segment, id: rule.ruleDbId } });
  const name = `${rule.app}/${rule.name} (${of.kind.segment} ${rule.ruleDbId})`;
  return outcomeOf([{ name, findings: findings.map(({ result, text, advice }) => ({ result, what: text, advice })) }]);
}

async function runWhy(client: ApiClient, wanted: string): Promise<Outcome> {
  if (wanted.includes('@')) return outcomeOf([{ name: wanted, findings: await aboutService(client, wanted) }]);
  const proxies = await findProxies(client, wanted);
  if (proxies.length === 0) {
    const near = await nearServices(client, wanted);
    throw new CommandError(
      EXIT.FAILED,
      'not_found',
      `there is no proxy or service "${wanted}"; ${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}weft service list names the services, and a proxy is known once it has reported`,
    );
  }
  const rows = [];
  for (const proxy of proxies)
    rows.push({
      name: `${nameOf(proxy)} (${proxy.proxyId.slice(0, 8)}, ${proxy.podIp})`,
      findings: await aboutProxy(client, proxy),
    });
  return outcomeOf(rows);
}

/** Whether a proxy is there, and how its parts are. */
export function aboutLife(detail: SidecarDetail): Finding[] {
  const findings: Finding[] = [];
  const seen = `last report ${detail.lastSeenAt}`;
  const forMs = silentMs(detail, Date.now());
  if (forMs > 0)
    findings.push(
      fail(
        `connected, and nothing was heard of it for ${Math.round(forMs / 1000)} s; ${seen}`,
        'its main thread hangs or the machine stands still, and the rest is of that time: weft proxy status on that machine, then restart it',
      ),
    );
  else if (detail.connected) findings.push(ok(`connected, ${detail.state}, ${detail.rps.toFixed(1)} requests/s`));
  else
    findings.push(
      fail(
        `not connected (${detail.state}${detail.stateReason === '' ? '' : `: ${detail.stateReason}`}); ${seen}`,
        'is the process alive, and does it reach the gRPC port of the control plane? It serves with what it has meanwhile',
      ),
    );
  for (const { name, health, message } of detail.components)
    findings.push(health ? ok(`${name} is well`) : fail(`${name}: ${message || 'not well'}`, 'its log says more'));
  return findings;
}

async function aboutProxy(client: ApiClient, proxy: Sidecar): Promise<Finding[]> {
  const detail = await client.ms.getSidecar({ params: { proxyId: proxy.proxyId } });
  const findings = aboutLife(detail);
  for (const name of detail.degraded)
    findings.push(warn(`${name}: data of an earlier time`, 'ends by itself once the control plane answers'));
  for (const { dataId, sentVersion, appliedVersion, state, reason } of detail.values) {
    if (reason !== '')
      findings.push(
        fail(
          `refuses version ${sentVersion} of ${dataId}: ${reason}`,
          'correct the rule; the version before stays in force',
        ),
      );
    else if (state !== 'APPLIED')
      findings.push(
        warn(
          `has version ${appliedVersion} of ${dataId}, which is not the one that is stored (${sentVersion} was sent)`,
          silentMs(detail, Date.now()) > 0
            ? 'it gets what is stored once it goes on'
            : 'weft rule push-status says which it waits for; weft rule push sends it again',
        ),
      );
    else findings.push(ok(`has version ${appliedVersion} of ${dataId}`));
  }
  if (detail.publications.length === 0)
    findings.push(warn('publishes nothing', 'its application publishes by PUT /v1/discovery/publications/{dataId}'));
  for (const { dataId, address } of detail.publications) findings.push(ok(`publishes ${dataId} at ${address}`));
  for (const { dataId, endpoints } of detail.subscriptions)
    findings.push(
      endpoints > 0
        ? ok(`finds ${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'} of ${dataId}`)
        : fail(`finds no endpoint of ${dataId}`, `weft why '${dataId}' looks at its providers`),
    );
  for (const left of leftOut(detail.events))
    findings.push(
      warn(`leaves out ${left}`, 'look at that instance; it comes back by itself, or by weft rule release'),
    );
  for (const out of leftOut(detail.events, OWN_INSTANCE))
    findings.push(
      warn(
        `all callers leave it out: ${out}`,
        'look at the application beside it; it comes back by itself, or by weft rule release',
      ),
    );
  return findings;
}

/** What a proxy tells of instances that it leaves out, and of its own, which all callers leave out. */
const OF_CALLER = { begin: 'isolate.begin', end: 'isolate.end' };
export const OWN_INSTANCE = { begin: 'isolate.out', end: 'isolate.back' };

/** The instances that rules leave out, by what the proxy told of them. */
export function leftOut(
  events: readonly { readonly kind: string; readonly message: string }[],
  { begin, end } = OF_CALLER,
): string[] {
  const left = new Map<string, string>();
  for (const { kind, message } of events) {
    const [, name = message] = /^(.*, rule \d+)/.exec(message) ?? [];
    if (kind === begin) left.set(name, message);
    if (kind === end) left.delete(name);
  }
  return [...left.values()];
}

/** As applications publish that say none. */
const USUAL_WEIGHT = 100;

/** Whether a provider gets traffic, and else what gives it some. */
export function aboutProvider(
  serviceId: string,
  provider: AskedProvider,
  callers: Callers = { consumerCount: 0, isolated: [], silent: 0 },
): Finding {
  const { address, state, stateBy, weight, publishedWeight, app, meshed } = provider;
  const by = stateBy === '' ? '' : ` by ${stateBy}`;
  if (state === 'Disabled')
    return warn(`${address} of ${app} is disabled${by}`, `weft service enable '${serviceId}' ${address}`);
  if (state === 'Isolated')
    return warn(
      `${address} of ${app} is isolated: its own proxy found that it fails (rule ${stateBy})`,
      `weft rule isolated says for how long; weft rule release ${app}/${stateBy} --host ${address} ends it`,
    );
  if (weight === 0) {
    const before = publishedWeight === 0 ? USUAL_WEIGHT : publishedWeight;
    return warn(
      `${address} of ${app} has weight 0${publishedWeight === 0 ? ', as it was published' : by}`,
      `weft service weight '${serviceId}' ${address} --to ${before}`,
    );
  }
  if (state !== 'Enabled')
    return warn(`${address} of ${app} is ${state}`, `look at the proxy beside it: weft why ${app}`);
  const without = leftOutBy(callers, serviceId, address);
  if (without !== undefined)
    return warn(
      `${address} of ${app} is left out by ${without.by}`,
      `weft rule isolated says for how long; weft rule release ${without.rules[0]} --host ${address} ends it`,
    );
  return ok(`${address} of ${app} gets traffic${meshed ? '' : ', without a proxy'}`);
}

type AskedProvider = Pick<Provider, 'address' | 'state' | 'stateBy' | 'weight' | 'publishedWeight' | 'app' | 'meshed'>;

async function aboutService(client: ApiClient, serviceId: string): Promise<Finding[]> {
  const params = { serviceId };
  const service = await client.ms.getService({ params });
  const providers = await allPages((page) => client.ms.listProviders({ params, query: page }));
  const { items: rules } = await client.ms.listServiceRules({ params, query: { size: 100 } });
  const findings: Finding[] = [];
  if (providers.length === 0)
    findings.push(
      fail(
        'nobody provides it',
        'is an application running that publishes it through its proxy? A lease ends 10 s after its proxy is gone',
      ),
    );
  const callers = await callersOf(client, service, rules);
  for (const provider of providers) findings.push(aboutProvider(serviceId, provider, callers));
  const gap = notKnown(callers);
  if (gap !== '') findings.push(warn(gap, 'weft rule isolated names who does not answer'));
  if (providers.length > 0 && service.enabledCount === 0)
    findings.push(
      providers.every(({ state }) => state === 'Draining')
        ? fail('every provider has weight 0', `weft service weight '${serviceId}' ADDRESS --to ${USUAL_WEIGHT}`)
        : fail('no provider is enabled', `weft service enable '${serviceId}' ADDRESS`),
    );
  if (service.protectThreshold.active)
    findings.push(
      warn(
        `protected: ${service.protectThreshold.reason}`,
        'too many providers went at once; dead ones may still be listed',
      ),
    );
  if (service.consumerCount === 0)
    findings.push(
      warn('nobody subscribes to it', 'a caller subscribes by PUT /v1/discovery/subscriptions/{dataId} of its proxy'),
    );
  else findings.push(ok(`${service.consumerCount} ${service.consumerCount === 1 ? 'consumer' : 'consumers'}`));
  for (const rule of rules.filter((item) => item.enabled)) {
    const failed = rule.type === 'MIRROR' ? await whyNotCopied(client, rule) : [];
    findings.push(...(failed.length > 0 ? failed : [aboutRuleOf(rule)]));
  }
  return findings;
}

/** Whether requests were for a rule that copies says nothing of whether the copies arrive. */
async function whyNotCopied(client: ApiClient, { app, name, ruleDbId }: AskedRule): Promise<Finding[]> {
  try {
    const { findings } = await client.ms.whyRule({ query: { type: 'mirror', id: ruleDbId } });
    return findings.flatMap(({ result, text, advice }) =>
      result === 'fail' ? [fail(`rule ${app}/${name}: ${text}`, advice)] : [],
    );
  } catch (error) {
    // Who may read the rules of a service need not be allowed to read those of each type.
    if (error instanceof ApiError && error.status === FORBIDDEN) return [];
    throw error;
  }
}
const FORBIDDEN = 403;

/** What rules do to requests that they are for and refuse none of. */
const DID: Readonly<Record<string, string>> = {
  ROUTE: 'chose the instances of',
  MIRROR: 'was for',
  ISOLATE: 'judged instances by',
};

/** What a rule that is on did to the requests of a service lately. */
export function aboutRuleOf({ type, app, name, mode, ruleDbId, hits5m }: AskedRule): Finding {
  const rule = `rule ${app}/${name}`;
  const did = DID[type];
  if (did !== undefined) return ok(`${rule} ${did} ${hits5m} requests in 5 minutes`);
  if (hits5m === 0) return ok(`${rule} is on and refused nothing in 5 minutes`);
  return warn(
    `${rule} (${mode}) ${mode === 'CONTROL' ? 'refused' : 'would have refused'} ${hits5m} requests in 5 minutes`,
    `weft rule disable ${ruleDbId} switches it off`,
  );
}
type AskedRule = Pick<Rule, 'type' | 'app' | 'name' | 'mode' | 'ruleDbId' | 'hits5m'>;
