import { RuleDirection, type RuleRequest, type RuleServices } from '@weft/sdk';
import { describeCondition } from './conditions.ts';
import { requestService } from './described-request.ts';
import { askedHeaders, FLOW_DETAIL_LOG, servicesInWords, tracePrefix } from './log-lines.ts';
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

/** What support reads when a rule of limits or circuit breakers does not do what somebody expects. */
export function writeFlowDetail(
  services: RuleServices,
  direction: RuleDirection,
  request: RuleRequest,
  entries: readonly MatchedEntry[],
): void {
  const targetApp = request.system('destination.app.name');
  const sourceIp = request.system('source.ip');
  const test = request.system('traffic.type') === 'test';
  const resource = requestResource(direction, request);
  services.log(
    FLOW_DETAIL_LOG,
    'DEBUG',
    `${tracePrefix(request)}[ParseResource] resource:&base.ResourceWrapper{name:"${resource}", classification:2, flowType:0},sourceIp:${sourceIp},targetApp:${targetApp},test:${test},resType:2,trafficType:${direction}`,
  );
  services.log(
    FLOW_DETAIL_LOG,
    'INFO',
    `${tracePrefix(request)}[AcquireBusinessInfo] contextRefinedData=${JSON.stringify({
      'X-CALLER-IP': sourceIp,
      'X-TARGET-APP': targetApp,
      loadTest: test,
      requestHeaders: askedHeaders(entries, request),
      'system.sourceApp': request.system('source.app.name'),
      'system.sourceIp': sourceIp,
      'system.targetApp': targetApp,
      'system.trafficType': request.system('traffic.type'),
      'system.uniqueId': request.system('system.uniqueId'),
    })}`,
  );
  writeMatchDetail(services, FLOW_DETAIL_LOG, direction, request, entries, flowComparison);
}

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
  const trace = tracePrefix(request);
  let asked = 0;
  for (const { program, matchers } of entries) {
    if (!isAsked(program.service, program.method, request)) continue;
    asked++;
    const key = lookupKey(program.service, program.method, program.direction);
    const conditions = program.conditions.map(describeCondition).join(' && ');
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
