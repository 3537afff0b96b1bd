import { type GraySelector, type Message, type MessageId, message } from '@weft/api';
import type { NodeIdentity } from '@weft/distribution';

/** Values that a text names. */
const MAX_KNOWN = 10;

interface Mark {
  readonly name: MessageId;
  /** What has to be there: one of these. */
  readonly wanted: readonly string[];
  readonly of: (node: NodeIdentity) => readonly string[];
}

/** A mark that a selector asks for and none of the nodes has, beside what they have; null where each is somewhere. */
export function missingMark(selector: GraySelector, nodes: readonly NodeIdentity[], percent: number): Message | null {
  if (nodes.length === 0) return null;
  for (const { name, wanted, of } of marksOf(selector)) {
    const known = [...new Set(nodes.flatMap(of))].filter((value) => value !== '').sort();
    if (wanted.length === 0 || wanted.some((value) => known.includes(value))) continue;
    const params = { percent, mark: message(name), wanted: wanted.join(', ') };
    if (known.length === 0) return message('rollout.is-without-marks', params);
    const shown = known.slice(0, MAX_KNOWN).join(', ');
    return message('rollout.is-without-mark', { ...params, known: known.length > MAX_KNOWN ? `${shown}, …` : shown });
  }
  return null;
}

function marksOf({
  labels = {},
  zones = [],
  dataCenters = [],
  clusters = [],
  apps = [],
  ips = [],
}: GraySelector): Mark[] {
  const pair = ([name, value]: readonly [string, string]): string => `${name}=${value}`;
  return [
    ...Object.entries(labels).map(
      (label): Mark => ({
        name: 'rollout.mark-label',
        wanted: [pair(label)],
        of: (node) => Object.entries(node.labels).map(pair),
      }),
    ),
    { name: 'rollout.mark-zone', wanted: zones, of: ({ zone }) => [zone] },
    { name: 'rollout.mark-data-center', wanted: dataCenters, of: ({ dataCenter }) => [dataCenter] },
    { name: 'rollout.mark-cluster', wanted: clusters, of: ({ cluster }) => [cluster] },
    { name: 'rollout.mark-app', wanted: apps, of: ({ app }) => [app] },
    { name: 'rollout.mark-ip', wanted: ips, of: ({ ip }) => [ip] },
  ];
}
