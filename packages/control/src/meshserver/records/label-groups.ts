import { endpointLabels, labelName } from '@weft/distribution';
import type { MeshserverParts } from '../parts.ts';
import type { AnyRuleBody, InstanceFinder } from '../rules/rule-kind.ts';

/** Groups of instances that a rule sends requests to, in the words of its own body. */
interface GroupedSpec {
  readonly destinations?: readonly { readonly weight: number; readonly labels: Readonly<Record<string, string>> }[];
  readonly faultProtection?: boolean;
}

/** Labels of the instances of a service that the registry has and that get requests; each service is looked up once. */
export function instanceLabels(
  { registry }: Pick<MeshserverParts, 'registry'>,
  instanceId: string,
): (serviceId: string) => readonly Readonly<Record<string, string>>[] {
  const known = new Map<string, readonly Readonly<Record<string, string>>[]>();
  return (serviceId) => {
    const before = known.get(serviceId);
    if (before !== undefined) return before;
    const labels = registry
      .providers(instanceId, serviceId)
      .filter(({ record, manual }) => manual?.enabled !== false && (manual?.weight ?? record.publication.weight) > 0)
      .map(({ record: { publication, node } }) => ({
        ...endpointLabels({ zone: node.zone, dataCenter: node.dataCenter, metadata: publication.metadata }),
        ip: publication.address,
      }));
    known.set(serviceId, labels);
    return labels;
  };
}

/** Looks for instances that have labels. A service without any may be in files of proxies. */
export function instanceFinder(parts: MeshserverParts, instanceId: string): InstanceFinder {
  const labelsOf = instanceLabels(parts, instanceId);
  return (serviceId, wanted) => {
    const instances = labelsOf(serviceId);
    return (
      instances.length === 0 ||
      instances.some((labels) => wanted.every(([name, value]) => labels[labelName(name)] === value))
    );
  };
}

export interface MissingGroup {
  readonly service: string;
  /** Such as `version=v2`. */
  readonly labels: string;
}

/** The groups of a rule that requests come to and that no instance is in; `all`: there is no other group. */
export function missingGroups(
  { services, spec }: AnyRuleBody,
  hasInstance: InstanceFinder,
): { readonly missing: readonly MissingGroup[]; readonly all: boolean } {
  const { destinations = [], faultProtection = false } = spec as GroupedSpec;
  const missing: MissingGroup[] = [];
  let asked = 0;
  for (const service of services)
    for (const { weight, labels } of destinations) {
      if (weight === 0 && !faultProtection) continue;
      asked++;
      const wanted = Object.entries(labels);
      if (!hasInstance(service, wanted))
        missing.push({ service, labels: wanted.map(([name, value]) => `${name}=${value}`).join(',') });
    }
  return { missing, all: missing.length > 0 && missing.length === asked };
}
