import type { Registry } from '../../registry/index.ts';
import type { AnyRuleBody } from './rule-kind.ts';

/**
 * Whether a rule is for a service: it names it, or it is for all services and its app provides this one or, at callers,
 * consumes it. Whatever counts or lists the rules of a service asks this.
 */
export function isFor(
  registry: Registry,
  instanceId: string,
  { app, direction, services }: AnyRuleBody,
  dataId: string,
): boolean {
  if (services.includes(dataId)) return true;
  if (!services.includes('*')) return false;
  if (app === '*') return true;
  return direction === 'SERVER'
    ? registry.providers(instanceId, dataId).some(({ record }) => record.node.app === app)
    : registry.consumers(instanceId, dataId).some((node) => node.app === app);
}
