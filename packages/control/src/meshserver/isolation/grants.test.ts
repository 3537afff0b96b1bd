import { describe, expect, test } from 'vitest';
import { askOf, OTHER_RULE, RULE, SERVICE, TestGrants } from './test-plane.ts';

/** `a` of these has asked and was granted. */
const granted = (...ids: string[]): TestGrants => {
  const plane = new TestGrants('a', ...ids);
  plane.report('a', askOf());
  plane.clock.advance(500);
  return plane;
};

test('an instance that asks is left out, and its proxy hears what it is called and for how long', () => {
  const plane = granted('b');
  expect(plane.out()).toEqual(['a:80']);
  expect(plane.states.get('a:80')).toMatchObject({ share: 0, by: `rule ${RULE}`, untilMs: 60_500 });
  const { ruleDbId } = askOf();
  expect(plane.verdicts.get('a')).toEqual([
    { ruleDbId, service: SERVICE, granted: true, forMs: 60_000, host: 'a:80', reason: '' },
  ]);
});

test('its proxy asks on for what is left; when it does not any more it comes back by degrees', () => {
  const plane = granted('b');
  for (let second = 1; second < 60; second++) {
    plane.report('a', askOf({ granted: true, forMs: 60_000 - second * 1000 }));
    plane.clock.advance(1000);
    expect(plane.out()).toEqual(['a:80']);
  }
  plane.report('a');
  const shares: number[] = [];
  for (let tick = 0; tick < 24; tick++) {
    plane.clock.advance(500);
    const share = plane.states.get('a:80')?.share ?? 1;
    if (share !== shares.at(-1)) shares.push(share);
  }
  expect(shares.map((share) => Math.round(share * 100))).toEqual([10, 28, 46, 64, 82, 100]);
  // The proxy knew it first: nothing was said behind the grant.
  expect(plane.verdicts.get('a')).toHaveLength(1);
});

describe('two that ask at one time', () => {
  test('of at most one the worse goes, and the other hears why not', () => {
    const plane = new TestGrants('a', 'b', 'c');
    plane.report('a', askOf({ exceptions: 5 }));
    plane.report('b', askOf({ exceptions: 9 }));
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['b:80']);
    expect(plane.last('a')).toMatchObject({ granted: false, reason: '1 of at most 1 instances of app are isolated' });
  });

  test('by two rules: what each of them allows at most counts what the other left out', () => {
    const plane = granted('b', 'c');
    plane.report('b', askOf({ ruleDbId: OTHER_RULE }));
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80']);
    expect(plane.last('b')).toMatchObject({ granted: false, reason: '1 of at most 1 instances of app are isolated' });
    plane.report('b', askOf({ ruleDbId: OTHER_RULE, maxInstances: 2 }));
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80', 'b:80']);
    // The rule of the first one would not have left it out beside the second, had it come later.
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80', 'b:80']);
  });

  test('the one that came later goes when the first has come back', () => {
    const plane = granted('b', 'c');
    plane.report('b', askOf());
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80']);
    plane.report('a');
    plane.report('b', askOf());
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['b:80']);
  });
});

test('never the last one; others that go take it back', () => {
  const plane = granted('b');
  plane.report('b', askOf({ maxInstances: 9 }));
  plane.clock.advance(500);
  expect(plane.last('b')?.reason).toBe('it is the last one that callers can use');
  plane.stand('a');
  plane.clock.advance(500);
  expect(plane.out()).toEqual([]);
  expect(plane.last('a')).toMatchObject({ granted: false, reason: 'it is the last one that callers can use' });
});

test('one that was silent for long and asks for nothing comes back with its first report', () => {
  const plane = new TestGrants('a', 'b', 'c');
  plane.report('a', askOf({ forMs: 3_600_000 }));
  plane.clock.advance(600);
  for (let tick = 0; tick < 130; tick++) plane.clock.advance(500);
  expect(plane.out()).toEqual(['a:80']);
  plane.report('a');
  plane.clock.advance(1000);
  expect(plane.out()).toEqual([]);
});

test('its time is over, whatever its proxy does: gone, silent, cut off', () => {
  const plane = granted('b');
  plane.clock.advance(60_001);
  expect(plane.out()).toEqual([]);
  plane.clock.advance(10_500);
  expect(plane.states.size).toBe(0);
  expect(plane.grants.size).toBe(0);
});

test('a report that says that it is still out, when it is not any more, does not begin it anew', () => {
  const plane = granted('b');
  plane.clock.advance(60_001);
  plane.report('a', askOf({ granted: true, forMs: 500 }));
  plane.clock.advance(500);
  expect(plane.out()).toEqual([]);
  expect(plane.last('a')).toMatchObject({ granted: false, reason: 'its time is over' });
});

test('the rule is not in force any more: it comes back also when its proxy does not answer', () => {
  const plane = granted('b');
  plane.rules.clear();
  plane.clock.advance(500);
  expect(plane.out()).toEqual([]);
  expect(plane.last('a')?.reason).toBe('its rule is not in force any more');
  plane.report('b', askOf());
  plane.clock.advance(500);
  expect(plane.last('b')?.reason).toBe(`rule ${RULE} is not in force here`);
});

test('a rule that allows fewer: the least bad comes back', () => {
  const plane = new TestGrants('a', 'b', 'c', 'd');
  plane.report('a', askOf({ maxInstances: 2, exceptions: 6 }));
  plane.report('b', askOf({ maxInstances: 2, exceptions: 9 }));
  plane.clock.advance(500);
  expect(plane.out()).toEqual(['a:80', 'b:80']);
  plane.report('a', askOf({ granted: true, exceptions: 6 }));
  plane.report('b', askOf({ granted: true, exceptions: 9 }));
  plane.clock.advance(500);
  expect(plane.out()).toEqual(['b:80']);
});

describe('an instance that vanishes', () => {
  test('takes no place, and nobody calls it when it is back', () => {
    const plane = granted('b', 'c');
    plane.stand('b', 'c');
    plane.report('b', askOf());
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80', 'b:80']);
    expect(plane.last('b')?.granted).toBe(true);
    plane.stand('a', 'b', 'c');
    expect(plane.out()).toContain('a:80');
    // It is one too many now.
    plane.clock.advance(500);
    expect(plane.out()).toHaveLength(1);
  });

  test('for good: nothing is kept of it after a minute of silence', () => {
    const plane = new TestGrants('a', 'b');
    plane.report('a', askOf({ forMs: 3_600_000 }));
    plane.clock.advance(500);
    plane.stand('b');
    plane.clock.advance(59_000);
    expect(plane.grants.size).toBe(1);
    plane.clock.advance(1000);
    expect(plane.grants.size).toBe(0);
    plane.clock.advance(10_500);
    expect(plane.states.size).toBe(0);
  });

  test('its address may be that of another one, which is not left out', () => {
    const plane = granted('b', 'c');
    plane.providers = plane.providers.map((one) => (one.proxyId === 'a' ? { ...one, proxyId: 'new' } : one));
    plane.clock.advance(500);
    expect(plane.out()).toEqual([]);
  });

  test('a process that begins anew asks for nothing', () => {
    const plane = granted('b');
    plane.report('a');
    plane.clock.advance(500);
    expect(plane.out()).toEqual([]);
  });
});

describe('the control plane has just started', () => {
  test('what was granted before goes on, whoever is back already; who asks anew waits', () => {
    const plane = new TestGrants('a');
    plane.confirmed = false;
    plane.report('a', askOf({ granted: true, forMs: 30_000 }));
    expect(plane.out()).toEqual(['a:80']);
    expect(plane.states.get('a:80')?.untilMs).toBe(30_000);
    plane.report('b', askOf());
    plane.stand('a', 'b');
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80']);
    expect(plane.last('b')?.reason).toContain('has just started');
    plane.stand('a', 'b', 'c');
    plane.confirmed = true;
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['a:80']);
  });

  test('a report that comes before what the proxy publishes waits for it', () => {
    const plane = new TestGrants();
    plane.confirmed = false;
    plane.report('a', askOf({ granted: true }));
    plane.clock.advance(1000);
    expect([plane.out(), plane.last('a')]).toEqual([[], undefined]);
    // Before anybody hears of it.
    plane.publish('a');
    expect(plane.out()).toEqual(['a:80']);
    plane.confirmed = true;
    plane.stand('a', 'b');
    plane.clock.advance(1000);
    expect(plane.out()).toEqual(['a:80']);
  });

  test('what was too much comes back when it is known who is there', () => {
    const plane = new TestGrants('a');
    plane.confirmed = false;
    plane.report('a', askOf({ granted: true }));
    plane.clock.advance(500);
    plane.confirmed = true;
    plane.clock.advance(500);
    expect(plane.out()).toEqual([]);
  });
});

describe('a proxy that connects, and says what it was granted before it publishes anything', () => {
  test.each([false, true])('is left out as soon as it publishes; the registry is sure: %s', (confirmed) => {
    const plane = new TestGrants('b');
    plane.confirmed = confirmed;
    plane.arrive('a', askOf({ granted: true, forMs: 30_000 }));
    plane.clock.advance(1000);
    expect([plane.out(), plane.last('a')]).toEqual([[], undefined]);
    plane.publish('a');
    expect(plane.out()).toEqual(['a:80']);
    expect(plane.last('a')).toMatchObject({ granted: true, host: 'a:80' });
  });

  test('stays out of what it publishes at another place than before', () => {
    const plane = granted('b');
    plane.publish('a', 81);
    expect(plane.out()).toEqual(['a:81']);
  });

  test('is left out at once where what it publishes is still there', () => {
    const plane = new TestGrants('a', 'b');
    plane.arrive('a', askOf({ granted: true }));
    expect(plane.out()).toEqual(['a:80']);
  });

  test('hears that it publishes no such service when it does not after a while, reports or not', () => {
    const plane = new TestGrants('b');
    plane.arrive('a', askOf({ granted: true }));
    for (let second = 0; second < 5; second++) {
      expect(plane.last('a')).toBeUndefined();
      plane.clock.advance(1000);
      plane.report('a', askOf({ granted: true }));
    }
    plane.clock.advance(500);
    expect(plane.last('a')).toMatchObject({ granted: false, reason: 'it publishes no such service' });
  });

  test('is judged like others who ask, where the registry knows who is there', () => {
    const plane = granted('b', 'c');
    plane.arrive('b', askOf({ granted: true }));
    expect(plane.out()).toEqual(['a:80']);
    expect(plane.last('b')?.reason).toBe('1 of at most 1 instances of app are isolated');
  });

  test('has waited for nothing when it asks anew: who asks is compared in its time', () => {
    const plane = new TestGrants('b', 'c');
    plane.arrive('a', askOf());
    plane.publish('a');
    expect(plane.out()).toEqual([]);
    plane.report('b', askOf({ exceptions: 10 }));
    plane.clock.advance(500);
    expect(plane.out()).toEqual(['b:80']);
  });
});

describe('released by hand', () => {
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['all of the rule', undefined, undefined, true],
    ['this one', 'a:80', undefined, true],
    ['at this proxy', undefined, 'a', true],
    ['another one', 'b:80', undefined, false],
    ['at another proxy', undefined, 'b', false],
  ])('%s', (_name, host, proxyId, back) => {
    const plane = granted('b');
    plane.grants.release('i', RULE, host, proxyId);
    expect(plane.out()).toEqual(back ? [] : ['a:80']);
  });
});

test('requests may call a service by another protocol than it is published with', () => {
  const plane = new TestGrants('a', 'b');
  plane.report('a', askOf({ service: 's@grpc' }));
  plane.report('b', askOf({ service: 'other@grpc' }));
  plane.clock.advance(500);
  expect(plane.out()).toEqual(['a:80']);
  expect(plane.last('a')?.service).toBe('s@grpc');
  expect(plane.last('b')?.reason).toBe('it publishes no such service');
});

test('two rules for one service: it comes back with the last of them', () => {
  const plane = new TestGrants('a', 'b');
  plane.rules.add(8);
  plane.report('a', askOf(), askOf({ ruleDbId: 8, forMs: 90_000 }));
  plane.clock.advance(500);
  expect(plane.states.get('a:80')?.untilMs).toBe(90_500);
  plane.report('a', askOf({ ruleDbId: 8, granted: true, forMs: 80_000 }));
  plane.clock.advance(500);
  expect(plane.out()).toEqual(['a:80']);
  plane.report('a');
  plane.clock.advance(500);
  expect(plane.out()).toEqual([]);
});

test('a grant that got lost is said again', () => {
  const plane = granted('b');
  plane.report('a', askOf());
  plane.clock.advance(500);
  expect(plane.verdicts.get('a')?.map((verdict) => verdict.granted)).toEqual([true, true]);
});

test.each([{ maxRatio: Number.NaN }, { maxRatio: 2 }, { maxRatio: -1 }, { forMs: 0 }, { service: 's'.repeat(513) }])(
  'what no rule asks for is not looked at: %o',
  (more) => {
    const plane = new TestGrants('a', 'b');
    plane.report('a', askOf(more));
    plane.clock.advance(500);
    expect([plane.out(), plane.last('a')]).toEqual([[], undefined]);
  },
);
