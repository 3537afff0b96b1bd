import { expect, test } from 'vitest';
import { translator } from '../i18n/index.ts';
import { isolationReason } from './isolation-reason.ts';

const zh = translator('zh');
const en = translator('en');

test.each([
  ['it has asked', '已提出请求'],
  ['no answer from the control plane', '控制面未应答'],
  ['it publishes no such service', '该实例未发布此服务'],
  ['it is the last one that callers can use', '它是调用方可用的最后一个实例'],
  ['the registry has just started, and does not know yet who is there', '注册中心刚启动，尚不清楚有哪些实例'],
  ['rule 7 is not in force here', '规则 7 未生效'],
  ['1 of at most 1 instances of reviews are isolated', 'reviews 最多隔离 1\u00a0个实例，已隔离 1\u00a0个'],
  ['of 3 instances at most 1 may be isolated, 1 are', '3\u00a0个实例中最多隔离 1\u00a0个，已隔离 1\u00a0个'],
  ['of a newer release', 'of a newer release'],
])('%s', (reason, chinese) => {
  expect(isolationReason(reason, zh)).toBe(chinese);
  expect(isolationReason(reason, en)).toBe(reason);
});
