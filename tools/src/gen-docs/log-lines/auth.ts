import { AT, type LogLine, SERVICE, SPACED } from './parts.ts';

/** Authorization, in two logs: operators look into either. */
export const AUTH_LINES: readonly LogLine[] = ['rbac.log', 'default.log'].flatMap((file): LogLine[] => {
  const of = (id: string): string => (file === 'rbac.log' ? `auth.${id}` : `auth.${id}.default`);
  return [
    {
      id: of('service'),
      file,
      level: 'DEBUG',
      pattern: String.raw`${SPACED}\[rbac\] got svc from variable, svc=\S*`,
      meaning: 'the service that was called',
      example: `${AT} [rbac] got svc from variable, svc=${SERVICE}`,
      grep: 'got svc from variable, svc=',
    },
    {
      id: of('protocol'),
      file,
      level: 'DEBUG',
      pattern: String.raw`${SPACED}\[rbac\] svcType=\S+`,
      meaning: 'its protocol',
      example: `${AT} [rbac] svcType=Http1`,
      grep: String.raw`\[rbac\] svcType=`,
    },
    {
      id: of('current'),
      file,
      level: 'DEBUG',
      pattern: String.raw`${SPACED}\[rbac\] got current service name, svc=\S*`,
      meaning: 'the service that lists are looked up by',
      example: `${AT} [rbac] got current service name, svc=${SERVICE}`,
      grep: 'got current service name, svc=',
    },
    {
      id: of('headers'),
      file,
      level: 'DEBUG',
      pattern: String.raw`${SPACED}\[rbac\] request header=map\[.*\]`,
      meaning: 'the headers that rules ask for, and no others',
      example: `${AT} [rbac] request header=map[user:vip]`,
      grep: String.raw`request header=map\[`,
    },
    {
      id: of('no-list'),
      file,
      level: 'DEBUG',
      pattern: String.raw`${SPACED}\[rbac\] no list is for svc=\S*, lists are for \[.*\]`,
      meaning: 'no list is for the service that was called',
      example: `${AT} [rbac] no list is for svc=${SERVICE}, lists are for [revews.bookinfo:9080@Http1]`,
      grep: 'no list is for svc=',
    },
    {
      id: of('reject'),
      file,
      level: 'INFO',
      pattern: String.raw`${SPACED}\[rbac\] request has ben reject rule=\d+ list=(?:WHITE|BLACK)LIST source=\S* ip=\S* identity=(?:mtls|asserted)(?: recheck=true)?`,
      meaning: 'a caller is refused (so it has always been spelt); `recheck`: in the midst of a stream, after a change',
      example: `${AT} [rbac] request has ben reject rule=5 list=WHITELIST source=productpage ip=10.0.0.5 identity=asserted`,
      grep: 'request has ben reject',
    },
    {
      id: of('watched'),
      file,
      level: 'INFO',
      pattern: String.raw`${SPACED}\[rbac\] request would be rejected mode=observe would=deny rule=\d+ list=(?:WHITE|BLACK)LIST source=\S* ip=\S* identity=(?:mtls|asserted)`,
      meaning: 'a rule that only watches would have',
      example: `${AT} [rbac] request would be rejected mode=observe would=deny rule=5 list=WHITELIST source= ip=10.0.0.5 identity=asserted`,
      grep: 'mode=observe would=deny',
    },
  ];
});

/** More of it, in its own log alone. */
export const MORE_AUTH_LINES: readonly LogLine[] = [
  {
    id: 'auth.rule',
    file: 'rbac.log',
    level: 'DEBUG',
    pattern: String.raw`${SPACED}\[rbac\] rule=\d+ \w+ \S+ [A-Z_]+ \[.*\] actual=.* matched=(?:true|false)`,
    meaning: 'a condition: rule, what it asks for, value of the request',
    example: `${AT} [rbac] rule=5 SYSTEM source.app.name EQUAL [productpage] actual=ratings matched=false`,
    grep: String.raw`\[rbac\] rule=5 `,
  },
  {
    id: 'auth.repeated',
    file: 'rbac.log',
    level: 'INFO',
    pattern: String.raw`\[rbac\] request has ben reject … repeated \d+ times`,
    meaning: 'so many more in one second: a hundred are written',
    example: '[rbac] request has ben reject … repeated 150 times',
    grep: 'repeated [0-9]* times',
  },
];
