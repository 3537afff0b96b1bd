import { AT, CONTEXT, comparedLine, type LogLine, matchLines, SERVICE, SPACED } from './parts.ts';

/** Routing. */
export const ROUTE_LINES: readonly LogLine[] = [
  {
    id: 'route.rule',
    file: 'routerule.log',
    level: 'DEBUG',
    pattern: String.raw`${CONTEXT}\[cloud\]\[router\]get router rule,serviceId:\S*,ok:(?:true|false),rule:\{(?:true|false) (?:true|false) \[.*\]\}`,
    meaning:
      'the rules of the service: whether there are any, whether one acts, then of each that does id, `fallback`, `faultProtection`, conditions, groups with their weights',
    example: `${AT}[cloud][router]get router rule,serviceId:${SERVICE},ok:true,rule:{true true [{20001772 true true [] [{90 version=v1} {10 version=v2}]}]}`,
    grep: 'get router rule,serviceId:',
  },
  {
    id: 'route.hit',
    file: 'routerule.log',
    level: 'DEBUG',
    pattern: String.raw`${CONTEXT}\[cloud\]\[router\] hit the service gov router handler,status:[0-4]`,
    meaning: 'how it ended: 0 hit, 1 no rule, 2 another group, 3 another rule or any instance, 4 no instance',
    example: `${AT}[cloud][router] hit the service gov router handler,status:0`,
    grep: 'hit the service gov router handler',
  },
  ...matchLines('route', 'routerule.log'),
  comparedLine('route', 'routerule.log'),
  {
    id: 'route.record',
    file: 'routerecord.log',
    level: 'INFO',
    pattern: String.raw`\{"traceId":"[^"]*","service":"[^"]*","rule":\d+,"group":"[^"]*","host":"[^"]*","status":[0-4]\}`,
    meaning: 'where a request went; with `governance.route_record`, or while the level of the log is `DEBUG`',
    example: `{"traceId":"0a0fe9201527584873117100127588","service":"${SERVICE}","rule":20001772,"group":"version=v2","host":"10.0.0.7:9080","status":0}`,
    grep: '"rule":20001772',
  },
  {
    id: 'route.origin',
    file: 'default.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}\[Router\]\[loadBalance\]\[GovernLoadBalance\], originHosts = \[[^\]]*\]`,
    meaning: 'the ips that one was chosen from, up to a hundred; once for each instance',
    example: `${AT} [Router][loadBalance][GovernLoadBalance], originHosts = [10.0.0.7 10.0.0.8]`,
    grep: 'originHosts = ',
  },
  {
    id: 'route.service',
    file: 'default.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}\[Router\]\[loadBalance\]\[GovernLoadBalance\], service = \S+`,
    meaning: 'the service that was called',
    example: `${AT} [Router][loadBalance][GovernLoadBalance], service = ${SERVICE}`,
    grep: 'GovernLoadBalance.*service = ',
  },
  {
    id: 'route.host',
    file: 'default.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}clusterSnapshot\.loadbalancer\.ChooseHost result is \S*, cluster name = \S*`,
    meaning: 'the instance that was chosen',
    example: `${AT} clusterSnapshot.loadbalancer.ChooseHost result is 10.0.0.7:9080, cluster name = ${SERVICE}`,
    grep: 'ChooseHost result is',
  },
];
