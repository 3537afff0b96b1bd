import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiClient, LimitRule } from '@weft/api';
import { waitFor } from '../local-call.ts';
import type { DemoMesh } from '../mesh.ts';
import { hostOf, logDirectoryOf, type Sidecar } from '../sidecar.ts';
import { boltStatus, SERVER_THREADPOOL_BUSY } from './bolt-call.ts';
import { type Answer, get } from './calls.ts';
import { inTime } from './in-time.ts';

export interface CheckContext {
  readonly mesh: DemoMesh;
  readonly client: ApiClient;
  /** The rule of the check, as it was read last. */
  rule: LimitRule | null;
  /** When it was switched on, by the monotonic clock. */
  switchedOnMs: number;
}

interface Step {
  readonly name: string;
  run(context: CheckContext): Promise<string>;
}

/** Reports come once a second, and the control plane counts what came. */
const SEEN_MS = 30_000;
/** Each step goes on with what it waits for; these bounds are for a machine that has far more to do than it can. */
const ACKNOWLEDGED_MS = 30_000;
const LIMITED_MS = 30_000;
/** Far below what the readers ask for. */
const THRESHOLD = 2;
const BLOCK_LOG = 'flowcontrol-block-stat.log';

/** Each says what it saw, or throws what was expected and did not come. */
export const STEPS: readonly Step[] = [
  { name: 'proxies report', run: proxiesReport },
  { name: 'topology shows HTTP and Bolt', run: topologyShowsBoth },
  { name: 'rule created, and off', run: createRule },
  { name: 'rule on, acknowledged', run: switchOn },
  { name: 'HTTP is limited', run: httpIsLimited },
  { name: 'Bolt is limited', run: boltIsLimited },
  { name: 'log lines of both', run: logLines },
  { name: 'a refusal is explained', run: explained },
  { name: 'figures of the rule', run: figures },
  { name: 'OBSERVE lets through', run: observe },
  { name: 'rule off, traffic recovers', run: switchOff },
  { name: 'history and audit', run: history },
];

async function proxiesReport({ mesh, client }: CheckContext): Promise<string> {
  const count = mesh.sidecars.length;
  return waitFor(`${count} proxies that are connected and healthy`, SEEN_MS, async () => {
    const { items } = await client.ms.listSidecars({ query: { size: 100 } });
    const good = items.filter((item) => item.connected && item.state === 'Running' && item.healthy !== false);
    if (good.length === count) return `${count} connected, of ${new Set(good.map(({ app }) => app)).size} applications`;
    throw new Error(`${good.length} of ${items.length} are: ${items.map((i) => `${i.app} ${i.state}`).join(', ')}`);
  });
}

/** Who asks whom, whatever the applications are written in. */
const EDGES: readonly (readonly [between: string, protocol: RegExp])[] = [
  ['productpage > details ', /^http/i],
  ['productpage > reviews ', /^http/i],
  ['reviews > ratings ', /^bolt/i],
];
/** And what those on the JVM ask each other. */
const JAVA_EDGES: typeof EDGES = [
  ['details > reviews ', /^http/i],
  ['ratings > votes ', /^dubbo/i],
];

async function topologyShowsBoth({ client, mesh }: CheckContext): Promise<string> {
  const expected = mesh.hasJava ? [...EDGES, ...JAVA_EDGES] : EDGES;
  const names = expected.map(([between]) => between.trim()).join(', ');
  return waitFor(`edges ${names} with requests`, SEEN_MS, async () => {
    const { nodes, edges } = await client.ms.getTopology();
    const nameOf = new Map(nodes.map((node) => [node.id, node.name]));
    const lines = edges.map(
      ({ source, target, protocol, requests }) =>
        `${nameOf.get(source) ?? source} > ${nameOf.get(target) ?? target} ${protocol} ${requests}`,
    );
    const find = (between: string, protocol: RegExp) =>
      edges.find(
        (edge, index) =>
          lines[index]?.startsWith(between) === true && protocol.test(edge.protocol) && edge.requests > 0,
      );
    if (expected.every(([between, protocol]) => find(between, protocol) !== undefined)) return lines.join(', ');
    throw new Error(`there are: ${lines.join(', ') || 'none'}`);
  });
}

async function createRule(context: CheckContext): Promise<string> {
  const { client, mesh } = context;
  context.rule = await client.ms.createLimitRule({
    body: {
      name: 'demo-check',
      app: '*',
      direction: 'SERVER',
      services: [mesh.sidecarOf('details').instance.dataId, mesh.sidecarOf('ratings').instance.dataId],
      methods: ['*'],
      mode: 'CONTROL',
      enabled: false,
      spec: { thresholdType: 'invokeTimes', threshold: THRESHOLD, timeMs: 1000 },
    },
  });
  if (context.rule.enabled) throw new Error('the rule is on right after it was created');
  await everyAnswerPasses(context, 10);
  return `rule ${context.rule.ruleDbId}: ${THRESHOLD} requests/s for one HTTP and one Bolt service; nothing is limited yet`;
}

async function switchOn(context: CheckContext): Promise<string> {
  context.switchedOnMs = performance.now();
  context.rule = await context.client.ms.enableLimitRule({ params: { id: ruleOf(context).ruleDbId } });
  const acknowledged = await acknowledgement(context);
  return `${acknowledged} in ${inTime('every acknowledgement', performance.now() - context.switchedOnMs)}`;
}

async function httpIsLimited(context: CheckContext): Promise<string> {
  const id = String(ruleOf(context).ruleDbId);
  const answer = await waitFor('an answer 429 of details', LIMITED_MS, async () => {
    const found = await askDetails(context);
    return found.status === 429 ? found : null;
  });
  const after = inTime('the first refusal', performance.now() - context.switchedOnMs);
  const { 'x-weft-reject': word, 'x-weft-rule': rule } = answer.headers;
  if (word !== 'limit') throw new Error(`x-weft-reject is ${JSON.stringify(word)}; expected "limit"`);
  if (rule !== id) throw new Error(`x-weft-rule is ${JSON.stringify(rule)}; expected "${id}"`);
  await someAnswerPasses(context);
  return `429 ${after} after the rule was on, x-weft-reject: limit, x-weft-rule: ${id}; below the limit details answers`;
}

async function boltIsLimited(context: CheckContext): Promise<string> {
  const { ruleDbId } = ruleOf(context);
  const words = await waitFor('a refusal of ratings in the words of its client', LIMITED_MS, async () => {
    const found = ratingError(await askReviews(context));
    if (found === null || found.endsWith(`|rule=${ruleDbId}`)) return found;
    throw new Error(`the client said ${JSON.stringify(found)}; expected a text that ends with |rule=${ruleDbId}`);
  });
  const { instance, ports } = context.mesh.sidecarOf('ratings');
  const service = instance.dataId.slice(0, instance.dataId.lastIndexOf('@'));
  await waitFor('a refusal with the status SERVER_THREADPOOL_BUSY', LIMITED_MS, async () => {
    const status = await boltStatus(ports.boltIngress, service, 'getRatings');
    if (status === SERVER_THREADPOOL_BUSY) return true;
    throw new Error(`the status is ${status}; expected ${SERVER_THREADPOOL_BUSY}`);
  });
  return `SERVER_THREADPOOL_BUSY; sofa-rpc-node says ${words}`;
}

async function logLines(context: CheckContext): Promise<string> {
  const lines: string[] = [];
  for (const app of ['details', 'ratings'])
    lines.push(await logLine(context.mesh.sidecarOf(app), '[flow blocked]', ruleOf(context)));
  return `${BLOCK_LOG}: ${lines.map((line) => /\[flow blocked\] \|[^|]+/.exec(line)?.[0] ?? '').join(' … ')}`;
}

async function explained(context: CheckContext): Promise<string> {
  const { client, mesh } = context;
  const rule = ruleOf(context);
  const { instance } = mesh.sidecarOf('details');
  const { items } = await client.ms.listSidecars({ query: { app: instance.app } });
  const proxyId = items[0]?.proxyId ?? '';
  return waitFor('an explanation that names the rule', LIMITED_MS, async () => {
    // Asked while the rule has nothing left: the answer is of that moment.
    await Promise.all(Array.from({ length: THRESHOLD + 1 }, () => askDetails(context)));
    const result = await client.ms.explain({
      body: {
        proxyId,
        protocol: 'Http1',
        listener: 'http_ingress',
        method: 'GET',
        authority: hostOf(instance.dataId),
        path: '/details/0',
      },
    });
    const step = result.steps.find((item) => item.ruleDbId === rule.ruleDbId);
    if (step !== undefined && !result.ok) return result.verdict;
    throw new Error(`it said: ${result.verdict}; steps: ${result.steps.map((item) => item.title).join(', ')}`);
  });
}

async function figures(context: CheckContext): Promise<string> {
  const rule = ruleOf(context);
  return waitFor('refusals in the figures of the rule and in the topology', SEEN_MS, async () => {
    const { points } = await context.client.ms.getLimitRuleHits({ params: { id: rule.ruleDbId } });
    const rejected = points.reduce((sum, point) => sum + point.rejected, 0);
    const { nodes, edges } = await context.client.ms.getTopology();
    const marked = [...nodes, ...edges].filter((item) => item.marks.includes('limited')).length;
    if (rejected > 0 && marked > 0) return `${rejected} refusals, ${marked} marks in the topology`;
    throw new Error(`${rejected} refusals, ${marked} marks`);
  });
}

async function observe(context: CheckContext): Promise<string> {
  const rule = await context.client.ms.getLimitRule({ params: { id: ruleOf(context).ruleDbId } });
  context.rule = await context.client.ms.replaceLimitRule(
    {
      params: { id: rule.ruleDbId },
      body: {
        name: rule.name,
        app: rule.app,
        direction: rule.direction,
        services: rule.services,
        methods: rule.methods,
        mode: 'OBSERVE',
        enabled: true,
        spec: rule.spec,
      },
    },
    { ifMatch: rule.version },
  );
  await acknowledgement(context);
  await everyAnswerPasses(context, 20);
  const line = await logLine(context.mesh.sidecarOf('details'), '[flow monitored]', rule);
  return `20 of 20 pass; the log says what would have been refused: ${/\[flow monitored\] \|[^|]+/.exec(line)?.[0] ?? ''}`;
}

async function switchOff(context: CheckContext): Promise<string> {
  const startedMs = performance.now();
  context.rule = await context.client.ms.disableLimitRule({ params: { id: ruleOf(context).ruleDbId } });
  const acknowledged = await acknowledgement(context);
  const ms = Math.round(performance.now() - startedMs);
  await everyAnswerPasses(context, 30);
  return `${acknowledged} in ${ms} ms; 30 of 30 pass`;
}

async function history(context: CheckContext): Promise<string> {
  const { client } = context;
  const { items } = await client.ms.listLimitRuleVersions({ params: { id: ruleOf(context).ruleDbId } });
  const operations = items.map((item) => item.operation).reverse();
  const expected = 'create, enable, replace, disable';
  if (operations.join(', ') !== expected)
    throw new Error(`the versions are ${operations.join(', ')}; expected ${expected}`);
  const { rows, firstBrokenId } = await client.osp.verifyAudit();
  if (firstBrokenId !== null) throw new Error(`the audit log is broken at row ${firstBrokenId}`);
  return `versions ${operations.join(', ')}; ${rows} rows of audit, unbroken`;
}

function ruleOf({ rule }: CheckContext): LimitRule {
  if (rule === null) throw new Error('there is no rule');
  return rule;
}

/** Waits until every proxy has said that it has taken the documents of the rule. */
async function acknowledgement(context: CheckContext): Promise<string> {
  const { client, mesh } = context;
  const { ruleDbId } = ruleOf(context);
  return waitFor('an acknowledgement of every proxy', ACKNOWLEDGED_MS, async () => {
    const push = await client.ms.getLimitRulePush({ params: { id: ruleDbId } });
    if (push.state === 'ok' && push.acked === push.target && push.target === mesh.sidecars.length)
      return `${push.acked} of ${push.target} proxies have version ${push.version}`;
    throw new Error(`state ${push.state}: ${push.acked} of ${push.target}, ${push.rejected} refused it`);
  });
}

const egressOf = ({ mesh }: CheckContext): number => mesh.sidecarOf('productpage').ports.httpEgress;

function askDetails(context: CheckContext): Promise<Answer> {
  return get(egressOf(context), hostOf(context.mesh.sidecarOf('details').instance.dataId), '/details/0');
}

function askReviews(context: CheckContext): Promise<Answer> {
  return get(egressOf(context), hostOf(context.mesh.sidecarOf('reviews').instance.dataId), '/reviews/0');
}

/** Why there are no stars, or null when there are, or when this version of reviews shows none. */
function ratingError(answer: Answer): string | null {
  if (answer.status !== 200) throw new Error(`reviews answers ${answer.status}: ${answer.body.slice(0, 200)}`);
  const { reviews } = JSON.parse(answer.body) as { reviews: readonly { rating?: { error?: string } }[] };
  return reviews[0]?.rating?.error ?? null;
}

async function everyAnswerPasses(context: CheckContext, count: number): Promise<void> {
  for (let asked = 0; asked < count; asked++) {
    const details = await askDetails(context);
    if (details.status !== 200)
      throw new Error(
        `answer ${asked + 1} of details is ${details.status} (${String(details.headers['x-weft-reject'])})`,
      );
    const error = ratingError(await askReviews(context));
    if (error !== null) throw new Error(`answer ${asked + 1} of ratings is refused: ${error}`);
  }
}

async function someAnswerPasses(context: CheckContext): Promise<void> {
  await waitFor('an answer 200 of details beside those that are refused', LIMITED_MS, async () =>
    (await askDetails(context)).status === 200 ? true : null,
  );
}

/** Log files are written a little later than requests are answered. */
async function logLine(sidecar: Sidecar, head: string, rule: LimitRule): Promise<string> {
  const file = path.join(logDirectoryOf(sidecar), BLOCK_LOG);
  return waitFor(`a line "${head}" in ${BLOCK_LOG} of ${sidecar.name}`, LIMITED_MS, async () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    const found = lines.find((line) => line.includes(head) && line.includes(`"ruleDbId":${rule.ruleDbId},`));
    if (found !== undefined) return found;
    throw new Error(`the last line is ${JSON.stringify(lines.at(-2) ?? '')}`);
  });
}
