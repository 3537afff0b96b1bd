import { conditionInWords } from '@weft/schema/words';
import { Type } from 'typebox';
import { PROBLEM_MESSAGES } from './problem-messages.ts';
import { PROXY_MESSAGES } from './proxy-messages.ts';

/**
 * Everything that the server says in words where people read it, by id: `{name}` is a parameter, `{count|host|hosts}` a
 * number with the noun that goes with it. Answers carry the English text, for programs and terminals, and id and parameters
 * beside it, for whoever shows another language. Ids stay; new ones may come.
 */
export const MESSAGES = {
  'explain.listener': '{listener} on {address}',
  'explain.router': 'router {router}',
  'explain.virtual-host': 'virtual host {name}',
  'explain.no-virtual-host': 'virtual host none',
  'explain.route-taken': 'this one is taken',
  'explain.no-cluster': 'there is no such cluster',
  'explain.cluster': '{loadBalancer}, {hosts|host|hosts}',
  'explain.host': 'weight {weight}',
  'explain.converted': 'converted to {protocol} by {transcoder}',
  'explain.mapping-rule': 'by mapping {name} of the control plane, version {version} of its document',
  'explain.mapping-instead':
    'by mapping {name} of the control plane, version {version} of its document, in place of one of the proxy',
  'explain.mapping-version':
    'by version {ruleVersion} of mapping {name} of the control plane, in version {version} of its document',
  'explain.mapping-version-instead':
    'by version {ruleVersion} of mapping {name} of the control plane, in version {version} of its document, in place of one of the proxy',
  'explain.mapping-file': 'by the mapping of the file {file}',
  'explain.mapping-own': 'by a mapping of the configuration',
  'explain.rule': '{name} ({mode})',
  'explain.rule-without-name': 'rule {rule} ({mode})',
  'explain.rule-detail': '{verdict}: {detail}',
  'explain.verdict-with': '{verdict} with {answer}',
  'explain.verdict-pass': 'lets it pass',
  'explain.verdict-reject': 'refuses it',
  'explain.verdict-answer': 'answers in place of the service',
  'explain.verdict-fault': 'fails it on purpose',
  'explain.verdict-delay': 'delays it',
  'explain.verdict-would_reject': 'would refuse it, but only watches',
  'explain.verdict-would_answer': 'would answer in place of the service, but only watches',
  'explain.verdict-would_fault': 'would fail it on purpose, but only watches',
  'explain.verdict-would_delay': 'would delay it, but only watches',
  'explain.verdict-not_matched': 'is not for it',
  'explain.verdict-skipped': 'does not act',
  'explain.verdict-unknown': 'unknown: it asks for the address of the caller, give --source-ip',
  'explain.without-rule': 'without rule {rule}, and if no other refuses it, it would then go',
  'explain.others': 'those that rule {rule} leaves alone go on',
  'explain.refused': '{listener}: refused by rule {rule} {name}: {detail}',
  'explain.answered-by-rule': '{listener}: answered by rule {rule} {name}; nothing is sent',
  'explain.failed-by-rule': '{listener}: would get {status} from rule {rule} {name}, which injects errors',
  'explain.partly-failed': '{percent} % would get {status} from rule {rule} {name}; the others: {others}',
  'explain.forwarded': '{listener}: forwarded to {clusters} ({hosts})',
  'explain.no-host': '{listener}: forwarded to {clusters}, which has no host',
  'explain.redirected': '{listener}: redirected to {location}',
  'explain.direct': '{listener}: answered by the proxy with {status}',
  'explain.unconverted': '{listener}: not converted, answered by the proxy with {status}: {reason}',
  'explain.no-route': '{listener}: no route; answered by the proxy with {status}',
  'explain.unknown-service': 'no service {service} is subscribed or published here; known: {known}',
  'explain.no-services':
    'no service {service} is subscribed or published here: this proxy subscribes and publishes none at all',
  'explain.unknown':
    '{listener}: unknown: rule {rule} {name} asks for the address of the caller, give --source-ip; if it lets it pass: {others}',
  'explain.no-listener': 'no listener of this proxy takes such a request',
  'simulate.refused': 'refused by rule {rule} {name}',
  'simulate.answered': 'answered by rule {rule} {name}',
  'simulate.failed': 'failed on purpose by rule {rule} {name}',
  'simulate.refused-by-given': 'refused by rule {name}',
  'simulate.answered-by-given': 'answered by rule {name}',
  'simulate.failed-by-given': 'failed on purpose by rule {name}',
  'simulate.passed': 'passed',
  'simulate.unknown': 'unknown: rule {rule} {name} asks for the address of the caller, give --source-ip',
  'simulate.unknown-of-given': 'unknown: rule {name} asks for the address of the caller, give --source-ip',
  'simulate.no-rule': 'no rule is for {service} in direction {direction} of app {app}',
  'simulate.rules-off':
    'no rule that is on is for {service} in direction {direction} of app {app}; of those that are off it would meet {names}',
  'simulate.count': '{passed} of {all} passed',
  'warning.no-proxy': '0 subscribers: no proxy is connected, the rule acts when one is',
  'warning.no-proxy-of-app': '0 subscribers: no live proxy of app {app}; compare the name with --app of the proxies',
  'warning.no-subscriber-of-service': '0 subscribers: no live proxy calls {service}',
  'warning.nobody-publishes':
    'nobody publishes {service}: nothing arrives there until somebody does, unless the proxies have a cluster of that name',
  'warning.not-provider': 'app {app} does not provide {service}: SERVER rules act in the providers',
  'warning.unknown-service': 'nobody provides or calls {service}: is {name} meant?',
  'warning.not-caller': 'app {app} does not call {service}, others do: CLIENT rules act in the callers',
  'warning.no-caller-near':
    'no proxy of an app {app} is known: this whitelist lets nobody in with it; is {name} meant?',
  'warning.nobody-refused-near':
    'no proxy of an app {app} is known: this blacklist refuses nobody with it; is {name} meant?',
  'warning.nobody-refused':
    'no proxy of an app {apps} is known: this blacklist refuses nobody with it but callers without a proxy that say so',
  'warning.unseen-caller': 'no proxy of an app {app} is known: is {name} meant?',
  'warning.no-caller':
    'no proxy of an app {apps} is known: this whitelist lets nobody in with it but callers without a proxy that say so',
  'warning.no-such-group':
    '{weight} % of the requests for {service} go to {labels}, which no instance has now; there are {there}',
  'warning.no-such-label':
    '{weight} % of the requests for {service} go to {labels}; no instance has a label {names} now',
  'warning.route-hidden':
    'never asked while rule {rule} {name} is on: that one comes first, is for all requests of this one, and leaves none to others',
  'warning.route-left-over':
    'asked only while rule {rule} {name} has no instance: that one comes first and is for all requests of this one',
  'warning.route-hides':
    'rule {rule} {name} is never asked while this one is on: this one comes first, is for all requests of that one, and leaves none to others',
  'warning.route-leaves':
    'rule {rule} {name} is asked only while this one has no instance: this one comes first and is for all requests of that one',
  'warning.limit-idle':
    'without effect while rule {rule} {name} is on: it is for the same requests, and its limit of {other} always comes before this one of {own}',
  'warning.limit-first':
    'rule {rule} {name} is without effect while this one is on: it is for the same requests, and its limit of {other} always comes after this one of {own}',
  'limit.rate': '{threshold} in {milliseconds} ms',
  'limit.at-once': '{threshold} at one moment',
  'warning.only-for-qps': '{fields} without effect: only for limits of type invokeTimes (QPS), this one is concurrency',
  'list.WHITELIST': 'whitelist',
  'list.BLACKLIST': 'blacklist',
  'warning.list-off': 'the {list} of {services} is switched off: rules in it do not act there',
  'warning.whitelist-empty': 'the whitelist of {service} has no rule that is on: everybody may call',
  'warning.whitelist-of-all':
    'no condition: every caller is on this whitelist, so that it keeps nobody out, whatever its other rules say',
  'warning.blacklist-of-all': 'no condition: every caller is on this blacklist, so that all of them are refused',
  'warning.own-instead':
    'without effect for {apps}: a mapping of the application itself has this name, or is for this service, version and group',
  'warning.other-first':
    'without effect while rule {rule} {name} is on: of the rules of a service only the one with the smallest number acts',
  'warning.own-off':
    'without effect for {apps} once a mapping of the application itself is on, which is off now and has this name, or is for this service, version and group',
  'warning.mapping-untyped':
    'no types of parameters for {methods}: callers of HTTP cannot reach SOFARPC by them, and Dubbo by generic calls',
  'preview.rate': '{rate}/s, burst {burst} per instance, {total}/s over {instances|instance|instances}',
  'preview.concurrency': '{burst} at one moment per instance, {total} over {instances|instance|instances}',
  'preview.fuse-errors':
    'opens when {percent} % of at least {calls|call|calls} in {seconds} s fail; refuses for {open} s, then sends {probes|probe|probes}',
  'preview.fuse-time':
    'opens when at least {calls|call|calls} in {seconds} s take {threshold} ms on average; refuses for {open} s, then sends {probes|probe|probes}',
  'preview.abort': '{percent} % of the matching requests get status {status}',
  'preview.delay': '{percent} % of the matching requests wait {delay} ms',
  'preview.whitelist': 'callers that match may call, others may not',
  'preview.blacklist': 'callers that match may not call',
  'preview.degraded': 'callers get an error at once, nothing is sent',
  'preview.answered': 'callers get the answer of the rule, nothing is sent',
  'preview.route': 'matching requests: {shares}',
  'preview.isolate':
    'an instance of which {rate} % of {calls} or more calls fail in {window} s is left out for {recover} s, at most {count} of a service at one time',
  'preview.isolate-own':
    'an instance of which {rate} % of {calls} or more calls fail in {window} s is left out by all callers for {recover} s, at most {count} of the app at one time, and never the last',
  'preview.isolate-none': 'nobody is left out',
  'preview.mirror': '{percent} % of the matching requests are copied {times|time|times} to {target}',
  'preview.mirror-every':
    '{percent} % of the matching requests are copied {times|time|times} to every instance of {target}',
  'preview.mapping': '{service} over HTTP at {target}: {methods|method|methods}',
  'preview.mapping-more': '{service} over HTTP at {target}: {methods|method|methods}, and all others by the defaults',
  'preview.mapping-defaults': '{service} over HTTP at {target}: every method, by the defaults',
  'preview.unlimited': 'no limit on port {port}',
  'rollout.step': 'step {step} of {steps}: {percent} %',
  'rollout.halted-figures':
    '{guard}: found {found}, with the others {reference}, at most {limit} more; {requests|request|requests} in {seconds} s',
  'rollout.halted-figures-before':
    '{guard}: found {found}, {reference} in the 5 minutes before, at most {limit} more; {requests|request|requests} in {seconds} s',
  'rollout.halted-figures-alone':
    '{guard}: found {found}, at most {limit}, as there is nothing to compare with; {requests|request|requests} in {seconds} s',
  'rollout.guard-maxErrorRate': 'errors',
  'rollout.guard-maxRejectRate': 'refused requests',
  'rollout.guard-maxRtIncreaseMs': 'mean time',
  'rollout.guard-maxP99IncreaseMs': 'p99',
  'rollout.halted-refused': 'proxy {proxy} refuses the new content: {reason}',
  'rollout.halted-gone': 'its value is no longer there',
  'rollout.by-hand': '{comment}',
  'rollout.is-waiting': '{percent} % for another {seconds} s',
  'rollout.is-settling': '{percent} %: {pending|proxy has|proxies have} not answered yet',
  'rollout.is-for-nobody':
    '{percent} %: no connected proxy is selected, so that nobody tries it; it stays here until one is, or somebody promotes or aborts it',
  'rollout.is-without-mark':
    '{percent} %: no connected proxy has the {mark} {wanted}; there are {known}; nobody tries it until one comes, or somebody promotes or aborts it',
  'rollout.is-without-marks':
    '{percent} %: no connected proxy has the {mark} {wanted}, nor any other; nobody tries it until one comes, or somebody promotes or aborts it',
  'rollout.mark-label': 'label',
  'rollout.mark-zone': 'zone',
  'rollout.mark-data-center': 'data centre',
  'rollout.mark-cluster': 'cluster',
  'rollout.mark-app': 'app',
  'rollout.mark-ip': 'address',
  'rollout.is-quiet': '{percent} %: waits for {needed|request|requests} through selected proxies, {found} so far',
  'rollout.is-frozen': '{percent} %: pushing is frozen, it goes on afterwards',
  'rollout.is-paused': 'paused at {percent} %',
  'rollout.is-last': '{percent} %: the last step is over, waits for somebody to promote it',
  'rollout.is-promoted': 'every proxy has it',
  'rollout.is-aborted': 'given up: every proxy has the content from before',
  'backtest.off': '{off|proxy remembers|proxies remember} no requests: governance.record is off there',
  'backtest.cut': 'the oldest {cut|record was|records were} left out: there are more requests than are played at once',
  'backtest.since':
    'not the whole time: the oldest request of the last {minutes|minute|minutes} that the proxies remember came at {from}',
  'backtest.by-instance': 'rules of isolation judge instances over time: requests alone do not tell what one would do',
  'backtest.secret': '{condition} is never recorded, as it is named like a secret: the condition sees *** here',
  'backtest.observes':
    'the rule is in OBSERVE: it would only count these requests, and would refuse and delay none of them',
  'backtest.without-end':
    'the rule ends by itself after {seconds|second|seconds}: it is tried as though it were in force all the time',
  'backtest.no-instance':
    'no instance of {service} has {labels} now: requests that are sent there go to the next rule or to others if the rule says so, and are refused otherwise',
  'why.disabled': 'the rule is off',
  'why.enable': 'weft rule enable {rule} switches it on',
  'why.unknown-app': 'no proxy of an app {app} is known here',
  'why.did-you-mean': 'is {name} meant?',
  'why.compare-app': 'compare the name with --app of the proxies',
  'why.app-away': 'no proxy of app {app} is connected',
  'why.start-proxy': 'start it, or look at its log: rules come when it is connected, and what it had stays in force',
  'why.unknown-service': 'nobody provides or calls {service}',
  'why.compare-service': 'weft service list names the services',
  'why.direction-server': 'app {app} calls {service} and does not provide it: the direction of the rule must be CLIENT',
  'why.direction-client': 'app {app} provides {service} and does not call it: the direction of the rule must be SERVER',
  'why.app-of-server':
    'app {app} calls {service} and does not provide it: rules of this type act at the provider, so the app must be the one that provides it',
  'why.app-of-client':
    'app {app} provides {service} and does not call it: rules of this type act at the caller, so the app must be one that calls it',
  'why.app-neither': 'app {app} neither calls nor provides {service}: nothing of it goes through its proxies',
  'why.who-calls': 'weft service show {service} names the apps that provide and call it',
  'why.no-subscriber': 'no proxy subscribes to {dataId}',
  'why.no-method':
    '{count|call|calls} of {service} had no method that the proxy can read ({reason}): a rule on {methods} never meets such calls',
  'why.every-method':
    'make the rule one for every method (*), or have the callers send the method in a header, as SOFARPC does',
  'why.unread':
    '{count|call|calls} over {protocol} could not be read ({reason}): whether they were of {services} is not known, and the rule never meets them',
  'why.readable':
    'have the callers send what the proxy reads: until then only rules for every service and method (*) meet such calls',
  'why.no-copy': '{proxy}: none of {failed|copy|copies} so far arrived at {target}: {reason}',
  'why.copies-end':
    '{proxy}: the last {failed|copy|copies} did not arrive at {target}: {reason} ({succeeded} did before)',
  'why.some-copies':
    '{proxy}: {failed} of {all|copy|copies} so far did not arrive at {target}, the last that failed: {reason}',
  'why.copies-to-nobody': '{proxy}: none of {failed|copy|copies} so far went out: nobody publishes {service}',
  'why.copies-not-subscribed':
    '{proxy}: none of {failed|copy|copies} so far went out: its application does not subscribe {service}',
  'why.subscribe': 'beside that proxy: weft sub {service} --protocol {protocol}',
  'why.look-at-target':
    'see that {target} runs and that this proxy reaches it; what does not take copies is tried again by itself, 30 s later at most',
  'why.look-at-proxy': 'weft why with the name of the proxy says what it has',
  'why.call-it': 'callers that find the service through their proxy get the rule',
  'why.rejected': '{proxy} refuses version {version}: {reason}',
  'why.correct': 'correct the rule; the version before stays in force there',
  'why.pending': '{proxy} has not answered for version {version} yet',
  'why.silent':
    '{proxy} is connected, and nothing was heard of it for {seconds} s: what is known of it is of the time before',
  'why.wake-proxy': 'its main thread hangs or its machine stands still: look at the process there, and restart it',
  'why.not-answered': '{proxy} did not say what it has seen of the rule: {reason}',
  'why.push-again': 'weft rule push sends it again',
  'why.frozen': 'pushing is frozen by {operator}',
  'why.observes': 'the rule is in OBSERVE: it counts what it would refuse, and refuses nothing',
  'why.nothing-remembered': 'the proxies remember no requests, so it is not known what the rule says of them',
  'why.by-name':
    'proxies convert by it where the filter `transcoder` of a listener names {name}, or `*`, in `mapping_refs`',
  'why.explain-call': 'explain a call: the answer names the mapping that converts it',
  'why.switch-record-on': 'governance.record of the proxies switches that on',
  'why.not-decoded': '{proxy} passes bytes on in which it finds no protocol: rules see requests only',
  'why.name-protocol': 'name the protocol at its listener, or end TLS in the proxy',
  'why.no-requests': 'no request came since the rule was changed',
  'why.other-requests':
    'none of {requests|request|requests} since the rule was changed is for its services and methods',
  'why.other-first': 'for {count} of {considered|request|requests} of its services the rule did nothing: {why}',
  'why.list-off': 'the {list} of {services} is switched off: the rule does not act there',
  'why.switch-list-on': 'weft rule auth-lists {app} {service} --{list} on switches it on',
  'why.no-instance': 'no instance of {service} has {labels}',
  'why.compare-labels': 'weft service show {service} shows its instances; compare their labels with the rule',
  'why.condition':
    'for {count} of {considered|request|requests} of its services {condition} does not hold: one had {value}',
  'why.acts':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it refused {refused} and delayed {delayed}',
  'why.answers':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it answered {answered} in place of the service',
  'why.watches':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it would have refused {refused} and delayed {delayed}',
  'why.would-answer':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it would have answered {answered} in place of the service',
  'why.fails':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it failed {failed} on purpose and delayed {delayed}',
  'why.would-fail':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it would have failed {failed} on purpose and delayed {delayed}',
  'why.chooses':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it chooses the instances of those',
  'why.copies':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it copies those, or the share of them that it asks for',
  'why.judges':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it judges instances by those',
  'why.only-watched':
    'of the {considered|request|requests} of its services that proxies remember (what rules refused, and a sample of the others) every condition held for {matched}; it only watches those',
  'import.exists': 'rule {rule} has this name',
  'import.overwrites': 'rule {rule}',
  'import.unchanged': 'rule {rule} is the same',
  'import.copy': 'a copy of {name}',
  'notice.values-frozen':
    'Values and rules are not pushed: frozen by {operator} since {since} until {until} ({reason})',
  'notice.workspace-frozen':
    'Values and rules are not pushed to workspace {workspace}: frozen by {operator} since {since} until {until} ({reason})',
  'notice.product-not-opened':
    'The mesh is not opened for tenant {tenant}: proxies of it are refused, and go on with what they have. Whoever administers the platform opens it: weft product open MESH --tenant {tenant}; then it is started in the workspace',
  'notice.product-not-started':
    'The mesh is not started in workspace {workspace}: proxies of it are refused, and go on with what they have. Start it: weft product start MESH --tenant {tenant} --ws {workspace}',
  'notice.endpoints-closed': 'Endpoints of services are not pushed: closed by {operator} since {since}',
  'refused.no-key': 'it has no access key',
  'refused.incomplete': 'it does not prove that it has the access key {key}',
  'refused.unknown-key': 'nobody has the access key {key}',
  'refused.disabled-key': 'the access key {key} is disabled',
  'refused.signature': 'its secret is not that of the access key {key}',
  'refused.clock': 'its clock is off by {seconds} s',
  'refused.not-opened': 'the product {product} is not opened for tenant {tenant}',
  'refused.not-started': 'the product {product} is not started in workspace {workspace}',
  'refused.do-no-key': 'start it with --control-key-file FILE',
  'refused.do-incomplete': 'only proxies of Weft, of this version or newer, connect here',
  'refused.do-unknown-key':
    'give it the key file of this control plane, or one of a new access key, with --control-key-file FILE: keys are made at POST /openapi/v1/osp/access-keys',
  'refused.do-disabled-key': 'enable the access key again, or give the proxy another one with --control-key-file FILE',
  'refused.do-signature': 'its key file was changed, or is of another control plane: copy it anew',
  'refused.do-clock': 'set the clock of its machine, as NTP does; 300 s are allowed',
  'refused.do-not-opened': 'weft product open {product} --tenant {tenant}, by who administers the platform',
  'refused.do-not-started': 'weft product start {product} --tenant {tenant} --ws {workspace}',
  'change.stored': 'stored',
  'change.no-subscriber': 'no subscriber',
  'change.have': '{have} of {all} proxies have it',
  'change.have-refused': '{have} of {all} proxies have it, refused {refused|time|times}',
  'change.nobody-selected': 'no connected proxy is selected',
  'change.selected-have': '{have} of {all} selected proxies have it',
  'change.selected-have-refused': '{have} of {all} selected proxies have it, refused {refused|time|times}',
  'change.selected-had': '{have} of {all} selected proxies had it',
  'change.part-over': 'was with a part of the proxies',
  ...PROBLEM_MESSAGES,
  ...PROXY_MESSAGES,
} as const;

export type MessageId = keyof typeof MESSAGES;

/** What is said, without a language. */
export interface Message {
  /** Of `MESSAGES`; one that is not known there is of a newer server. */
  readonly id: string;
  /** A message among them is said in the same language. */
  readonly params: Readonly<Record<string, string | number | Message>>;
}

export const Message = Type.Unsafe<Message>(
  Type.Object(
    {
      id: Type.String({ description: 'id of the text' }),
      params: Type.Record(
        Type.String(),
        Type.Union([Type.String(), Type.Number(), Type.Object({}, { description: 'a message' })]),
      ),
    },
    { description: 'the same as id and parameters, for other languages' },
  ),
);

/** Makes a message; its text is `messageText`. */
export const message = (id: MessageId, params: Message['params'] = {}): Message => ({ id, params });

/** Parameter with a condition as logs have it. */
const CONDITION = 'condition';

/** A condition in English words, unless who asks has put it into words of another language. */
function said(condition: string | number): string {
  const words = conditionInWords(String(condition), 'en');
  return words === condition ? words : `"${words}"`;
}

/** The text of a message. `templates` are those of another language; where one is missing, the English one is taken. */
export function messageText(
  { id, params }: Message,
  templates: Readonly<Partial<Record<string, string>>> = MESSAGES,
): string {
  const template = templates[id] ?? (MESSAGES as Readonly<Record<string, string>>)[id] ?? id;
  return template.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (_, name: string, one: string | undefined, many: string | undefined) => {
      const given = params[name] ?? '';
      const value =
        typeof given === 'object' ? messageText(given, templates) : name === CONDITION ? said(given) : given;
      return one === undefined ? String(value) : `${value} ${value === 1 ? one : many}`;
    },
  );
}
