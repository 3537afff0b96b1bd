import assert from 'node:assert/strict';
import {
  COUNTER_CELLS,
  type GovernanceRule,
  RuleCounter,
  RuleDecision,
  RuleDirection,
  type RuleDocument,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  RuleVerdict,
  runSteps,
  SLOT_WORDS,
  UNKNOWN_NODE,
} from '../governance-rule/index.ts';
import type { ComplianceCase } from './compliance-case.ts';

/** A request of plain values; what is not given is ''. */
export function testRuleRequest(
  fields: Partial<
    Pick<RuleRequest, 'nowMs' | 'isHttp' | 'host' | 'service' | 'method' | 'httpMethod' | 'path' | 'localPort'>
  >,
  headers: Readonly<Record<string, string>> = {},
): RuleRequest {
  return {
    nowMs: 0,
    isHttp: false,
    host: '',
    service: '',
    method: '',
    httpMethod: '',
    path: '',
    timeoutMs: 0,
    localPort: 0,
    connectionId: 0,
    ...fields,
    header: (name) => headers[name] ?? '',
    baggage: () => '',
    label: () => '',
    system: () => '',
  };
}

/** What a rule type must do, whatever it is for. */
export function governanceRuleCompliance<Document, Program>(fixture: {
  readonly rule: GovernanceRule<Document, Program>;
  /** With a rule that refuses every request of `refused`, and lets those of `passed` through. */
  readonly document: Document;
  /** A document that only `compile` can refuse. */
  readonly broken: Document;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly refused: RuleRequest;
  readonly passed: RuleRequest;
}): ComplianceCase[] {
  const { rule, refused, passed } = fixture;
  const side = RuleDirection[fixture.direction];
  const documentOf = (value: Document): RuleDocument<Document>[] => [{ dataId: 'test', version: 1, value }];
  const start = (services: Partial<RuleServices> = {}): { set: RuleSet; counters: Float64Array } => {
    const compiled = rule.compile(documentOf(fixture.document), UNKNOWN_NODE);
    const slotWords = rule.slotWords ?? SLOT_WORDS;
    const cells = COUNTER_CELLS + (rule.slotCells ?? 0);
    const words = new Int32Array(new SharedArrayBuffer(4 * (slotWords + 1) * Math.max(1, compiled.slots.length)));
    const counters = new Float64Array(cells * Math.max(1, compiled.slots.length));
    const slots = compiled.slots.map((plan, index) => {
      const word = index * (slotWords + 1);
      rule.initSlot(plan, words, word, 0);
      const row = index * cells;
      return { words, word, own: word + slotWords, counters, row, firstRow: row, rowStride: cells, threads: 1 };
    });
    const program = structuredClone(compiled.program);
    return {
      set: runSteps(
        rule.instantiate(program, {
          slots,
          node: UNKNOWN_NODE,
          detail: () => false,
          writes: () => false,
          random: () => 0,
          log: () => {},
          ...services,
        }),
      ),
      counters,
    };
  };
  const total = (counters: Float64Array, counter: RuleCounter): number =>
    counters.reduce(
      (sum, value, index) => (index % (COUNTER_CELLS + (rule.slotCells ?? 0)) === counter ? sum + value : sum),
      0,
    );
  return [
    {
      name: 'is a frozen definition with a schema, a word and a place in the chain',
      run() {
        assert.equal(rule.kind, 'governance-rule');
        assert.ok(Object.isFrozen(rule));
        assert.equal(rule.schema['type'], 'object');
        assert.match(rule.name, /^[a-z][a-z-]*$/);
        assert.ok(rule.order.SERVER > 0 || rule.order.CLIENT > 0);
      },
    },
    {
      name: 'compiles to plain data, the same each time, and leaves the document alone',
      run() {
        const before = JSON.stringify(fixture.document);
        const one = rule.compile(documentOf(fixture.document), UNKNOWN_NODE);
        const two = rule.compile(documentOf(fixture.document), UNKNOWN_NODE);
        assert.equal(JSON.stringify(fixture.document), before);
        assert.deepEqual(one, two);
        assert.deepEqual(structuredClone(one.program), one.program);
        assert.deepEqual(one.problems, []);
        assert.ok(one.active > 0);
      },
    },
    {
      name: 'gives every slot a key of its own',
      run() {
        const { slots } = rule.compile(documentOf(fixture.document), UNKNOWN_NODE);
        assert.equal(new Set(slots.map((slot) => slot.key)).size, slots.length);
      },
    },
    {
      name: 'refuses a document with place, expectation and the dataId',
      run() {
        const { problems } = rule.compile(documentOf(fixture.broken), UNKNOWN_NODE);
        assert.ok(problems.length > 0);
        for (const problem of problems) {
          assert.equal(problem.dataId, 'test');
          assert.ok(problem.path !== '' && problem.expected !== '' && problem.message !== '');
        }
      },
    },
    {
      name: 'nothing compiled is empty in both directions',
      run() {
        const compiled = rule.compile([], UNKNOWN_NODE);
        const services = {
          slots: [],
          node: UNKNOWN_NODE,
          detail: () => false,
          writes: () => false,
          random: () => 0,
          log: () => {},
        };
        const set = runSteps(rule.instantiate(compiled.program, services));
        for (const direction of [RuleDirection.SERVER, RuleDirection.CLIENT]) {
          assert.equal(set.isEmpty(direction), true);
          assert.equal(set.decide(direction, passed, new RuleDecision()), RuleVerdict.PASS);
        }
      },
    },
    {
      name: 'a refusal names the rule, holds nothing and is counted',
      run() {
        const { set, counters } = start();
        assert.equal(set.isEmpty(side), false);
        const decision = new RuleDecision();
        assert.equal(set.decide(side, refused, decision), RuleVerdict.REJECT);
        assert.equal(decision.rejection?.word, rule.name);
        assert.ok((decision.rejection?.ruleDbId ?? 0) > 0);
        assert.equal(total(counters, RuleCounter.REJECT), 1);
        decision.complete(1, true);
        assert.equal(decision.held, 0);
        assert.equal(decision.rejection, null);
      },
    },
    {
      name: 'what passes is held until its end, once',
      run() {
        const { set, counters } = start();
        const decision = new RuleDecision();
        assert.equal(set.decide(side, passed, decision), RuleVerdict.PASS);
        assert.equal(decision.rejection, null);
        const held = total(counters, RuleCounter.PASS);
        decision.complete(5, false);
        assert.equal(total(counters, RuleCounter.COMPLETE), held);
        decision.complete(5, false);
        assert.equal(total(counters, RuleCounter.COMPLETE), held);
      },
    },
    {
      name: 'explains what it would decide, and changes nothing by it',
      run() {
        const { set, counters } = start();
        for (let i = 0; i < 3; i++) {
          const verdicts = set.explain(side, refused).map((trace) => trace.verdict);
          assert.ok(verdicts.includes('reject'), `explained as ${verdicts.join(', ')}`);
          assert.ok(!set.explain(side, passed).some((trace) => trace.verdict === 'reject'));
        }
        assert.deepEqual([...counters], [...new Float64Array(counters.length)]);
        assert.equal(set.decide(side, refused, new RuleDecision()), RuleVerdict.REJECT);
      },
    },
    {
      name: 'writes no line per request in detail unless it is asked to, and some when it is',
      run() {
        const lines: unknown[] = [];
        const { set } = start({
          log: (_file, level, text) => void (level === 'DEBUG' || level === 'INFO' ? lines.push(text) : 0),
        });
        set.decide(side, passed, new RuleDecision());
        assert.equal(lines.length, 0);
        start({ detail: () => true, log: (_file, _level, text) => void lines.push(text) }).set.decide(
          side,
          passed,
          new RuleDecision(),
        );
        assert.ok(lines.length > 0);
      },
    },
  ];
}
