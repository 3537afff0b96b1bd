import { expect, test } from 'vitest';
import { createFormat, translator } from '../../i18n/index.ts';
import { detailInWords } from './details.ts';

const zh = { t: translator('zh'), format: createFormat('zh-CN') };
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  ['0.2 of 100 tokens', '剩余令牌 0.2 / 100'],
  ['3 of 20 requests in flight', '当前并发 3 / 20'],
  ['the threshold is 0', '阈值为 0'],
  ['port 8080, 3 of 20 requests in flight', '端口 8080，当前并发 3 / 20'],
  ['port 8080, 3 of 20 requests a second left', '端口 8080，本秒剩余 3 / 20 个请求'],
  ['port 8080, the request came to 9090', '端口 8080，请求到达的是 9090'],
  ['OPEN, the next request is a probe', '已熔断，下一个请求作为探测'],
  ['OPEN for 4200 ms more', '已熔断，还需 4,200 ms'],
  ['HALF_OPEN, 1 of 3 probes sent', '半开，已发送探测 1 / 3'],
  [
    'CLOSED, 4 of at least 10 calls in 10 s, 12.5 % errors of 50 %',
    '未熔断：10 秒内 4 次调用（至少 10 次），错误率 12.5%，阈值 50%',
  ],
  [
    'CLOSED, 4 of at least 10 calls in 10 s, 35 ms of 300 ms',
    '未熔断：10 秒内 4 次调用（至少 10 次），平均 35 ms，阈值 300 ms',
  ],
  ['30 % of the requests meet a delay of 500 ms', '30% 的请求延迟 500 ms'],
  ['100 % of the requests meet status 503', '100% 的请求返回 503'],
  ['its conditions do not hold', '条件不满足'],
  ['fault 1 of the rule comes first', '该规则的第 1 个故障优先'],
  [
    'rule 7 is the first for such calls: no other injects faults into them, whether its conditions hold or not',
    '规则 7 对此类调用优先：无论其条件是否满足，其他规则都不会注入故障',
  ],
  ['its time is over', '已过生效时间'],
  ['answered with an error', '返回错误'],
  ['answered by the rule', '返回规则设定的应答'],
  ['not on the blacklist', '不在黑名单中'],
  ['no rule of the whitelist matches', '没有匹配的白名单规则'],
  ['10 % of the requests are copied to shadow', '10% 的请求复制到 shadow'],
  ['100 % of the requests are copied 3 times to every instance of shadow', '100% 的请求复制 3 份到 shadow 的每个实例'],
  ['a watching rule copies nothing', '观察者模式的规则不复制请求'],
  ['no instance is left out', '没有被隔离的实例'],
  ['this instance is not left out', '本实例未被隔离'],
  [
    'this instance is not left out, though 60 % of 25 calls failed: it is the last one that callers can use',
    '本实例未被隔离，尽管 25 次调用中有 60% 失败：它是调用方可用的最后一个实例',
  ],
  ['rule 7 is more specific and acts instead', '规则 7 更具体，由其生效'],
  [
    '10.0.0.3:80 left out for 90 s more (40 % of 25 calls failed); 10.0.0.4:80 is on its way back',
    '10.0.0.3:80 被隔离，还需 1 分 30 秒（25 次调用异常率 40%）；10.0.0.4:80 正在恢复',
  ],
  [
    '10.0.0.3:80 would be left out for 9 s more (77.5 % of 40 calls failed)',
    '10.0.0.3:80 应被隔离，还需 9 秒（40 次调用异常率 77.5%）',
  ],
  ['no instance has version=v2', '没有 version=v2 的实例'],
  ['no instance has version=v2 or version=v3,zone=a', '没有 version=v2 或 version=v3,zone=a 的实例'],
  ['30 % of such requests: no instance has version=v2', '此类请求的 30%：没有 version=v2 的实例'],
  [
    'no instance has version=v2; instances that are left out do not count',
    '没有 version=v2 的实例（不计已被隔离的实例）',
  ],
  ['not asked: rule 7 refused it before', '规则 7 已先行拒绝'],
  ['rule 7 comes first and leaves nothing to others', '规则 7 优先，其余规则不再尝试'],
  [
    '90 % to version=v1,zone=a, 10 % to *; without an instance: refused',
    '90% 到 version=v1,zone=a, 10% 到 全部实例；没有可用实例时：拒绝',
  ],
  [
    'when rule 7 has no instance: 100 % to version=v2; without an instance: the other groups, then the next rule, else any instance',
    '规则 7 没有可用实例时：100% 到 version=v2；没有可用实例时：尝试其他分组，然后尝试下一条规则，最后任意实例',
  ],
])('%s reads %s', (said, wanted) => expect(spaced(detailInWords(said, zh))).toBe(wanted));

test('a sentence that is not known stays', () => expect(detailInWords('something new', zh)).toBe('something new'));
