/**
 * Several rules on one request: types speak in their order, and what one refuses the ones behind it do not see. All rules
 * are in force at once; headers of a request choose which are for it, so that every pair has a request of its own.
 */
import { describe, expect, it } from 'vitest';
import { expectSound, sumOf } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { type RuleSource, SERVICES, Service, World } from './world.ts';

const SERVICE = SERVICES.Http1;
const SERVER = ['auth', 'hijack', 'limit', 'fuse', 'fault-inject', 'mirror'] as const;
const CLIENT = ['downgrade', 'limit', 'fuse', 'fault-inject', 'route', 'mirror'] as const;
type Word = (typeof SERVER | typeof CLIENT)[number];
type Side = 'SERVER' | 'CLIENT';

/** Names of series by which it is seen that a type has had to do with a request. */
const IDS: Readonly<Record<Word, string>> = {
  auth: '1',
  hijack: '2',
  limit: '3',
  fuse: '4',
  'fault-inject': '5',
  mirror: '6',
  downgrade: '7',
  route: '8',
};

/** For requests with the header of the type. */
const asked = (word: Word) => ({
  ruleDbId: Number(IDS[word]),
  conditions: [{ type: 'HEADER', field: `for-${word}`, operation: 'EQUAL', value: ['1'] }],
});

/** Every rule refuses what it is for; a mirror copies it. */
function sourcesOf(side: Side, port: number, shadow: number): RuleSource[] {
  const common = { direction: side, services: [SERVICE] };
  const both: RuleSource[] = [
    { type: 'LIMIT', list: 'flowControlRules', rules: [{ ...asked('limit'), ...common, threshold: 0, timeMs: 1000 }] },
    {
      type: 'FUSE',
      list: 'fuseRules',
      rules: [
        { ...asked('fuse'), ...common, threshold: 1, floorRequestCount: 1, meltWindowMillis: 3_600_000, probeNum: 1 },
      ],
    },
    {
      type: 'FAULT_INJECT',
      list: 'faultInjectRules',
      rules: [{ ...asked('fault-inject'), ...common, faultInjectRuleItems: [{ ruleType: 'ABORT' }] }],
    },
    {
      type: 'MIRROR',
      list: 'mirrorRules',
      rules: [{ ...asked('mirror'), ...common, targetAddresses: [`127.0.0.1:${shadow}`] }],
    },
  ];
  if (side === 'SERVER')
    return [
      ...both,
      {
        type: 'AUTH',
        list: 'rbacRules',
        rules: [{ service: SERVICE, blackListEnabled: true, rules: [{ ...asked('auth'), type: 'BLACKLIST' }] }],
      },
      {
        type: 'HIJACK',
        list: 'hijackRules',
        rules: [{ ...asked('hijack'), port, maxRequests: 1, unit: 'concurrency' }],
      },
    ];
  const [named] = asked('downgrade').conditions;
  const service = { type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [SERVICE] };
  const { ruleDbId, conditions } = asked('route');
  const nowhere = [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: ['none'] }];
  return [
    ...both,
    {
      type: 'DOWNGRADE',
      list: 'downgradeRules',
      rules: [{ ruleDbId: 7, conditions: [service, named], actions: [{ type: 'REJECT', extension: [{}] }] }],
    },
    {
      type: 'ROUTE',
      list: 'rules',
      rules: [{ id: ruleDbId, conditions, destinations: [{ weight: 100, destination: nowhere }] }],
    },
  ];
}

async function rig(side: Side, words: readonly Word[]) {
  const shadow = await Service.listen('Http1');
  const world = await World.start('Http1', []);
  const listener = side === 'SERVER' ? 'in' : 'out';
  await world.change(sourcesOf(side, world.proxy.port('in'), shadow.port));
  const ask = async (...of: readonly Word[]) => {
    const { headers } = await world.ask(listener, Object.fromEntries(of.map((word) => [`for-${word}`, '1'])));
    return headers['x-weft-reject'] ?? null;
  };
  /** Everything that the rules have counted, by type. */
  const counted = async (): Promise<Map<Word, number>> => {
    const { body } = await world.proxy.admin('GET', '/metrics');
    const sum = (name: string, rule: string): number => {
      try {
        return sumOf(body, name, { rule });
      } catch {
        // Nothing yet.
        return 0;
      }
    };
    return new Map(
      words.map((word) => [
        word,
        sum('weft_governance_total', IDS[word]) + (word === 'mirror' ? sum('weft_mirror_total', IDS[word]) : 0),
      ]),
    );
  };
  // The breaker opens by an answer of the service, the port is full by a request that stays.
  world.service.behaviour = 'error';
  expect(await ask('fuse')).toBeNull();
  const held: Promise<unknown>[] = [];
  if (side === 'SERVER') {
    world.service.behaviour = 'silent';
    const before = world.service.seen;
    held.push(world.ask(listener, { 'for-hijack': '1' }).catch(() => {}));
    await until(() => world.service.seen > before);
  }
  world.service.behaviour = 'ok';
  return { world, shadow, ask, counted };
}

describe.each([
  ['SERVER', SERVER],
  ['CLIENT', CLIENT],
] as const)('%s', (side, words) => {
  it(`speaks in this order: ${words.join(', ')}`, async () => {
    const { world, shadow, ask, counted } = await rig(side, words);
    const refusing = words.filter((word) => word !== 'mirror');
    for (const word of refusing) expect(await ask(word), word).toBe(word);
    expect(await ask()).toBeNull();
    const mine = await counted();
    for (const word of refusing) expect(mine.get(word), word).toBeGreaterThan(0);
    let pairs = 0;
    for (const [index, earlier] of refusing.entries())
      for (const later of words.slice(index + 1)) {
        const before = await counted();
        expect(await ask(earlier, later), `${earlier}, ${later}`).toBe(earlier);
        expect(await ask(later, earlier), `${later}, ${earlier}`).toBe(earlier);
        const after = await counted();
        expect(after.get(earlier), earlier).toBe((before.get(earlier) ?? 0) + 2);
        // That none of the hosts of a route is there comes out when one is chosen: the mirror has been asked by then, and sends nothing.
        const askedBefore = earlier === 'route' ? 2 : 0;
        expect(after.get(later), `${later} behind ${earlier}`).toBe((before.get(later) ?? 0) + askedBefore);
        pairs++;
      }
    expect(pairs).toBe(15);
    // All together: the first has the word, and nobody else hears of it.
    const before = await counted();
    expect(await ask(...words)).toBe(words[0]);
    const after = await counted();
    for (const word of words.slice(1)) expect(after.get(word), word).toBe(before.get(word));
    expect(shadow.seen).toBe(0);
    expect(await ask('mirror')).toBeNull();
    await until(() => shadow.seen === 1);
    await expectSound(world.proxy);
  });
});

it('faults count as answers of the service to the breaker before them: drills open it', async () => {
  const all = { conditions: [], services: [SERVICE] };
  const world = await World.start('Http1', [
    {
      type: 'FUSE',
      list: 'fuseRules',
      rules: [{ ...all, ruleDbId: 4, threshold: 50, floorRequestCount: 3, meltWindowMillis: 3_600_000 }],
    },
    {
      type: 'FAULT_INJECT',
      list: 'faultInjectRules',
      rules: [{ ...all, ruleDbId: 5, faultInjectRuleItems: [{ ruleType: 'ABORT' }] }],
    },
  ]);
  const words: unknown[] = [];
  for (let i = 0; i < 5; i++) words.push((await world.ask('in')).headers['x-weft-reject']);
  expect(words).toEqual(['fault-inject', 'fault-inject', 'fault-inject', 'fuse', 'fuse']);
  expect(world.service.seen).toBe(0);
});
