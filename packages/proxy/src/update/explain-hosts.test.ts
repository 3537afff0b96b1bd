import type { ExplainedRule, HostSelector } from '@weft/sdk';
import { expect, test } from 'vitest';
import type { HostProgram } from '../cluster/index.ts';
import { explainWith, RouteHosts } from './explain-hosts.ts';

const host = (name: string, version: string): HostProgram =>
  ({ address: `${name}:80`, host: name, labels: { version } }) as unknown as HostProgram;
const HOSTS = new RouteHosts([{ hosts: [host('a', '1'), host('b', '1')] }, { hosts: [host('c', '3')] }]);
const group = (version: string, percent: number) => ({
  labels: [['version', version]] as const,
  text: `version=${version}`,
  percent,
});
const rule = (change: object): ExplainedRule =>
  ({ type: 'ROUTE', mode: 'CONTROL', matched: true, verdict: 'pass', detail: '', ...change }) as ExplainedRule;
const isolate = (...leavesOut: readonly string[]) => rule({ type: 'ISOLATE', leavesOut });
const choices = (...rules: readonly ExplainedRule[]) =>
  explainWith(HOSTS, () => [...rules]).choices.map((one) => `${one.percent} ${one.group} ${one.hosts.join(' ')}`);

test.each<[string, ExplainedRule[], string[]]>([
  ['none where no rule chooses', [rule({}), isolate()], []],
  ['the hosts of a group, of every cluster', [rule({ groups: [group('3', 100)] })], ['100 version=3 c:80']],
  [
    'the shares of several groups',
    [rule({ groups: [group('3', 10)] }), rule({ groups: [group('1', 85), group('3', 5)] })],
    ['15 version=3 c:80', '85 version=1 a:80 b:80'],
  ],
  [
    'any host for what the rules leave',
    [rule({ groups: [group('3', 33.333)] })],
    ['33.333 version=3 c:80', '66.667  a:80 b:80 c:80'],
  ],
  ['nothing for what a rule refuses', [rule({ verdict: 'reject', groups: [group('3', 30)] })], ['30 version=3 c:80']],
  ['without those that are left out', [isolate('a:80')], ['100  b:80 c:80']],
  [
    'without those of a group that are left out',
    [rule({ groups: [group('1', 100)] }), isolate('a:80')],
    ['100 version=1 b:80'],
  ],
  ['all where everybody is left out', [isolate('a:80', 'b:80', 'c:80')], []],
  ['all where those that are left out are of other routes', [isolate('x:80')], []],
  ['nothing of an isolation that is not for it', [rule({ ...isolate('a:80'), matched: false })], []],
  ['nothing of rules where one is unknown', [rule({ verdict: 'unknown' }), rule({ groups: [group('3', 100)] })], []],
])('hosts that rules leave: %s', (_, rules, expected) => expect(choices(...rules)).toEqual(expected));

test('a group whose hosts are all left out has none: what a rule refuses for it says so', () => {
  const asked: boolean[] = [];
  const explain = (hasHost?: (selector: HostSelector) => boolean): ExplainedRule[] => {
    const has = hasHost?.({ key: '', labels: [['version', '3']] }) === true;
    asked.push(has);
    return [isolate('c:80'), rule(has ? {} : { verdict: 'reject', detail: 'no instance has version=3' })];
  };
  const { rules, choices } = explainWith(HOSTS, explain);
  expect(asked).toEqual([true, false]);
  expect(rules[1]?.detail).toBe('no instance has version=3; instances that are left out do not count');
  expect(choices).toEqual([]);
});

test('hosts that are not known are not asked for', () => {
  const asked: unknown[] = [];
  const found = explainWith(undefined, (hasHost) => {
    asked.push(hasHost);
    return [rule({ groups: [group('3', 100)] })];
  });
  expect([found.choices, asked]).toEqual([[], [undefined]]);
});
