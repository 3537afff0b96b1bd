import type { Endpoint } from './resources.ts';

/** What SOFA puts before labels of one's own. */
const LABEL_PREFIX = 'com.alipay.sofa.label.';
const POD_VERSION = 'app.kubernetes.io/version';

/** The name that a label is compared under. */
export const labelName = (name: string): string =>
  name.startsWith(LABEL_PREFIX) ? name.slice(LABEL_PREFIX.length) : name;

/** Labels of an endpoint: what it publishes, and where it is. The version has two names. */
export function endpointLabels({
  zone = '',
  dataCenter = '',
  metadata = {},
}: Partial<Pick<Endpoint, 'zone' | 'dataCenter' | 'metadata'>>): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) labels[labelName(name)] = value;
  if (zone !== '') labels['zone'] = zone;
  if (dataCenter !== '') labels['idc'] = dataCenter;
  const version = labels['version'] ?? labels[POD_VERSION];
  if (version !== undefined) {
    labels['version'] ??= version;
    labels[POD_VERSION] ??= version;
  }
  return labels;
}
