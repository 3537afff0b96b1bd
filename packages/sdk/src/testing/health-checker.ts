import assert from 'node:assert/strict';
import type { HealthChecker, HealthProbe, HealthResult, HealthTarget } from '../health-checker/index.ts';
import type { ComplianceCase } from './compliance-case.ts';

/** Hosts that the caller runs for the suite. */
export interface HealthCheckerFixture<Config> {
  readonly checker: HealthChecker<Config>;
  readonly config: Config;
  /** A host that the check finds healthy. */
  readonly healthy: () => Promise<HealthTarget>;
  /** A host that accepts connections and then says nothing, or whatever the check has to give up on. Absent: it cannot time out. */
  readonly silent?: () => Promise<HealthTarget>;
  /** A host that refuses connections. */
  readonly refusing: () => Promise<HealthTarget>;
}

const LONG_MS = 10_000;
const SHORT_MS = 50;

export function healthCheckerCompliance<Config>(fixture: HealthCheckerFixture<Config>): ComplianceCase[] {
  const { checker, config } = fixture;
  const cases: ComplianceCase[] = [
    {
      name: 'is a frozen definition with a schema',
      run() {
        assert.equal(checker.kind, 'health-checker');
        assert.ok(Object.isFrozen(checker));
        assert.equal(checker.schema['type'], 'object');
      },
    },
    {
      name: 'finds a healthy host healthy, again and again',
      async run() {
        const target = await fixture.healthy();
        const probe = checker.create(config);
        for (let i = 0; i < 3; i++) assert.equal((await check(probe, target, LONG_MS)).healthy, true);
      },
    },
    {
      name: 'finds a refusing host unhealthy and says why',
      async run() {
        const result = await check(checker.create(config), await fixture.refusing(), LONG_MS);
        assert.equal(result.healthy, false);
        assert.notEqual(result.detail, '');
      },
    },
    {
      name: 'runs several checks at once',
      async run() {
        const probe = checker.create(config);
        const targets = [await fixture.healthy(), await fixture.refusing(), await fixture.healthy()];
        const results = await Promise.all(targets.map((target) => check(probe, target, LONG_MS)));
        assert.deepEqual(
          results.map((result) => result.healthy),
          [true, false, true],
        );
      },
    },
    {
      name: 'says nothing after it was given up',
      async run() {
        const probe = checker.create(config);
        const target = await fixture.healthy();
        let calls = 0;
        probe.check(target, LONG_MS, () => calls++)();
        await check(probe, target, LONG_MS);
        assert.equal(calls, 0);
      },
    },
  ];
  const { silent } = fixture;
  if (silent !== undefined) {
    cases.push({
      name: 'gives a silent host up after the timeout',
      async run() {
        const result = await check(checker.create(config), await silent(), SHORT_MS);
        assert.equal(result.healthy, false);
      },
    });
  }
  return cases;
}

/** One check; a second call of `done` fails the next macrotask. */
function check(probe: HealthProbe, target: HealthTarget, timeoutMs: number): Promise<HealthResult> {
  return new Promise((resolve, reject) => {
    let first: HealthResult | null = null;
    probe.check(target, timeoutMs, (result) => {
      if (first !== null) reject(new Error('a check called back twice'));
      first = result;
      setImmediate(resolve, result);
    });
  });
}
