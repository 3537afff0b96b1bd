import type { Condition, DowngradeDocument, DowngradeRule, DowngradeRuleBody } from '@weft/schema/wire';
import { effectiveConditions, parseMethodEntry, toAppDocument } from '../common/index.ts';
import { hasMessages, type MessageCall, type MessageWriter, nothingOf, writeMessages } from './messages.ts';

/** A rule of the management API as rules of the wire document: one for each service and method, which are conditions there. */
export function toWireDowngradeRules(
  ruleDbId: number,
  body: DowngradeRuleBody,
  writer: MessageWriter,
): Readonly<Record<string, unknown>>[] {
  const { spec, services, methods } = body;
  const type = spec.action;
  return services.flatMap((service) =>
    methods.map((method) => {
      const generated = [...nameCondition('destination.service.name', service), ...methodConditions(method)];
      return {
        ruleDbId,
        name: body.name,
        enabled: body.enabled,
        conditions: [...generated, ...body.conditions],
        actions: [
          { type, enabled: body.mode === 'CONTROL', extension: [detailsOf({ spec, service, method }, writer)] },
        ],
        logConfig: { level: spec.logLevel, enabled: spec.logEnabled },
        scope: body.scope,
        services: [service],
        methods: [method],
        generated: generated.length,
        ...(body.description === '' ? {} : { description: body.description }),
      };
    }),
  );
}

/** What the action needs beside its type. */
function detailsOf(call: MessageCall, writer: MessageWriter): Readonly<Record<string, unknown>> {
  const { spec, service } = call;
  const { action, status, message, body, headers, tripleInterface } = spec;
  if (action === 'REJECT') return { status, message };
  const text = action === 'MOCK' ? { body, headers } : {};
  if (!hasMessages(service)) return text;
  const written = writeMessages(call, writer);
  return {
    ...(action === 'MOCK' ? text : { body: nothingOf(call) }),
    ...(tripleInterface === 'UNSAID' ? {} : { tripleInterface }),
    ...(written?.kind === 'written'
      ? { messages: written.messages.map((message) => Buffer.from(message).toString('base64')) }
      : {}),
  };
}

function nameCondition(field: string, value: string): Condition[] {
  return value === '*' ? [] : [{ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] }];
}

function methodConditions(method: string): Condition[] {
  const entry = parseMethodEntry(method);
  // What is no method is a condition that is refused where it stands.
  if ('message' in entry) return nameCondition('destination.method.name', method);
  if (entry.httpMethod === '' && entry.httpPath === '') return nameCondition('destination.method.name', entry.method);
  return effectiveConditions([], entry.httpMethod, entry.httpPath);
}

/** The document of an app, from its rules in the order of their ids; `*` is the app of the rules for every app. */
export function toDowngradeDocument(
  app: string,
  rules: readonly { readonly ruleDbId: number; readonly body: DowngradeRuleBody }[],
  writer: MessageWriter,
): Readonly<Record<string, unknown>> {
  return toAppDocument(app, 'downgradeRules', rules, (ruleDbId, body) => toWireDowngradeRules(ruleDbId, body, writer));
}

/**
 * The rules of a parsed document as the management API has them; what `toDowngradeDocument` made comes back the same, but for the
 * descriptor set: documents have the messages that were written by it.
 */
export function fromDowngradeDocument(
  document: DowngradeDocument,
): { readonly ruleDbId: number; readonly body: DowngradeRuleBody }[] {
  const groups = Map.groupBy(document.downgradeRules, (rule) => rule.ruleDbId);
  return [...groups].map(([ruleDbId, rules]) => {
    const rule = rules[0] as DowngradeRule & { readonly description?: unknown };
    const [action] = rule.actions;
    const details = action?.extension[0] ?? {};
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    return {
      ruleDbId,
      body: {
        name: rule.name === '' ? `rule_${ruleDbId}` : rule.name,
        app: document.appName,
        direction: 'CLIENT',
        services: [...new Set(rules.flatMap(({ services }) => services))],
        methods: [...new Set(rules.flatMap(({ methods }) => methods))],
        mode: action?.enabled === true && action.type !== 'OBSERVE' ? 'CONTROL' : 'OBSERVE',
        enabled: rule.enabled,
        conditions: rule.conditions.slice(rule.generated),
        scope: rule.scope,
        description: text(rule.description),
        spec: {
          action: action === undefined || action.type === 'OBSERVE' ? 'REJECT' : action.type,
          status: typeof details['status'] === 'number' ? details['status'] : 0,
          message: text(details['message']),
          body: action?.type === 'MOCK' ? text(details['body']) : '',
          descriptorSet: '',
          tripleInterface: tripleInterfaceOf(details['tripleInterface']),
          headers: (details['headers'] ?? {}) as Readonly<Record<string, string>>,
          logEnabled: rule.logConfig.enabled,
          logLevel: rule.logConfig.level,
        },
      },
    };
  });
}

const tripleInterfaceOf = (value: unknown): DowngradeRuleBody['spec']['tripleInterface'] =>
  value === 'PROTO' || value === 'JAVA' ? value : 'UNSAID';
