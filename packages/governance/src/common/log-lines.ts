import { type RuleRequest, traceIdOf } from '@weft/sdk';
import type { MatchedEntry } from './sides.ts';

/** The log with what limits and circuit breakers looked at. */
export const FLOW_DETAIL_LOG = 'flowcontrol-default.log';

/** By this name the engine knows the log of the proxy itself. */
export const OWN_LOG = 'default.log';

/** `[<connection>,<trace id>]` of a line about one request, either part possibly empty; '' where both are. */
export function contextOf(request: RuleRequest): string {
  const trace = traceIdOf(request);
  const { connectionId } = request;
  if (trace === '-' && connectionId === 0) return '';
  return `[${connectionId === 0 ? '' : connectionId},${trace === '-' ? '' : trace}]`;
}

/** The same before a line whose first word stands by itself. */
export function contextPrefix(request: RuleRequest): string {
  const context = contextOf(request);
  return context === '' ? '' : `${context} `;
}

/** A document in a log is cut here. */
const MAX_SHOWN_CHARACTERS = 16_384;

/** A document as a part of a line. */
export function shownDocument(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  return line.length <= MAX_SHOWN_CHARACTERS ? line : `${line.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}

/** What a summary says of lines that were not written. */
export const repeatedTimes = (repeats: number): string => `… repeated ${repeats} times`;

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
