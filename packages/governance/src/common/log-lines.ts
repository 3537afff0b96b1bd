import { type RuleRequest, traceIdOf } from '@weft/sdk';
import type { MatchedEntry } from './sides.ts';

/** The log with what limits and circuit breakers looked at. */
export const FLOW_DETAIL_LOG = 'flowcontrol-default.log';

/** By this name the engine knows the log of the proxy itself. */
export const OWN_LOG = 'default.log';

/** `[<trace id>] ` before a line about one request; '' for one that belongs to no trace. */
export function tracePrefix(request: RuleRequest): string {
  const id = traceIdOf(request);
  return id === '-' ? '' : `[${id}] `;
}

/** Services that are named where no rule is for the one that was called. */
const MAX_NAMED = 5;

/** What the rules that there are are for: the id of a service that was mistyped stands beside the right one. */
export function servicesInWords(services: Iterable<string>): string {
  const all = [...new Set(services)];
  const more = all.length - MAX_NAMED;
  return `[${all.slice(0, MAX_NAMED).join(' ')}${more > 0 ? ` and ${more} more` : ''}]`;
}

/** `map[user:vip]`: the header fields that rules ask for, with what the request has. No others: they may be secrets. */
export function askedHeaders(
  entries: Iterable<Pick<MatchedEntry, 'conditions'>>,
  request: RuleRequest,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { conditions } of entries)
    for (const { type, field } of conditions)
      if (type === 'HEADER') headers[field] ??= request.header(request.isHttp ? field.toLowerCase() : field);
  return headers;
}
