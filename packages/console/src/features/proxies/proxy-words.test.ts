import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { componentInWords, degradedInWords, eventKind } from './proxy-words.ts';

test('kinds of events and ways of being degraded are said in words, those of a newer proxy as they are', () => {
  expect(eventKind('fuse.open', translator('en'))).toBe('circuit opened');
  expect(eventKind('control-plane', translator('zh'))).toBe('控制面');
  expect(eventKind('moon', translator('zh'))).toBe('moon');
  expect(degradedInWords(['registry', 'moon'], translator('en'))).toBe('its services are of an earlier time, moon');
});

test('parts of a proxy are called by what they do, those of a newer proxy as they call themselves', () => {
  expect(componentInWords('drm', translator('en'))).toBe('Rules and values');
  expect(componentInWords('drm', translator('zh'))).toBe('规则与配置值');
  expect(componentInWords('moon', translator('zh'))).toBe('moon');
});
