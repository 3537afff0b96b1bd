import type { MirrorDocument, MirrorRule } from '@weft/schema/wire';
import type { CompiledRules, RuleDocument, RuleNode, SlotPlan } from '@weft/sdk';
import { asIdle, checkService, expandDocuments, expandTargets, isFramingHeader, type Report } from '../common/index.ts';
import type { MirrorEntryProgram, MirrorProgram } from './program.ts';

type Draft = Omit<MirrorEntryProgram, 'slot' | 'resultSlots'>;

/** What became of copies, as metrics and logs call it; by `CopyResult`. */
export const RESULTS = ['ok', 'error', 'failed', 'dropped', 'rested'] as const;
export const COPIES_METRIC = 'weft_mirror_total';

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a value must not have.
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const IP_V4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const IP_V6 = /^\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]$/;

/** Compiles all documents of mirroring rules; pure. */
export function compileMirrors(
  documents: readonly RuleDocument<MirrorDocument>[],
  node: RuleNode,
): CompiledRules<MirrorProgram> {
  const expanded = expandDocuments(documents, 'mirrorRules', node, (document) => document.mirrorRules, expandRule);
  const idle = [...expanded.idle];
  const slots: SlotPlan[] = [];
  const seen = new Map<string, number>();
  const resultSlots = new Map<number, readonly number[]>();
  const entries: MirrorEntryProgram[] = [];
  for (const draft of expanded.drafts) {
    const { ruleDbId, resource, direction, mode } = draft;
    if (mode === 'OBSERVE' || draft.percent === 0) {
      idle.push(
        asIdle(draft, mode === 'OBSERVE' ? 'a watching rule copies nothing' : '0 % of the requests are copied'),
      );
      continue;
    }
    const own = `${ruleDbId}|${resource}`;
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    const plan = { parameters: [], ruleDbId, resource, direction, mode, countsInFlight: false };
    const slot = slots.push({ ...plan, key: count === 0 ? own : `${own}|${count}` }) - 1;
    let results = resultSlots.get(ruleDbId);
    if (results === undefined) {
      results = RESULTS.map((result) => {
        const series = { name: COPIES_METRIC, labels: { rule: String(ruleDbId), result } };
        return slots.push({ ...plan, key: `${ruleDbId}|copies|${result}`, series }) - 1;
      });
      resultSlots.set(ruleDbId, results);
    }
    entries.push({ ...draft, slot, resultSlots: results });
  }
  return { program: { entries, idle }, slots, active: entries.length, problems: expanded.problems, warnings: [] };
}

function expandRule(rule: MirrorRule, report: Report): Draft[] {
  const targets = expandTargets(rule, report);
  checkTarget(rule, report);
  checkHeaders(rule, report);
  const { ruleDbId, name, mode, percent, targetDataId, targetCluster, hostSuffix, maxBodyBytes, maxPending } = rule;
  return targets.map((target) => ({
    ...target,
    ruleDbId,
    name,
    mode,
    percent,
    cluster: targetDataId || targetCluster,
    addresses: rule.targetAddresses,
    times: rule.amplification,
    toEveryHost: rule.broadcast,
    removeHeaders: rule.stripHeaders,
    setHeaders: Object.entries(rule.addHeaders),
    hostSuffix,
    maxBodyBytes,
    maxPending,
  }));
}

function checkTarget({ targetDataId, targetCluster, targetAddresses }: MirrorRule, report: Report): void {
  const given = Object.entries({
    targetDataId: targetDataId !== '',
    targetCluster: targetCluster !== '',
    targetAddresses: targetAddresses.length > 0,
  }).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (given.length !== 1)
    report(
      'targetDataId',
      given.length === 0 ? undefined : given.join(', '),
      given.length === 0 ? 'nobody gets the copies' : 'more than one target',
      'one of targetDataId, targetCluster and targetAddresses',
    );
  // Where the file has a cluster that is called otherwise, that is `targetCluster`.
  if (targetDataId !== '') checkService(targetDataId, 0, (_place, ...said) => report('targetDataId', ...said));
  for (const [index, address] of targetAddresses.entries())
    if (!isAddress(address))
      report(
        `targetAddresses[${index}]`,
        JSON.stringify(address),
        'not an address',
        '`ip:port`, such as 10.0.0.7:8080 or [fd00::7]:8080',
      );
}

function isAddress(text: string): boolean {
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (at < 0 || !/^\d{1,5}$/.test(text.slice(at + 1)) || port < 1 || port > 65_535) return false;
  const host = text.slice(0, at);
  return IP_V4.test(host) || IP_V6.test(host);
}

/** A second length or host in a copy would let its receiver read another request than was sent. */
function isOfProxy(name: string): boolean {
  return name === 'host' || name.startsWith('proxy-') || isFramingHeader(name);
}

function checkHeaders({ stripHeaders, addHeaders }: MirrorRule, report: Report): void {
  for (const [index, name] of stripHeaders.entries())
    if (!HEADER_NAME.test(name))
      report(`stripHeaders[${index}]`, JSON.stringify(name), 'no name of a header', 'a token of HTTP');
  for (const [name, value] of Object.entries(addHeaders)) {
    if (!HEADER_NAME.test(name)) report('addHeaders', JSON.stringify(name), 'no name of a header', 'a token of HTTP');
    else if (isOfProxy(name.toLowerCase()))
      report(
        'addHeaders',
        JSON.stringify(name),
        name.toLowerCase() === 'host' ? 'hosts of copies come of `hostSuffix`' : 'the proxy writes it itself',
        'a header that is not about framing, connection, host or proxies',
      );
    if (CONTROL.test(value))
      report('addHeaders', JSON.stringify(value), 'no value of a header', 'no control characters');
  }
}
