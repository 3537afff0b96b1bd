import type { ApiClient, TopologyNode } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { nameOf } from '../mesh/find-proxy.ts';

/** The interface keeps seven days; a table of the moment needs no more than one. */
export const MINUTES = { usual: 5, max: 1440 };

interface Range {
  readonly minutes: number;
  readonly start: string;
}

/** So much less than the range is the range. */
const COVERED_MS = 5000;

type Figures = Pick<TopologyNode, 'rps' | 'errorRatio' | 'p50Ms' | 'p99Ms' | 'rejected'>;
const HEADINGS = ['req/s', 'errors %', 'p50 ms', 'p99 ms', 'refused'];

/** @throws CommandError */
export function rangeOf(minutes: string): Range {
  const count = Number(minutes);
  if (!/^\d{1,4}$/.test(minutes) || count < 1 || count > MINUTES.max)
    throw new CommandError(EXIT.USAGE, 'usage', `--minutes: found "${minutes}", expected 1 to ${MINUTES.max}`);
  return { minutes: count, start: new Date(Date.now() - count * 60_000).toISOString() };
}

const figures = ({ rps, errorRatio, p50Ms, p99Ms, rejected }: Figures): (string | number)[] => [
  rps.toFixed(1),
  errorRatio.toFixed(1),
  p50Ms?.toFixed(1) ?? '-',
  p99Ms?.toFixed(1) ?? '-',
  rejected,
];

/** A table with the time that its figures are of: that of the console is another one unless it is chosen. */
function tableOf(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { minutes, start }: Range,
  coveredFrom: string,
): string {
  const span = minutes === 1 ? 'minute' : `${minutes} minutes`;
  if (rows.length === 0) return `nobody has called anybody in the last ${span}`;
  const isYounger = Date.parse(coveredFrom) - Date.parse(start) > COVERED_MS;
  const since = isYounger ? `; there are none from before ${coveredFrom}` : '';
  return `${formatTable(headings, rows, '')}\nfigures of the last ${span}${since}`;
}

export async function topApps(client: ApiClient, range: Range): Promise<Outcome> {
  const { nodes, dataAgeMs, coveredFrom } = await client.ms.getTopology({ query: { start: range.start } });
  const items = nodes.toSorted((a, b) => b.rps - a.rps);
  const rows = items.map((node) => [node.name, node.kind, node.instances, ...figures(node), node.marks.join(' ')]);
  return {
    exitCode: EXIT.OK,
    text: tableOf(['app', 'kind', 'instances', ...HEADINGS, 'marks'], rows, range, coveredFrom),
    json: { ok: true, items, dataAgeMs },
  };
}

export async function topology(client: ApiClient, range: Range): Promise<Outcome> {
  const { nodes, edges, dataAgeMs, coveredFrom } = await client.ms.getTopology({ query: { start: range.start } });
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const rows = edges
    .toSorted((a, b) => b.rps - a.rps)
    .map((edge) => [
      names.get(edge.source) ?? edge.source,
      names.get(edge.target) ?? edge.target,
      edge.protocol,
      ...figures(edge),
      edge.marks.join(' '),
      edge.service,
    ]);
  return {
    exitCode: EXIT.OK,
    text: tableOf(['from', 'to', 'protocol', ...HEADINGS, 'marks', 'service'], rows, range, coveredFrom),
    json: { ok: true, nodes, edges, dataAgeMs, coveredFrom },
  };
}

export async function topProxies(client: ApiClient): Promise<Outcome> {
  const items = (await allPages((page) => client.ms.listSidecars({ query: page }))).sort((a, b) => b.rps - a.rps);
  const rows = items.map((item) => [
    nameOf(item),
    item.state,
    item.rps.toFixed(1),
    item.cpuPercent?.toFixed(0) ?? '-',
    item.rssBytes === null ? '-' : (item.rssBytes / 2 ** 20).toFixed(0),
    item.connections ?? '-',
    item.version,
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(
      ['proxy', 'state', 'req/s', 'cpu %', 'MiB', 'connections', 'version'],
      rows,
      'there are no proxies',
    ),
    json: { ok: true, items },
  };
}
