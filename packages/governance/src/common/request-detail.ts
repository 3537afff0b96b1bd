import type { Condition } from '@weft/schema/wire';
import { RuleDirection, type RuleRequest, type RuleServices } from '@weft/sdk';
import { requestService } from './described-request.ts';
import { askedHeaders, contextPrefix, FLOW_DETAIL_LOG, servicesInWords } from './log-lines.ts';
import { lookupKey } from './resource.ts';
import { isAsked, type MatchedEntry } from './sides.ts';
import type { RuleTarget } from './targets.ts';

/** `<service>:<i|o>:r` of what a request calls. */
export function requestResource(direction: RuleDirection, request: RuleRequest): string {
  return `${requestService(request)}:${direction === RuleDirection.SERVER ? 'i' : 'o'}:r`;
}

/** The resource of a rule as logs name it: what a rule for every service counts is named by the service that was called. */
export function shownResource({ service, resource }: RuleTarget, request: RuleRequest): string {
  return service === '*' ? `${requestService(request)}${resource.slice(1)}` : resource;
}

/** How a log words one comparison. */
export type ComparisonText = (actual: string, operation: string, values: readonly string[]) => string;

export const flowComparison: ComparisonText = (actual, operation, values) =>
  `[IsMatch] leftVal(${actual}),op(${operation}),rightVal([${values.join(' ')}])`;

/** What a request is to limits and circuit breakers: all of it at DEBUG, of one request a second who calls at INFO. */
export class FlowDetail {
  readonly #services: RuleServices;
  /** Of the last request that was described at INFO. */
  #second = -1;

  constructor(services: RuleServices) {
    this.#services = services;
  }

  /** Writes of the request at hand as much as the level asks for. */
  note(direction: RuleDirection, request: RuleRequest, entries: readonly MatchedEntry[]): void {
    const services = this.#services;
    if (services.detail()) {
      writeResource(services, direction, request);
      writeBusinessInfo(services, request, entries);
      writeMatchDetail(services, FLOW_DETAIL_LOG, direction, request, entries, flowComparison);
      return;
    }
    const second = Math.floor(request.nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    if (services.writes(FLOW_DETAIL_LOG, 'INFO')) writeBusinessInfo(services, request, entries);
  }
}

function writeResource(services: RuleServices, direction: RuleDirection, request: RuleRequest): void {
  const resource = requestResource(direction, request);
  const sourceIp = request.system('source.ip');
  const targetApp = request.system('destination.app.name');
  services.log(
    FLOW_DETAIL_LOG,
    'DEBUG',
    `${contextPrefix(request)}[ParseResource] resource:&base.ResourceWrapper{name:"${resource}", classification:2, flowType:${direction}},sourceIp:${sourceIp},targetApp:${targetApp},test:${isTest(request)},resType:2,trafficType:${direction}`,
  );
}

function writeBusinessInfo(services: RuleServices, request: RuleRequest, entries: readonly MatchedEntry[]): void {
  const sourceIp = request.system('source.ip');
  const targetApp = request.system('destination.app.name');
  const info = {
    'X-CALLER-IP': sourceIp,
    'X-TARGET-APP': targetApp,
    loadTest: isTest(request),
    requestHeaders: askedHeaders(entries, request),
    'system.sourceApp': request.system('source.app.name'),
    'system.sourceIp': sourceIp,
    'system.targetApp': targetApp,
    'system.trafficType': request.system('traffic.type'),
    'system.uniqueId': request.system('system.uniqueId'),
  };
  const text = `[AcquireBusinessInfo] contextRefinedData=${goMap(info)}`;
  services.log(FLOW_DETAIL_LOG, 'INFO', `${contextPrefix(request)}${text}`);
}

const isTest = (request: RuleRequest): boolean => request.system('traffic.type') === 'test';

/** A map as Go writes it: parsers of this log know it so. */
function goMap(map: Readonly<Record<string, unknown>>): string {
  const texts = Object.values(map).every((value) => typeof value === 'string');
  const entries = Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${goValue(value)}`);
  return `map[string]${texts ? 'string' : 'interface {}'}{${entries.join(', ')}}`;
}

const goValue = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? goMap(value as Readonly<Record<string, unknown>>)
    : JSON.stringify(value);

/** `[{HEADER user EQUAL [vip]}]` */
export const conditionsText = (conditions: readonly Condition[]): string =>
  `[${conditions.map(({ type, field, operation, value }) => `{${type} ${field} ${operation} [${value.join(' ')}]}`).join(' ')}]`;

/** One line for each rule of the service, and one for each condition up to the first that does not hold. */
export function writeMatchDetail(
  services: RuleServices,
  file: string,
  direction: RuleDirection,
  request: RuleRequest,
  entries: readonly MatchedEntry[],
  compare: ComparisonText,
): void {
  const resource = requestResource(direction, request);
  const trace = contextPrefix(request);
  let asked = 0;
  for (const { program, matchers } of entries) {
    if (!isAsked(program.service, program.method, request)) continue;
    asked++;
    const key = lookupKey(program.service, program.method, program.direction);
    const conditions = conditionsText(program.conditions);
    services.log(file, 'DEBUG', `${trace}[match] resource:${resource},key:${key},conditions:${conditions}`);
    for (const matcher of matchers) {
      const actual = matcher.read(request);
      const { operation, value } = matcher.condition;
      services.log(file, 'DEBUG', `${trace}${compare(actual, operation, value)}`);
      if (!matcher.test(actual)) break;
    }
  }
  if (asked > 0) return;
  // A service that was mistyped in a rule stands here beside the one that was called.
  const names = servicesInWords(
    entries.map(({ program }) => lookupKey(program.service, program.method, program.direction)),
  );
  services.log(file, 'DEBUG', `${trace}[match] resource:${resource}, no rule is for it, rules are for ${names}`);
}
