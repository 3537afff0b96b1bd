import { AT, comparedLine, DATA_ID, type LogLine, matchLines, PERMITS, RESOURCE, SERVICE, SPACED } from './parts.ts';

const LIMIT =
  '{"id":0,"ruleDbId":341,"Resource":null,"thresholdType":"invokeTimes","threshold":1,"timeMs":10000,"mode":"CONTROL","maxBurstRatio":1,"httpPath":"","httpMethod":"","zoneSpec":null}';
const FUSE = `{"id":0,"ruleDbId":14000001,"Resource":{"name":"${SERVICE}","resourceType":2,"trafficType":1,"env":"","conditionId":"40f1a27a"},"mode":"CONTROL","meltAlgorithm":"classic","recoveryAlgorithm":"classic","triggerWindowMillis":10000,"floorRequestCount":2,"probeNum":2,"meltWindowMillis":10000,"threshold":1,"triggerType":"errorRatio","zoneSpec":null}`;
const PORT = '{"ruleDbId":12,"port":8080,"maxRequests":100,"unit":"perSecond","mode":"CONTROL"}';

/** Limits, circuit breakers and ports. */
export const FLOW_LINES: readonly LogLine[] = [
  {
    id: 'flow.second',
    file: 'flow-control.log',
    level: 'INFO',
    pattern: String.raw`\S+:[io]:r#(?:[0-9a-f]{8}|o)(?: \d+){11}`,
    meaning:
      'of a second: resource, pass, block, complete, exception, mean ms, 0, in flight, 0, watched refusals, most in flight, 0',
    example: `${SERVICE}:o:r#o 3 0 3 0 2 0 0 0 0 1 0`,
    grep: `${SERVICE}:o:r#o`,
  },
  {
    id: 'flow.resource',
    file: 'flowcontrol-default.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}\[ParseResource\] resource:&base\.ResourceWrapper\{name:"[^"]+:[io]:r", classification:2, flowType:[01]\},sourceIp:[^,]*,targetApp:[^,]*,test:(?:true|false),resType:2,trafficType:[01]`,
    meaning: 'what a request calls; 0 at the provider, 1 at the caller',
    example: `${AT} [ParseResource] resource:&base.ResourceWrapper{name:"${SERVICE}:i:r", classification:2, flowType:0},sourceIp:11.158.125.203,targetApp:reviews,test:false,resType:2,trafficType:0`,
    grep: String.raw`\[ParseResource\]`,
  },
  {
    id: 'flow.info',
    file: 'flowcontrol-default.log',
    level: 'INFO',
    pattern: String.raw`${SPACED}\[AcquireBusinessInfo\] contextRefinedData=map\[string\]interface \{\}\{"X-CALLER-IP":"[^"]*", "X-TARGET-APP":"[^"]*", "loadTest":(?:true|false), "requestHeaders":map\[string\]string\{.*\}, "system\.sourceApp":".*", "system\.sourceIp":"[^"]*", "system\.targetApp":"[^"]*", "system\.trafficType":"(?:online|test)", "system\.uniqueId":"[^"]*"\}`,
    meaning:
      'who calls, with the headers that rules ask for and no others: of one request a second at `INFO`, of each at `DEBUG`',
    example: `${AT} [AcquireBusinessInfo] contextRefinedData=map[string]interface {}{"X-CALLER-IP":"11.158.125.203", "X-TARGET-APP":"reviews", "loadTest":false, "requestHeaders":map[string]string{"user":"vip"}, "system.sourceApp":"", "system.sourceIp":"11.158.125.203", "system.targetApp":"reviews", "system.trafficType":"online", "system.uniqueId":""}`,
    grep: String.raw`\[AcquireBusinessInfo\] contextRefinedData=map\[`,
  },
  ...matchLines('flow', 'flowcontrol-default.log'),
  comparedLine('flow', 'flowcontrol-default.log'),
  {
    id: 'flow.detail',
    file: 'flowcontrol-default.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}\[flow (?:blocked|monitored)\] \|${RESOURCE}\|\w+Slot\|0\|.*\|.*\|\{.*\}\|`,
    meaning: 'a refusal once more, with its connection and trace',
    example: `${AT} [flow blocked] |${SERVICE}:i:r#f8238ada|LocalLimitSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|${LIMIT}|`,
    grep: '0a0fe9201527584873117100127588.*flow blocked',
  },
  {
    id: 'limit.blocked',
    file: 'flowcontrol-block-stat.log',
    level: 'ERROR',
    pattern: String.raw`\[flow blocked\] \|${RESOURCE}\|LocalLimitSlot\|0\|<nil>\|${PERMITS}\|\{.*\}\|`,
    meaning: 'a limit has refused a request; with limits of concurrency permits are places',
    example: `[flow blocked] |${SERVICE}:i:r#f8238ada|LocalLimitSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|${LIMIT}|`,
    grep: 'flow blocked.*LocalLimitSlot',
  },
  {
    id: 'limit.monitored',
    file: 'flowcontrol-block-stat.log',
    level: 'WARN',
    pattern: String.raw`\[flow monitored\] \|${RESOURCE}\|LocalLimitSlot\|0\|<nil>\|${PERMITS}\|\{.*\}\|`,
    meaning: 'a limit that only watches would have',
    example: `[flow monitored] |${SERVICE}:i:r|LocalLimitSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|${LIMIT.replace('CONTROL', 'OBSERVE')}|`,
    grep: 'flow monitored',
  },
  {
    id: 'fuse.blocked',
    file: 'flowcontrol-block-stat.log',
    level: 'ERROR',
    pattern: String.raw`\[flow blocked\] \|${RESOURCE}\|FuseSlot\|0\|Block\((?:ALWAYS|PROBE)_BLOCK\)\|\|\{.*\}\|`,
    meaning: 'a circuit breaker has refused a request, `PROBE_BLOCK` while its probes are under way',
    example: `[flow blocked] |${SERVICE}:o:r#40f1a27a|FuseSlot|0|Block(ALWAYS_BLOCK)||${FUSE}|`,
    grep: 'flow blocked.*FuseSlot',
  },
  {
    id: 'hijack.blocked',
    file: 'flowcontrol-block-stat.log',
    level: 'ERROR',
    pattern: String.raw`\[flow blocked\] \|${RESOURCE}\|HijackSlot\|0\|<nil>\|${PERMITS}\|\{.*\}\|`,
    meaning: 'the limit of a port has refused a request',
    example: `[flow blocked] |${SERVICE}:i:r|HijackSlot|0|<nil>|maxPermits:100storedPermits:0genPermits:0permits:1|${PORT}|`,
    grep: 'flow blocked.*HijackSlot',
  },
  {
    id: 'flow.repeated',
    file: 'flowcontrol-block-stat.log',
    level: 'ERROR',
    pattern: String.raw`\[flow blocked\] \|${RESOURCE}\|\w+Slot\| … repeated \d+ times`,
    meaning: 'so many more of a rule in one second: a hundred are written',
    example: `[flow blocked] |${SERVICE}:i:r|LocalLimitSlot| … repeated 9900 times`,
    grep: 'repeated [0-9]* times',
  },
  {
    id: 'flow.repeated.watched',
    file: 'flowcontrol-block-stat.log',
    level: 'WARN',
    pattern: String.raw`\[flow monitored\] \|${RESOURCE}\|\w+Slot\| … repeated \d+ times`,
    meaning: 'the same of a rule that only watches',
    example: `[flow monitored] |${SERVICE}:i:r|LocalLimitSlot| … repeated 9900 times`,
    grep: 'repeated [0-9]* times',
  },
  {
    id: 'fuse.push',
    file: 'fuse.log',
    level: 'INFO',
    pattern: String.raw`\[fuse\] receive drm resource push \S+=\{.*\}`,
    meaning: 'rules have come, and are in force',
    example: `[fuse] receive drm resource push ${DATA_ID.replace('downgradeRule', 'fuseRule')}={"appName":"crpc-client","enabled":true,"fuseRules":[]}`,
    grep: String.raw`\[fuse\] receive drm resource push`,
  },
  {
    id: 'fuse.change',
    file: 'fuse.log',
    level: 'INFO',
    pattern: String.raw`\[fuse\] resource:${RESOURCE},rule:\d+,from:(?:CLOSED|OPEN|HALF_OPEN),to:(?:CLOSED|OPEN|HALF_OPEN),total:\d+,error:\d+,rt:\d+,reason:\w+`,
    meaning: 'a circuit breaker changes: calls and errors of its window, their mean ms, why',
    example: `[fuse] resource:${SERVICE}:o:r,rule:14000001,from:CLOSED,to:OPEN,total:2,error:1,rt:12,reason:errorRatio`,
    grep: 'to:OPEN',
  },
];
