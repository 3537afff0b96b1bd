import type { ApiClient, PushDetail, WhyFinding } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findProxies, nameOf } from '../mesh/find-proxy.ts';
import { allRules, type FoundRule } from '../rules/find-rule.ts';
import { ruleTypes } from '../rules/rule-types.ts';
import { type Finding, fail, offThing, ok, type Step, type SteppedThing, stepsOutcome, walkSteps } from './findings.ts';

export interface DoctorRuleOptions {
  readonly app: string;
  readonly type?: string;
  readonly rule?: string;
}

/** Links of the chain from a rule to requests. */
const LINKS = ['enabled', 'app', 'pushed', 'received', 'matched'] as const;
type Link = (typeof LINKS)[number];

/** Which link a finding is about; all others are about requests. */
const LINK_OF: Readonly<Record<string, Link>> = {
  'why.disabled': 'enabled',
  'why.list-off': 'enabled',
  'why.observes': 'enabled',
  'why.unknown-app': 'app',
  'why.app-away': 'app',
  'warning.no-proxy': 'app',
  'why.frozen': 'pushed',
  'why.no-subscriber': 'pushed',
  'warning.no-subscriber-of-service': 'pushed',
  'why.rejected': 'received',
  'why.pending': 'received',
  'why.silent': 'received',
};

/**
 * `weft doctor rule`: every link from a rule to the requests that it is for. What is wrong is found by the control plane,
 * as for `weft why --rule`; here it stands at its place in the chain.
 */
export async function doctorRule(client: ApiClient, { app, type, rule: wanted }: DoctorRuleOptions): Promise<Outcome> {
  const found = (await allRules(await ruleTypes(client, type), { app })).filter(({ rule }) => rule.app === app);
  const rules = wanted === undefined ? found : found.filter(({ rule }) => isNamed(rule, wanted));
  if (wanted !== undefined && rules.length === 0)
    throw new CommandError(
      EXIT.FAILED,
      'NOT_FOUND',
      `there is no rule "${wanted}" for app ${app}; there are: ${found.map(({ rule }) => rule.name).join(', ') || 'none'}`,
    );
  if (rules.length === 0) return stepsOutcome([await walkSteps(titleOf(app, type), [noRule(app, type)])]);
  const things: SteppedThing[] = [];
  for (const rule of rules) things.push(await walkRule(client, rule));
  return stepsOutcome(things);
}

const isNamed = ({ name, ruleDbId }: FoundRule['rule'], wanted: string): boolean =>
  name === wanted || String(ruleDbId) === wanted;

const titleOf = (app: string, type: string | undefined): string => (type === undefined ? app : `${app}, ${type}`);

const noRule = (app: string, type: string | undefined): Step => ({
  name: 'there is a rule, and it is on',
  look: () => [
    fail(
      `there is no ${type === undefined ? '' : `${type} `}rule for app ${app}`,
      `weft rule list${type === undefined ? '' : ` --type ${type}`} shows those that there are`,
    ),
  ],
});

async function walkRule(client: ApiClient, { rule, of }: FoundRule): Promise<SteppedThing> {
  const id = rule.ruleDbId;
  const name = `${rule.app}/${rule.name} (${of.kind.segment} ${id})`;
  // Most are off on purpose: nothing is wrong with them, and there is no chain to follow.
  if (!rule.enabled) return offThing(name, `weft rule enable ${id} switches it on`);
  const { findings } = await client.ms.whyRule({ query: { type: of.kind.segment, id } });
  const push = await of.calls.push({ params: { id } });
  const own = rule.app === '*' ? [] : (await findProxies(client, rule.app)).filter(isOf(rule.app));
  const at = (link: Link, good: Finding): Step['look'] => {
    const said = findings.filter(({ code }) => (LINK_OF[code] ?? 'matched') === link).map(toFinding);
    return () => (said.some(({ result }) => result !== 'warn') ? said : [good, ...said]);
  };
  const proxies = own.map(nameOf).slice(0, SHOWN).join(', ');
  // Whoever calls the services of a rule of routing gets it, whatever his app.
  const whose = rule.app === '*' ? 'every app' : 'none does, and rules of this type go by the services that are called';
  const steps: Step[] = [
    { name: 'the rule is on', look: at('enabled', ok(`version ${rule.version}, ${rule.mode}`)) },
    { name: `proxies name ${rule.app} as their app`, look: at('app', ok(proxies || whose)) },
    { name: 'its document goes out', look: at('pushed', ok(documentsOf(push))) },
    { name: 'proxies have it', look: at('received', ok(receivedText(push))) },
    { name: 'requests meet its conditions', look: at('matched', ok(`${rule.hits5m} hits in 5 minutes`)) },
  ];
  return walkSteps(name, steps);
}

const SHOWN = 5;
const isOf =
  (app: string) =>
  (proxy: { readonly app: string; readonly connected: boolean }): boolean =>
    proxy.app === app && proxy.connected;

const toFinding = ({ result, text, advice }: WhyFinding): Finding => ({ result, what: text, advice });

const documentsOf = ({ dataIds }: PushDetail): string =>
  dataIds.map(({ dataId, version }) => `${dataId} version ${version}`).join(', ') || 'no document';

function receivedText({ dataIds }: PushDetail): string {
  const instances = dataIds.flatMap((document) => document.instances);
  const applied = instances.filter(({ result }) => result === 'APPLIED').length;
  return `${applied} of ${instances.length} ${instances.length === 1 ? 'proxy has' : 'proxies have'} the newest version`;
}
