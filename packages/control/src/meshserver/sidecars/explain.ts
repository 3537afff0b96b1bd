import {
  type BodyOf,
  chosenHosts,
  type ExplainResult,
  type ExplainStep,
  type HostChoices,
  type Message,
  message,
  messageText,
  type ms,
} from '@weft/api';
import { invalid } from '../../http/index.ts';
import type { ExplainedRule } from '../rules/rule-kind.ts';
import { stepOfRule } from '../rules/simulate.ts';

const FIRST_ERROR = 400;
/** Services that a proxy knows, as far as they are named. */
const MAX_KNOWN = 20;

/** The question as the admin interface of a proxy takes it. */
export function explainUrl(body: BodyOf<(typeof ms)['routes']['explain']>): string {
  const query = new URLSearchParams({ protocol: body.protocol });
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') query.set(name, value);
  };
  set('listener', body.listener);
  set('method', body.method);
  set('host', body.authority);
  set('path', body.path);
  set('service', body.service);
  set('source-ip', body.sourceIp);
  for (const [name, value] of Object.entries(body.headers ?? {})) {
    if (name === '' || name.includes(':'))
      throw invalid('/headers', `found the name "${name}", expected one without ":"`);
    query.append('header', `${name}:${value}`);
  }
  return `/api/v1/explain?${query}`;
}

/** Where the mapping of a conversion came from. */
interface MappingOrigin {
  readonly from: string;
  readonly name: string;
  readonly file?: string;
  readonly ruleDbId?: number;
  readonly version?: number;
  /** Proxies of before do not say it. */
  readonly ruleVersion?: number;
  readonly instead?: string;
}

interface Explained {
  readonly listener: string;
  readonly address: string;
  readonly router: string;
  readonly rules?: readonly ExplainedRule[];
  readonly virtualHost: string | null;
  readonly considered: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly conditions: readonly unknown[];
  }[];
  readonly route: string | null;
  readonly action: {
    readonly kind: string;
    readonly status?: number;
    /** As the protocol of the caller calls it, where that says more than the status. */
    readonly answer?: string;
    readonly body?: string;
    readonly location?: string;
    readonly protocol?: string;
    readonly transcoder?: string;
    readonly mappingOrigin?: MappingOrigin | null;
    readonly clusters?: readonly {
      readonly name: string;
      readonly loadBalancer: string | null;
      readonly hosts: readonly { readonly address: string; readonly weight: number }[];
    }[];
    /** What rules leave of the hosts; proxies of before do not say it. */
    readonly choices?: HostChoices['choices'];
  };
}

/** What is asked for, and the services that the proxy publishes or subscribes. */
export interface AskedService {
  /** A host with its port, or a service; '' where the request names none. */
  readonly name: string;
  readonly dataIds: readonly string[];
}

/** The answer of a proxy in steps, one listener after the other. */
export function explainResult(proxyId: string, raw: unknown, asked: AskedService | null = null): ExplainResult {
  const listeners = (raw as { listeners?: readonly Explained[] }).listeners ?? [];
  // A listener that knows the request has the say, and there a rule before the route.
  const known = listeners.filter(knows);
  const unknown = known.length === 0 && listeners.length > 0 ? unknownService(asked) : null;
  const steps = listeners.flatMap((listener) =>
    // One alone is what the verdict is about.
    listeners.length === 1
      ? stepsOf(listener, unknown !== null)
      : [...stepsOf(listener, unknown !== null), ...endOf(listener)],
  );
  const verdicts = (known.length > 0 ? known : listeners).map(verdictOf);
  const { said, ok } =
    unknown !== null
      ? { said: unknown, ok: false }
      : (verdicts.find(({ refused }) => refused) ??
        verdicts.find((verdict) => verdict.ok) ??
        verdicts[0] ?? { said: message('explain.no-listener'), ok: false });
  return {
    proxyId,
    verdict: messageText(said),
    verdictMessage: said,
    ok,
    steps: [...steps, step('verdict', said, null)],
    raw,
  };
}

/** A route that only says that there is none, as that for services unknown to the proxy, is no knowledge of a request. */
const knows = ({ action: { kind, status = 0 } }: Explained): boolean =>
  kind !== 'none' && (kind !== 'direct' || status < FIRST_ERROR);

/** The name of a service without its protocol, and that of a host in small letters. */
const nameOf = (dataId: string): string => (dataId.split('@')[0] as string).toLowerCase();

/** Said of a service that the proxy neither publishes nor subscribes; null for one that it does. */
function unknownService(asked: AskedService | null): Message | null {
  if (asked === null || asked.name === '') return null;
  const name = nameOf(asked.name);
  const names = asked.dataIds.map(nameOf);
  // A host may leave its port out.
  if (names.some((known) => known === name || known.startsWith(`${name}:`))) return null;
  if (names.length === 0) return message('explain.no-services', { service: asked.name });
  const more = asked.dataIds.length > MAX_KNOWN ? ', …' : '';
  return message('explain.unknown-service', {
    service: asked.name,
    known: `${[...asked.dataIds].sort().slice(0, MAX_KNOWN).join(', ')}${more}`,
  });
}

/** `isUnknown`: that a virtual host for everything takes it is no finding. */
function stepsOf(explained: Explained, isUnknown: boolean): ExplainStep[] {
  const { listener, address, router, rules = [], virtualHost, considered, route, action } = explained;
  const refusing = rules.find(({ verdict }) => verdict === 'reject');
  const steps = [
    step('listener', message('explain.listener', { listener, address }), true, message('explain.router', { router })),
    ...rules.map(stepOfRule),
    // What follows would be only if the rule were not, or for those requests that it leaves alone.
    ...(refusing === undefined ? [] : [afterRule(refusing)]),
    step(
      'route',
      virtualHost === null
        ? message('explain.no-virtual-host')
        : message('explain.virtual-host', { name: virtualHost }),
      virtualHost !== null && !isUnknown,
    ),
    ...considered.map(
      (item): ExplainStep => ({
        ...step('route', item.route, item.matched, item.route === route ? message('explain.route-taken') : null),
        conditions: item.conditions.map(conditionOf),
      }),
    ),
  ];
  steps.push(...conversionOf(action));
  for (const { name, loadBalancer, hosts } of action.clusters ?? []) {
    steps.push(
      step(
        'cluster',
        name,
        loadBalancer !== null,
        loadBalancer === null
          ? message('explain.no-cluster')
          : message('explain.cluster', { loadBalancer, hosts: hosts.length }),
      ),
    );
    for (const { address: host, weight } of hosts.slice(0, 50))
      steps.push(step('host', host, null, message('explain.host', { weight })));
  }
  return steps;
}

/** What makes it a request of another protocol, and by which mapping; proxies of before say neither. */
function conversionOf({ transcoder = '', protocol = '', mappingOrigin = null }: Explained['action']): ExplainStep[] {
  if (transcoder === '') return [];
  const said = step(
    'conversion',
    message('explain.converted', { protocol, transcoder }),
    true,
    mappingIn(mappingOrigin),
  );
  return [{ ...said, ruleDbId: mappingOrigin?.ruleDbId ?? null }];
}

function mappingIn(origin: MappingOrigin | null): Message | null {
  if (origin === null) return null;
  const { from, name, version = 0, ruleVersion = 0, file = '', instead } = origin;
  switch (from) {
    case 'rule': {
      const of = { name, version, ruleVersion };
      if (ruleVersion === 0)
        return message(instead === undefined ? 'explain.mapping-rule' : 'explain.mapping-instead', of);
      return message(instead === undefined ? 'explain.mapping-version' : 'explain.mapping-version-instead', of);
    }
    case 'file':
      return message('explain.mapping-file', { file });
    default:
      return message('explain.mapping-own');
  }
}

/** What a listener answers by itself: its route says no more than that there is one, as that for services unknown to it. */
function endOf({ listener, action }: Explained): ExplainStep[] {
  if (action.kind === 'forward') return [];
  const { status = 0 } = action;
  return [step('route', actionVerdict(listener, action).said, status < FIRST_ERROR)];
}

/** How many of the requests that a rule refuses meet it, in percent. */
const shareOf = ({ effect }: ExplainedRule): number => effect?.percent ?? 100;

function afterRule(rule: ExplainedRule): ExplainStep {
  const id = shareOf(rule) < 100 ? 'explain.others' : 'explain.without-rule';
  return step('note', message(id, { rule: rule.ruleDbId }), null);
}

function conditionOf(condition: unknown): ExplainStep['conditions'][number] {
  const item = condition as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return {
    left: text(item['left'] ?? item['subject'] ?? item['condition'] ?? item['what']),
    operator: text(item['operator'] ?? item['op']),
    right: text(item['right'] ?? item['expected']),
    value: item['value'] === undefined && item['actual'] === undefined ? null : text(item['value'] ?? item['actual']),
    matched: item['matched'] === true,
  };
}

interface Verdict {
  readonly said: Message;
  readonly ok: boolean;
  /** Or may be. */
  readonly refused: boolean;
}

function verdictOf({ listener, rules = [], action }: Explained): Verdict {
  const refusing = rules.find((rule) => rule.verdict === 'reject');
  const { said, ok } = actionVerdict(listener, action);
  const open = rules.filter(({ verdict, mode }) => verdict === 'unknown' && mode === 'CONTROL');
  // Each of them may refuse what those before it let pass.
  const others = ok
    ? open.reduceRight<Message>(
        (then, { ruleDbId, name }) => message('explain.unknown', { listener, rule: ruleDbId, name, others: then }),
        said,
      )
    : said;
  if (refusing !== undefined) return { said: refusalIn(listener, refusing, others), ok: false, refused: true };
  return { said: others, ok: ok && open.length === 0, refused: ok && open.length > 0 };
}

/** `others`: where a request goes that the rule leaves alone. */
function refusalIn(listener: string, rule: ExplainedRule, others: Message): Message {
  const { ruleDbId, name, detail, effect, answer } = rule;
  const of = { listener, rule: ruleDbId, name };
  if (effect === undefined) return message('explain.refused', { ...of, detail });
  if (effect.kind === 'answer') return message('explain.answered-by-rule', of);
  const { percent } = effect;
  const status = answer ?? effect.status;
  return percent < 100
    ? message('explain.partly-failed', { ...of, status, percent, others })
    : message('explain.failed-by-rule', { ...of, status });
}

function actionVerdict(
  listener: string,
  action: Explained['action'],
): { readonly said: Message; readonly ok: boolean } {
  const { location = '', answer } = action;
  const status = action.status ?? 0;
  switch (action.kind) {
    case 'forward': {
      const clusters = (action.clusters ?? []).map(({ name }) => name).join(', ');
      const hosts = (action.clusters ?? []).flatMap((cluster) => cluster.hosts.map(({ address }) => address));
      return hosts.length === 0
        ? { said: message('explain.no-host', { listener, clusters }), ok: false }
        : {
            said: message('explain.forwarded', {
              listener,
              clusters,
              hosts: chosenHosts({ hosts, choices: action.choices ?? [] }),
            }),
            ok: true,
          };
    }
    case 'redirect':
      return { said: message('explain.redirected', { listener, location }), ok: true };
    case 'direct':
      return { said: message('explain.direct', { listener, status: answer ?? status }), ok: status < FIRST_ERROR };
    case 'refused':
      return { said: message('explain.unconverted', { listener, status, reason: action.body ?? '' }), ok: false };
    default:
      return { said: message('explain.no-route', { listener, status: answer ?? status }), ok: false };
  }
}

/** `title`: a name, or something said. */
function step(
  kind: string,
  title: string | Message,
  matched: boolean | null,
  detail: Message | null = null,
): ExplainStep {
  const said = typeof title === 'string' ? null : title;
  return {
    kind,
    title: said === null ? (title as string) : messageText(said),
    titleMessage: said,
    matched,
    detail: detail === null ? '' : messageText(detail),
    detailMessage: detail,
    ruleDbId: null,
    verdict: null,
    conditions: [],
  };
}
