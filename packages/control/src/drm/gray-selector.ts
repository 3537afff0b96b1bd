import type { GraySelector } from '@weft/api';
import type { NodeIdentity } from '@weft/distribution';
import { instancePercentile } from '@weft/schema/wire';

/** Whether a proxy gets the gray value: all parts of the selector that say something must fit. */
export function isSelected(selector: GraySelector, node: NodeIdentity): boolean {
  const { clusters = [], zones = [], dataCenters = [], apps = [], ips = [], labels = {}, percent = 100 } = selector;
  const fits = (values: readonly string[], own: string): boolean => values.length === 0 || values.includes(own);
  return (
    fits(clusters, node.cluster) &&
    fits(zones, node.zone) &&
    fits(dataCenters, node.dataCenter) &&
    fits(apps, node.app) &&
    fits(ips, node.ip) &&
    Object.entries(labels).every(([name, value]) => node.labels[name] === value) &&
    (percent >= 100 || instancePercentile(node.ip, node.app) < percent)
  );
}
