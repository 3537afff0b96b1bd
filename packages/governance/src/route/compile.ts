import type { RouteDocument, RouteRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { expandDocuments, expandTargets, type Report, type RuleProblem } from '../common/index.ts';
import { FULL_WEIGHT } from './algorithm.ts';
import type { RouteEntryProgram, RouteGroupProgram, RouteProgram } from './program.ts';

type GroupDraft = Omit<RouteGroupProgram, 'slot'>;
type Draft = Omit<RouteEntryProgram, 'slot' | 'rank' | 'groups'> & {
  readonly groups: readonly GroupDraft[];
  /** Entries of one rule share the slots of its groups. */
  readonly rule: string;
};
type OwnedRule = RouteRule & { readonly service: string };

/** What SOFA puts before labels of one's own. */
const LABEL_PREFIX = 'com.alipay.sofa.label.';
const SERVICES = '.servicegov.services.';

/** Compiles all documents of routing rules; pure. */
export function compileRoutes(
  documents: readonly RuleDocument<RouteDocument>[],
  node: RuleNode,
): CompiledRules<RouteProgram> {
  const seen = new Set<string>();
  const { drafts, idle, problems } = expandDocuments(
    documents.map((document) => ({ ...document, value: owned(document) })),
    'rules',
    node,
    ({ rules }) => rules,
    (rule: OwnedRule, report) => expandRule(rule, seen, report),
  );
  const ordered = drafts
    .map((draft, index) => ({ draft, index }))
    .sort((a, b) => b.draft.priority - a.draft.priority || a.draft.ruleDbId - b.draft.ruleDbId || a.index - b.index);
  const slots: SlotPlan[] = [];
  const groupSlots = new Map<string, number>();
  const seenKeys = new Map<string, number>();
  let rank = -1;
  let last = '';
  const entries = ordered.map(({ draft: { rule, groups, ...draft } }): RouteEntryProgram => {
    if (rule !== last) rank++;
    last = rule;
    const { ruleDbId, resource, direction, mode } = draft;
    const plan = { parameters: [], ruleDbId, direction, mode, countsInFlight: false };
    const key = `${rule}|${resource}`;
    const count = seenKeys.get(key) ?? 0;
    seenKeys.set(key, count + 1);
    const slot = slots.push({ ...plan, resource, key: count === 0 ? key : `${key}|${count}` }) - 1;
    const placed = groups.map((group, index): RouteGroupProgram => {
      const own = `${rule}|group ${index}|${group.text}`;
      const known = groupSlots.get(own);
      if (known !== undefined) return { ...group, slot: known };
      const labels = { rule: String(ruleDbId), service: draft.service, group: group.text };
      const series = { name: 'weft_route_group_total', labels };
      const made = slots.push({ ...plan, resource, key: own, series }) - 1;
      groupSlots.set(own, made);
      return { ...group, slot: made };
    });
    return { ...draft, rank, groups: placed, slot };
  });
  return { program: { entries, idle }, slots, active: entries.length, problems: ofDocument(problems), warnings: [] };
}

/** The id of the service stands once in a document: what is wrong with it was found with each rule. */
function ofDocument(problems: readonly RuleProblem[]): RuleProblem[] {
  const placed = problems.map((item) =>
    /^rules\[\d+\]\.dataId$/.test(item.path) ? { ...item, path: 'dataId' } : item,
  );
  return placed.filter(
    ({ path, dataId }, index) =>
      path !== 'dataId' || index === placed.findIndex((item) => item.path === path && item.dataId === dataId),
  );
}

function owned({ dataId, value }: RuleDocument<RouteDocument>): Omit<RouteDocument, 'rules'> & { rules: OwnedRule[] } {
  const service = value.dataId || serviceOf(dataId);
  return { ...value, rules: value.rules.map((rule) => ({ ...rule, service })) };
}

/** The service that a document is named after; '' when it has another name. */
function serviceOf(dataId: string): string {
  const from = dataId.indexOf(SERVICES);
  const to = dataId.lastIndexOf('.', dataId.lastIndexOf(',version='));
  if (from < 0 || to < from) return '';
  try {
    return decodeURIComponent(dataId.slice(from + SERVICES.length, to));
  } catch {
    return '';
  }
}

function expandRule(rule: OwnedRule, seen: Set<string>, report: Report): Draft[] {
  const { id, service, conditions, grays } = rule;
  const own = `${id}|${service}`;
  if (seen.has(own)) report('id', String(id), 'another rule of the service has it', 'an id that no other rule has');
  seen.add(own);
  const groups = rule.destinations.map((_, index) => groupOf(rule, index, report));
  const sum = groups.reduce((total, { weight }) => total + weight, 0);
  if (sum !== FULL_WEIGHT) {
    const written = groups.map(({ weight }) => weight).join(' + ');
    report(
      'destinations',
      groups.length === 1 ? written : `${written} = ${sum}`,
      'the weights do not sum to 100',
      'weights that sum to 100',
    );
  }
  const targets = expandTargets(
    {
      services: [service],
      methods: rule.methods,
      direction: 'CLIENT',
      // Of a caller that is asked about itself nothing changes from request to request.
      conditions: [...grays, ...conditions],
      httpMethod: '',
      httpPath: '',
    },
    (place, ...rest) => report(placeOf(place, grays.length), ...rest),
  );
  return targets.map((target) => ({
    ...target,
    ruleDbId: id,
    name: rule.name,
    mode: 'CONTROL',
    priority: rule.orderNum,
    fallback: rule.fallback,
    faultProtection: rule.faultProtection,
    strict: rule.strict,
    groups,
    rule: own,
  }));
}

/** The place in the document of what was found in a part that was made of it. */
function placeOf(place: string, grays: number): string {
  if (place.startsWith('services[')) return 'dataId';
  return place.replace(/^conditions\[(\d+)\]/, (_, digits: string) =>
    Number(digits) < grays ? `grays[${digits}]` : `conditions[${Number(digits) - grays}]`,
  );
}

/** A label of an instance by the name that it is compared under. */
const labelName = (name: string): string => (name.startsWith(LABEL_PREFIX) ? name.slice(LABEL_PREFIX.length) : name);

function groupOf({ destinations }: RouteRule, index: number, report: Report): GroupDraft {
  const { weight, destination } = destinations[index] as RouteRule['destinations'][number];
  const labels = new Map<string, string>();
  for (const [at, { field, operation, value }] of destination.entries()) {
    const place = `destinations[${index}].destination[${at}]`;
    const name = labelName(field);
    if (operation !== 'EQUAL' || value.length !== 1) {
      report(
        `${place}.operation`,
        `${operation} with ${value.length} value${value.length === 1 ? '' : 's'}`,
        'instances are chosen by labels that are equal',
        'EQUAL with one value; other instances in a group of their own',
      );
      continue;
    }
    if (labels.has(name) && labels.get(name) !== value[0])
      report(`${place}.value`, JSON.stringify(value[0]), `the label ${name} has two values`, 'each label once');
    labels.set(name, value[0] as string);
  }
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = sorted.map(([name, value]) => `${name}=${value}`).join(',');
  return { weight, labels: sorted, text: text === '' ? '*' : text };
}
