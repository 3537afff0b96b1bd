import type { RuleScope } from '@weft/schema/wire';
import type { RuleNode } from '@weft/sdk';
import { isAddressOrNetwork, isAmongAddresses } from './address-match.ts';
import { fnv1a } from './condition-id.ts';
import type { Report } from './report.ts';

/** Place of an instance on the scale of percentages, 0 … 99: the same for the same address and app, so that growing keeps who is in. */
export function percentile(node: Pick<RuleNode, 'ip' | 'app'>): number {
  return fnv1a(node.ip + node.app) % 100;
}

/** Reports what can never be met: a rule would wait for an instance that cannot be. */
export function checkScope({ ips, labels }: RuleScope, report: Report): void {
  for (const [index, ip] of ips.entries())
    if (!isAddressOrNetwork(ip)) {
      const message = ip.includes('/') ? 'not a network' : 'not an address';
      report(`scope.ips[${index}]`, JSON.stringify(ip), message, 'an address, or a network such as 10.0.0.0/8');
    }
  if (Object.hasOwn(labels, '')) report('scope.labels', '""', 'empty', 'a text of at least 1 character');
}

/** Why a rule does not apply to this instance, in words; '' when it does. */
export function outOfScope(scope: RuleScope, node: RuleNode): string {
  const listed = (name: string, values: readonly string[], own: string, among = values.includes(own)): string =>
    values.length === 0 || among ? '' : `${name} ${own === '' ? 'unknown' : own} is not among ${values.join(', ')}`;
  for (const [name, value] of Object.entries(scope.labels))
    if (node.labels[name] !== value) return `label ${name} is not ${value}`;
  return (
    listed('cluster', scope.clusters, node.cluster) ||
    listed('zone', scope.zones, node.zone) ||
    listed('data center', scope.dataCenters, node.dataCenter) ||
    listed('address', scope.ips, node.ip, isAmongAddresses(scope.ips, node.ip)) ||
    (scope.percent >= 100 || percentile(node) < scope.percent
      ? ''
      : `not among the ${scope.percent} % of the instances`)
  );
}
