import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { type RuleSource, SERVICES, SUCCESS, WITH_HEADERS, World } from './world.ts';

const lists = (...rules: object[]): RuleSource => ({ type: 'AUTH', list: 'rbacRules', rules });
const logOf = ({ proxy }: World, file: string): string => {
  const place = path.join(proxy.directory, 'logs', file);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
};
/** What a denied caller sees, in the words of each protocol. */
const DENIED = { Http1: 403, Http2: 403, grpc: 7, tri: 7, bolt: 2, dubbo: 80, 'dubbo-thrift': 6, tars: -99 } as const;

describe.each(WITH_HEADERS)('%s', (protocol) => {
  const ok = SUCCESS[protocol];
  const denied = DENIED[protocol];
  const caller = (name: string) => [{ type: 'SYSTEM', field: 'source.app.name', operation: 'IN', value: [name] }];
  const from = (name: string): Record<string, string> => ({ 'x-weft-source-app': name });

  it('lets in who is on the whitelist, keeps out who is on the blacklist, and looks at nothing that goes out', async () => {
    const entry = {
      service: SERVICES[protocol],
      whiteListEnabled: true,
      rules: [
        { ruleDbId: 5, conditions: caller('friend') },
        { ruleDbId: 6, type: 'BLACKLIST', conditions: caller('friend') },
      ],
    };
    const world = await World.start(protocol, [lists(entry)]);
    const ask = async (name: string) => (await world.ask('in', from(name))).status;
    expect([await ask('friend'), await ask('stranger'), await ask('')]).toEqual([ok, denied, denied]);
    expect(world.service.seen).toBe(1);
    const answer = await world.ask('in', from('stranger'));
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(answer).toMatchObject({
        text: 'permission denied',
        headers: { 'x-weft-reject': 'auth', 'x-weft-rule': '5' },
      });
    else expect(answer.text).toContain('permission denied|rule=5');
    expect((await world.ask('out', from('stranger'))).status).toBe(ok);
    expect(await metric(world.proxy, 'weft_governance_total', { type: 'auth', rule: '5', verdict: 'reject' })).toBe(3);
    await until(() => logOf(world, 'rbac.log').split('\n').length > 3);
    expect(logOf(world, 'rbac.log')).toMatch(
      /^\S+ \S+ \[INFO\] \[\d+,\] \[rbac\] request has ben reject rule=5 list=WHITELIST source=stranger ip=127\.0\.0\.1 identity=asserted\n/,
    );
    await until(() => `${logOf(world, 'in.log')}${logOf(world, '../in.log')}`.includes('AUTHZ_DENIED'));
    // Both lists on: black first. Both off: everybody. Watching: everybody, with a line.
    await world.change([lists({ ...entry, blackListEnabled: true })]);
    expect([await ask('friend'), await ask('stranger')]).toEqual([denied, denied]);
    await world.change([lists({ ...entry, whiteListEnabled: false })]);
    expect([await ask('friend'), await ask('stranger')]).toEqual([ok, ok]);
    await world.change([lists({ ...entry, rules: [{ ruleDbId: 5, conditions: caller('friend'), mode: 'OBSERVE' }] })]);
    expect(await ask('stranger')).toBe(ok);
    await until(() => logOf(world, 'rbac.log').includes('would be rejected mode=observe would=deny rule=5'));
    await expectSound(world.proxy);
  });
});

it('what authorization refuses takes no token and no sample', async () => {
  const services = [SERVICES.Http1];
  const world = await World.start('Http1', [
    {
      type: 'LIMIT',
      list: 'flowControlRules',
      rules: [{ ruleDbId: 1, threshold: 2, timeMs: 1_000_000, maxBurstRatio: 1000, services }],
    },
    lists({
      service: '*',
      blackListEnabled: true,
      rules: [
        {
          ruleDbId: 2,
          type: 'BLACKLIST',
          conditions: [{ type: 'HEADER', field: 'bad', operation: 'EQUAL', value: ['1'] }],
        },
      ],
    }),
  ]);
  expect(await world.statuses(3, 'in', { bad: '1' })).toEqual([403, 403, 403]);
  expect(await world.statuses(3)).toEqual([200, 200, 429]);
});
