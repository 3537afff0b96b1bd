import type { Direction } from '@weft/schema/wire';

/** `<service>[.<method>]:<i|o>:r[#<conditionId>]`: what a rule counts, as logs and metrics name it. */
export function resourceName(service: string, method: string, direction: Direction, id: string): string {
  const key = method === '*' || method === '' ? service : `${service}.${method}`;
  return `${key}:${direction === 'SERVER' ? 'i' : 'o'}:r${id === '' ? '' : `#${id}`}`;
}

/** The key that a rule is found by: service and method, each possibly `*`, and direction. */
export function lookupKey(service: string, method: string, direction: Direction): string {
  return `${service}.${method}:${direction === 'SERVER' ? 'i' : 'o'}:r`;
}
