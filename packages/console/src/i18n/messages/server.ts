/** What the server says by id, in Chinese; its English is in the contract. */
export const SERVER_TEXTS_ZH: Readonly<Record<string, string>> = {
  'warning.no-proxy': '没有订阅者：当前没有代理连接，代理连接后规则即生效',
  'warning.no-proxy-of-app': '没有订阅者：应用 {app} 没有在线代理，请核对代理的应用名（--app）',
  'warning.no-subscriber-of-service': '没有订阅者：没有在线代理调用 {service}',
  'warning.not-provider': '应用 {app} 未提供 {service}：服务端规则在提供方生效',
  'notice.values-frozen': '取值与规则暂停推送：{operator} 于 {since} 冻结，至 {until}（{reason}）',
  'notice.endpoints-closed': '服务地址暂停推送：{operator} 于 {since} 关闭',
  'import.exists': '规则 {rule} 已使用此名称',
  'import.overwrites': '覆盖规则 {rule}',
  'import.copy': '{name} 的副本',
  'preview.rate': '每实例 {rate}/s，突发 {burst}；{instances|个实例|个实例}合计 {total}/s',
  'preview.concurrency': '每实例并发 {burst}；{instances|个实例|个实例}合计 {total}',
  'preview.fuse-errors':
    '{seconds} 秒内至少 {calls|次调用|次调用}且 {percent}% 失败时熔断；拒绝 {open} 秒后放行 {probes|个探测请求|个探测请求}',
  'preview.fuse-time':
    '{seconds} 秒内至少 {calls|次调用|次调用}且平均耗时达 {threshold} ms 时熔断；拒绝 {open} 秒后放行 {probes|个探测请求|个探测请求}',
  'preview.abort': '{percent}% 的匹配请求返回 {status}',
  'preview.delay': '{percent}% 的匹配请求延迟 {delay} ms',
  'preview.whitelist': '仅匹配的调用方可以调用，其他调用方被拒绝',
  'preview.blacklist': '匹配的调用方不可以调用',
  'preview.degraded': '调用方立即得到错误，不发送请求',
  'preview.answered': '调用方立即得到规则设定的应答，不发送请求',
};
