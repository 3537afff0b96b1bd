/** What pages call the types of rules; a type without texts here is called as its schema says. */
export const ruleKinds = {
  'kind.limit-title': ['Rate limiting', '服务限流'],
  'kind.limit-subtitle': [
    'Limits are per proxy instance: a threshold of 10 on an app with 3 instances lets 30 through.',
    '限流按代理实例计算：阈值 10 的规则在 3 个实例的应用上共放行 30 个请求。',
  ],
  'kind.limit-add': ['Add rate-limit rule', '添加限流规则'],
  'kind.limit-summary': ['Limit', '限流值'],
  'kind.route-title': ['Routing', '服务路由'],
  'kind.route-subtitle': [
    'Which instances answer which requests: by version, label or share.',
    '按版本、标签或比例决定请求由哪些实例处理。',
  ],
  'kind.route-add': ['Add routing rule', '添加路由规则'],
  'kind.auth-title': ['Authorization', '服务鉴权'],
  'kind.auth-subtitle': ['Who may call what: white lists and black lists.', '通过白名单和黑名单控制谁可以调用。'],
  'kind.auth-add': ['Add authorization rule', '添加鉴权规则'],
  'kind.fuse-title': ['Circuit breaking', '服务熔断'],
  'kind.fuse-subtitle': [
    'Stops calling for a while what fails or answers too slowly, then tries a few requests.',
    '对错误率或响应时间超标的服务暂停调用，之后放行少量请求试探恢复。',
  ],
  'kind.fuse-add': ['Add circuit-breaking rule', '添加熔断规则'],
  'kind.fault-inject-title': ['Fault injection', '故障注入'],
  'kind.fault-inject-subtitle': [
    'Delays or fails a share of the requests on purpose, to see what callers do.',
    '对一定比例的请求注入延迟或错误，用于检验调用方的表现。',
  ],
  'kind.fault-inject-add': ['Add fault-injection rule', '添加故障注入规则'],
  'kind.isolate-title': ['Fault isolation', '故障隔离'],
  'kind.isolate-subtitle': [
    'Keeps requests away from single instances that fail, for a while.',
    '将流量从异常率高的单个实例上暂时移开。',
  ],
  'kind.isolate-add': ['Add isolation rule', '添加隔离规则'],
  'kind.downgrade-title': ['Degradation', '服务降级'],
  'kind.downgrade-subtitle': [
    'Answers calls at the caller, so that what is less important makes room.',
    '在调用方直接返回，为重要服务让出资源。',
  ],
  'kind.downgrade-add': ['Add degradation rule', '添加降级规则'],
  'kind.mirror-title': ['Mirroring', '流量镜像'],
  'kind.mirror-subtitle': [
    'Sends a copy of a share of the requests elsewhere; the answers are thrown away.',
    '将一定比例的请求复制到其他目标，其应答会被丢弃。',
  ],
  'kind.mirror-add': ['Add mirror rule', '添加镜像规则'],
  'kind.hijack-title': ['Port limit', '端口限流'],
  'kind.hijack-subtitle': [
    'How many requests reach an app through one port of its proxy.',
    '通过代理某一端口到达应用的请求数上限。',
  ],
  'kind.hijack-add': ['Add port-limit rule', '添加端口限流规则'],
  'kind.any-title': ['{rule}', '{rule}'],
  'kind.any-subtitle': ['Rules of the type: {rule}.', '规则类型：{rule}。'],
  'kind.any-add': ['Add: {rule}', '添加{rule}'],
  'kind.any-summary': ['What it does', '规则内容'],
} as const;
