import { type AuthLists, type BodyOf, type Message, message, messageText, type ms } from '@weft/api';
import { type CallContext, type Handlers, invalid } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { iso } from '../range.ts';
import type { RuleStore } from './rule-store.ts';
import type { RuleAction } from './rule-versions.ts';

type Lists = (typeof ms)['routes'];

/** The lists of authorization, and the names of their switches. */
const LISTS = [
  { list: 'WHITELIST', field: 'whiteListEnabled' },
  { list: 'BLACKLIST', field: 'blackListEnabled' },
] as const;

/** Shows and switches the lists of authorization rules. */
export function authListHandlers(
  parts: MeshserverParts,
): Partial<Pick<Handlers<Lists>, 'listAuthLists' | 'switchAuthLists'>> {
  const store = parts.rules.bySegment('auth');
  const listOf = store?.kind.listOf;
  // A control plane without this type answers that it does not serve them.
  if (store === null || listOf === undefined) return {};

  /** `whiteSwitchedOn`: by this call. */
  const view = (call: CallContext, app: string, service: string, whiteSwitchedOn = false): AuthLists => {
    const own = store
      .list(call.caller)
      .filter(({ body }) => body.app === app && listOf(body).services.includes(service));
    const place = { app, service };
    const listView = (list: string): ListView => ({
      on: store.lists.isOn(call.caller, { ...place, list }),
      given: store.lists.get(call.caller, { ...place, list }),
      rules: own.filter(({ body }) => listOf(body).list === list),
    });
    const white = listView('WHITELIST');
    const black = listView('BLACKLIST');
    const rulesOn = (view: ListView): number => view.rules.filter(({ body }) => body.enabled).length;
    const warnings: Message[] = [];
    if (white.on && rulesOn(white) === 0 && (white.rules.length > 0 || white.given !== null || whiteSwitchedOn))
      warnings.push(message('warning.whitelist-empty', { service }));
    for (const [list, shown] of [
      [message('list.WHITELIST'), white],
      [message('list.BLACKLIST'), black],
    ] as const)
      if (!shown.on && rulesOn(shown) > 0) warnings.push(message('warning.list-off', { list, services: service }));
    if (own.length === 0) warnings.push(...unknownNames(parts, call.caller.instanceId, app, service));
    const [last] = [white.given, black.given]
      .filter((item) => item !== null)
      .sort((one, other) => other.modifiedAt - one.modifiedAt);
    return {
      ...place,
      whiteListEnabled: white.on,
      blackListEnabled: black.on,
      whiteListRules: rulesOn(white),
      blackListRules: rulesOn(black),
      modifiedBy: last?.modifiedBy ?? '',
      modifiedAt: last === undefined ? null : iso(last.modifiedAt),
      warnings: warnings.map((item) => messageText(item)),
      warningMessages: warnings,
    };
  };

  return {
    listAuthLists(call) {
      const places = new Map<string, { app: string; service: string }>();
      const add = (app: string, service: string): void => {
        if (call.query.app === undefined || call.query.app === app) places.set(`${app}\n${service}`, { app, service });
      };
      for (const { body } of store.list(call.caller))
        for (const service of listOf(body).services) add(body.app, service);
      for (const { app, service } of store.lists.list(call.caller)) add(app, service);
      return {
        items: [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { app, service }]) => view(call, app, service)),
      };
    },
    async switchAuthLists(call) {
      const { app, service, whiteListEnabled } = call.body;
      const hasRules = store
        .list(call.caller)
        .some(({ body }) => body.app === app && listOf(body).services.includes(service));
      await switchLists(parts, store, call, hasRules);
      return view(call, app, service, whiteListEnabled);
    },
  };
}

interface ListView {
  readonly on: boolean;
  readonly given: { readonly modifiedBy: string; readonly modifiedAt: number } | null;
  readonly rules: readonly { readonly body: { readonly enabled: boolean } }[];
}

/** Switches of what nobody has heard of do no harm, and are mistyped more often than not. */
function unknownNames(
  { sidecars, registry }: MeshserverParts,
  instanceId: string,
  app: string,
  service: string,
): Message[] {
  const all = sidecars.list(instanceId);
  const isKnown =
    registry.providers(instanceId, service).length > 0 ||
    registry.consumers(instanceId, service).length > 0 ||
    all.some(({ inbound, outbound }) => inbound.has(service) || outbound.has(service));
  return [
    ...(app === '*' || all.some(({ node }) => node.app === app) ? [] : [message('why.unknown-app', { app })]),
    ...(service === '*' || isKnown ? [] : [message('why.unknown-service', { service })]),
  ];
}

/** Switches, document, audit row and trace in one transaction. */
async function switchLists(
  { storage, changes, events }: MeshserverParts,
  store: RuleStore,
  call: CallContext & { readonly body: BodyOf<Lists['switchAuthLists']> },
  hasRules: boolean,
): Promise<void> {
  const { caller, body, changeId } = call;
  const { app, service } = body;
  const asked = LISTS.flatMap(({ list, field }) => (body[field] === undefined ? [] : [{ list, enabled: body[field] }]));
  if (asked.length === 0) throw invalid('/whiteListEnabled', 'found neither switch, expected one of the two at least');
  const action: RuleAction = { operation: 'replace', operator: caller.loginName, comment: '', changeId };
  const object = `lists of ${app} ${service}`;
  await storage.write(async (tx) => {
    for (const { list, enabled } of asked)
      await store.lists.set(tx, caller, { app, service, list }, enabled, caller.loginName);
    const allOn = LISTS.every(({ list, field }) => body[field] ?? store.lists.isOn(caller, { app, service, list }));
    // As for every place that nobody has switched: what was mistyped does not stay.
    if (allOn && !hasRules) for (const { list } of LISTS) await store.lists.forget(tx, caller, { app, service, list });
    const written = await store.publish(tx, caller, [app], action);
    await call.audit(tx, { object, diff: Object.fromEntries(asked.map(({ list, enabled }) => [list, enabled])) });
    const summary = asked.map(({ list, enabled }) => `${list.toLowerCase()} ${enabled ? 'on' : 'off'}`).join(', ');
    await changes.record(tx, caller, {
      changeId,
      actor: caller.loginName,
      kind: 'rule',
      object,
      operation: 'switch',
      summary: `${object}: ${summary}`,
      written,
    });
    tx.afterCommit(() =>
      events.tell(caller.instanceId, 'rules', { type: 'AUTH', app, service, operation: 'lists', changeId }),
    );
  });
}
