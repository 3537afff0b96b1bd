import { noopLogger } from '@weft/kit';
import { ruleDataId } from '@weft/schema/data-id';
import {
  type CompiledRules,
  defineGovernanceRule,
  type GovernanceRule,
  PlainRequestHead,
  RuleCounter,
  RuleDirection,
  type RuleDocument,
  type RuleHolder,
  type RuleSlot,
  RuleVerdict,
  type SlotPlan,
  UNKNOWN_NODE,
} from '@weft/sdk';
import { StatsStore } from '@weft/telemetry';
import { describe, expect, test } from 'vitest';
import { Admission, type GovernedStream, RequestEnd } from './chain.ts';
import { explainRules } from './explain-rules.ts';
import { RuleFigures } from './figures.ts';
import type { RulesUpdate } from './messages.ts';
import { Rules } from './rules.ts';
import type { PlacedSlot } from './slots.ts';
import { ThreadRules } from './thread-rules.ts';

interface Document {
  readonly list: readonly { readonly id: number; readonly level: number }[];
}

/** Refuses every request while `level` is 0; otherwise holds it. A rule type of its own, so that the engine is tested and not rate limiting. */
function levelRule(faults: { build?: boolean; decide?: boolean } = {}): GovernanceRule {
  const rule = defineGovernanceRule<Document, { levels: readonly number[] }>({
    name: 'limit',
    type: 'LIMIT',
    list: 'list',
    schema: {
      type: 'object',
      properties: {
        list: {
          type: 'array',
          default: [],
          items: {
            type: 'object',
            properties: { id: { type: 'integer' }, level: { type: 'integer', minimum: 0 } },
            required: ['id', 'level'],
          },
        },
      },
    },
    order: { SERVER: 1, CLIENT: 0 },
    logs: [],
    detailLog: '',
    compile(documents: readonly RuleDocument<Document>[]): CompiledRules<{ levels: readonly number[] }> {
      const rules = documents.flatMap(({ value }) => value.list);
      const slots = rules.map(
        ({ id, level }): SlotPlan => ({
          key: String(id),
          parameters: [level],
          ruleDbId: id,
          resource: `r${id}`,
          direction: 'SERVER',
          mode: 'CONTROL',
          countsInFlight: true,
        }),
      );
      return {
        program: { levels: rules.map(({ level }) => level) },
        slots,
        active: rules.length,
        problems: [],
        warnings: [],
      };
    },
    initSlot(plan, words, word) {
      words[word + 1] = plan.parameters[0] as number;
    },
    carrySlot(before, after) {
      after.words[after.word] = before.words[before.word] as number;
      after.words[after.word + 1] = 1000 + (before.words[before.word + 1] as number);
    },
    *instantiate({ levels }, { slots }) {
      yield;
      if (faults.build === true) throw new Error('cannot be built');
      const holders = slots.map(
        ({ words, word, own, counters, row }): RuleHolder => ({
          onComplete({ durationMs }) {
            Atomics.sub(words, word, 1);
            Atomics.sub(words, own, 1);
            counters[row + RuleCounter.COMPLETE]!++;
            counters[row + RuleCounter.DURATION_MS]! += durationMs;
          },
        }),
      );
      return {
        isEmpty: () => levels.length === 0,
        decide(_direction, _request, decision) {
          if (faults.decide === true) throw new Error('cannot decide');
          for (const [index, level] of levels.entries()) {
            const { words, word, own, counters, row } = slots[index] as RuleSlot;
            if (level === 0) {
              counters[row + RuleCounter.REJECT]!++;
              decision.reject({ word: 'limit', ruleDbId: index + 1, resource: 'r', status: 0, message: '' }, 3);
              return RuleVerdict.REJECT;
            }
            counters[row + RuleCounter.PASS]!++;
            Atomics.add(words, word, 1);
            Atomics.add(words, own, 1);
            decision.hold(holders[index] as RuleHolder);
          }
          return RuleVerdict.PASS;
        },
        explain: () => [],
        tick: () => {},
      };
    },
  });
  return rule;
}

const DATA_ID = ruleDataId('LIMIT', 'demo');
const textOf = (...levels: number[]) =>
  JSON.stringify({ list: levels.map((level, index) => ({ id: index + 1, level })) });

/** Main and one data thread, with messages that arrive when the test says so. */
function engine(rule = levelRule()) {
  const sent: { thread: number; update: RulesUpdate }[] = [];
  let up: number[] = [0];
  const rules = new Rules({
    threads: 2,
    log: noopLogger,
    reject: { profile: 'standard', limitMessage: 'limit exceeded' },
    node: { ...UNKNOWN_NODE, app: 'demo' },
    rule: async (type) => (type === 'LIMIT' ? rule : null),
    logIndex: () => 0,
    send: (thread, update) => {
      sent.push({ thread, update });
      void deliver(thread, update);
    },
    ready: () => up,
  });
  const faults: unknown[] = [];
  const thread = new ThreadRules({
    prepareHosts: () => {},
    report: () => {},
    thread: 0,
    threads: 2,
    now: () => 0,
    wallNow: () => 0,
    random: () => 0,
    load: async () => rule,
    run: async (steps) => {
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    },
    writeLine: () => {},
    onRecheck: () => {},
    onFault: (error) => void faults.push(error),
  });
  const deliver = async (index: number, update: RulesUpdate): Promise<void> => {
    let reason: string | null = null;
    try {
      await thread.apply(structuredClone(update));
    } catch (error) {
      reason = (error as Error).message;
    }
    rules.threadAnswered(index, update.id, reason);
  };
  const ask = () => {
    const replies: object[] = [];
    const stream: GovernedStream = {
      request: new PlainRequestHead('bolt', 'bolt', { service: 's', method: 'm' }),
      connection: { id: 7, remoteAddress: '10.0.0.1:5', localAddress: '10.0.0.2:6' },
      ruleDecision: null,
      recorded: null,
      callerApp: '',
      askedService: '',
      unread: () => null,
      clusterName: '',
      hostAddress: '',
      status: 0,
      addFlag: () => {},
      madeUpProblem: () => '',
      reply: (reply) => void replies.push(reply),
    };
    return {
      passes: thread.server.admit(stream, 0) === Admission.ADMITTED,
      stream,
      replies,
      end: (ms = 1) => thread.server.complete(stream, 0, ms, false, RequestEnd.ANSWERED),
    };
  };
  return {
    rules,
    thread,
    sent,
    ask,
    faults,
    setUp: (threads: number[]) => {
      up = threads;
    },
  };
}

describe('a document', () => {
  test('is in force when its threads have answered, and refuses by the rule', async () => {
    const { rules, ask } = engine();
    expect(ask().passes).toBe(true);
    expect(await rules.apply(DATA_ID, textOf(0), 5)).toEqual({ kind: 'applied' });
    const refused = ask();
    expect(refused.passes).toBe(false);
    expect(refused.replies).toEqual([
      {
        status: 429,
        code: 'filter',
        headers: [
          ['x-weft-reject', 'limit'],
          ['x-weft-rule', '1'],
          ['retry-after', '3'],
        ],
        body: 'limit exceeded|rule=1',
      },
    ]);
    expect(rules.documents()).toMatchObject([{ dataId: DATA_ID, version: 5, rules: 1, rejected: null }]);
  });

  test.each([
    ['that is no JSON', '{', /not JSON/],
    ['that its schema refuses', '{"list":[{"id":1,"level":"x"}]}', /list\[0\]\.level/],
  ])('%s changes nothing', async (_name, text, reason) => {
    const { rules, ask } = engine();
    await rules.apply(DATA_ID, textOf(0), 1);
    const result = await rules.apply(DATA_ID, text, 2);
    expect(result).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(reason) as string });
    expect(ask().passes).toBe(false);
    expect(rules.documents()).toMatchObject([{ version: 1, rejected: { version: 2 } }]);
    await rules.apply(DATA_ID, textOf(1), 3);
    expect(rules.documents()).toMatchObject([{ version: 3, rejected: null }]);
  });

  test.each([
    ['no dataId', 'x', /dataId of rules/],
    ['a dataId of something else', 'Alipay.demo:name=a.b,version=3.0@DRM', /flowControlRule/],
    ['a type that is not there', ruleDataId('FUSE', 'demo'), /not in this release/],
    ['another app', ruleDataId('LIMIT', 'other'), /app other.*demo/],
  ])('of %s is refused with the reason', async (_name, dataId, reason) => {
    expect(await engine().rules.apply(dataId, textOf(0), 1)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(reason) as string,
    });
  });

  test('for every app is taken', async () => {
    const { rules, ask } = engine();
    expect(await rules.apply(ruleDataId('LIMIT', '*'), textOf(0), 1)).toEqual({ kind: 'applied' });
    expect(ask().passes).toBe(false);
  });

  test('never goes back to an older version, unless it is told to', async () => {
    const { rules, ask } = engine();
    await rules.apply(DATA_ID, textOf(0), 5);
    expect(await rules.apply(DATA_ID, textOf(1), 4)).toMatchObject({ kind: 'ignored' });
    expect(ask().passes).toBe(false);
    expect(await rules.apply(DATA_ID, textOf(1), 4, true)).toEqual({ kind: 'applied' });
    expect(ask().passes).toBe(true);
  });

  test('that is removed leaves nothing', async () => {
    const { rules, ask } = engine();
    await rules.apply(DATA_ID, textOf(0), 1);
    await rules.remove(DATA_ID);
    expect(ask().passes).toBe(true);
    expect([rules.documents(), rules.digest(), rules.placed()]).toEqual([[], '', []]);
  });

  test('that a thread cannot build is refused, and the one before stays', async () => {
    const faults: { build?: boolean } = {};
    const { rules, ask } = engine(levelRule(faults));
    await rules.apply(DATA_ID, textOf(0), 1);
    faults.build = true;
    const applied = rules.apply(DATA_ID, textOf(1), 2);
    faults.build = true;
    expect(await applied).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('cannot be built') as string,
    });
    expect(ask().passes).toBe(false);
    expect(rules.documents()).toMatchObject([{ version: 1 }]);
  });

  test('reaches a thread that comes up later before anything else', async () => {
    const { rules, sent, setUp, ask } = engine();
    setUp([]);
    expect(await rules.apply(DATA_ID, textOf(0), 1)).toEqual({ kind: 'applied' });
    expect(sent).toEqual([]);
    rules.threadReady(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ask().passes).toBe(false);
  });

  test('does not wait for a thread that dies', async () => {
    const { rules, setUp, sent } = engine();
    setUp([0, 1]);
    const applied = rules.apply(DATA_ID, textOf(1), 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.map(({ thread }) => thread).sort()).toEqual([0, 1]);
    rules.threadDied(1);
    expect(await applied).toEqual({ kind: 'applied' });
  });
});

describe('slots', () => {
  const wordOf = (rules: Rules, index = 0) => {
    const { words, word } = rules.slots.view((rules.placed()[index] as PlacedSlot).place);
    return [words[word], words[word + 1]];
  };

  test('are kept while the parameters are, carried over when they change, and flip back and forth', async () => {
    const { rules } = engine();
    await rules.apply(DATA_ID, textOf(7), 1);
    const place = rules.placed()[0]?.place;
    expect(wordOf(rules)).toEqual([0, 7]);
    await rules.apply(DATA_ID, textOf(7, 3), 2);
    expect(rules.placed()[0]?.place).toEqual(place);
    await rules.apply(DATA_ID, textOf(8, 3), 3);
    expect(rules.placed()[0]?.place).toEqual({ ...place, phase: 1 });
    expect(wordOf(rules)).toEqual([0, 1007]);
    await rules.apply(DATA_ID, textOf(9, 3), 4);
    expect(rules.placed()[0]?.place).toEqual(place);
    expect(wordOf(rules)).toEqual([0, 2007]);
  });

  test('of a removed rule rest until no request holds them', async () => {
    const { rules, ask } = engine();
    await rules.apply(DATA_ID, textOf(5), 1);
    const { place } = rules.placed()[0] as { place: { slot: number } };
    const held = ask();
    await rules.remove(DATA_ID);
    rules.slots.refresh(rules.placed(), 0);
    await rules.apply(DATA_ID, textOf(5), 2);
    expect(rules.placed()[0]?.place.slot).not.toBe(place.slot);
    held.end();
    rules.slots.refresh(rules.placed(), 0);
    await rules.apply(DATA_ID, textOf(5, 6), 3);
    expect(rules.placed()[1]?.place.slot).toBe(place.slot);
    expect(wordOf(rules, 1)).toEqual([0, 6]);
  });

  test('of a thread that dies are free of what it held', async () => {
    const { rules, ask } = engine();
    await rules.apply(DATA_ID, textOf(5), 1);
    ask();
    ask();
    expect(wordOf(rules)[0]).toBe(2);
    rules.threadDied(0);
    expect(wordOf(rules)[0]).toBe(0);
  });

  test('are as many as there are rules', async () => {
    const { rules } = engine();
    await rules.apply(DATA_ID, textOf(...Array.from({ length: 200 }, (_, index) => index + 1)), 1);
    const places = rules.placed().map(({ place }) => place.chunk * 64 + place.slot);
    expect(new Set(places).size).toBe(200);
    expect(rules.slots.memory).toHaveLength(4);
  });
});

test('a rule that fails lets its requests pass, and is told', async () => {
  const { rules, ask, faults } = engine(levelRule({ decide: true }));
  await rules.apply(DATA_ID, textOf(0), 1);
  expect(ask().passes).toBe(true);
  expect(faults).toHaveLength(1);
});

test('rules act on listeners of their direction alone, and not on bytes without requests', async () => {
  const { rules, thread } = engine();
  await rules.apply(DATA_ID, textOf(0), 1);
  const stream = (family: string): GovernedStream => ({
    request: new PlainRequestHead('x', family, {}),
    connection: { id: 7, remoteAddress: '', localAddress: '' },
    ruleDecision: null,
    recorded: null,
    callerApp: '',
    askedService: '',
    unread: () => null,
    clusterName: '',
    hostAddress: '',
    status: 0,
    addFlag: () => {},
    madeUpProblem: () => '',
    reply: () => {},
  });
  expect(thread.server.admit(stream('bolt'), 0)).toBe(Admission.REFUSED);
  expect(thread.server.admit(stream('raw'), 0)).toBe(Admission.ADMITTED);
  expect(thread.client.admit(stream('bolt'), 0)).toBe(Admission.ADMITTED);
  expect([thread.chainOf('ingress'), thread.chainOf('egress'), thread.chainOf('')]).toEqual([
    thread.server,
    thread.client,
    null,
  ]);
  expect(thread.server.direction).toBe(RuleDirection.SERVER);
  expect(explainRules(rules, 'SERVER', stream('bolt').request)).toEqual([]);
});

test('the most requests in flight are those of the second, and not of the last one that had any', async () => {
  const { rules, ask } = engine();
  const lines: string[] = [];
  const figures = new RuleFigures(rules, new StatsStore(2), (_file, line) => void lines.push(line));
  await rules.apply(DATA_ID, textOf(4), 6);
  const [slot] = rules.placed();
  const { counters, firstRow } = rules.slots.view((slot as NonNullable<typeof slot>).place);
  counters[firstRow + RuleCounter.PEAK] = 7;
  for (const second of [Math.floor(rules.now() / 1000) + 60, -60]) {
    counters[firstRow + RuleCounter.PEAK_SECOND] = second;
    ask().end(2);
    figures.second(0);
  }
  expect(lines.map((line) => line.slice(line.indexOf('#o')))).toEqual([
    '#o 1 0 1 0 2 0 0 0 0 7 0',
    '#o 1 0 1 0 2 0 0 0 0 0 0',
  ]);
});

test('three passes of two ms in one second are one line, and the metrics follow', async () => {
  const { rules, ask } = engine();
  const stats = new StatsStore(2);
  const lines: string[] = [];
  const figures = new RuleFigures(rules, stats, (file, line) => void lines.push(`${file} ${line}`));
  await rules.apply(DATA_ID, textOf(4), 6);
  for (let i = 0; i < 3; i++) ask().end(2);
  figures.second(0);
  expect(lines).toEqual([expect.stringMatching(/^flow-control\.log \S+ \S+ \[INFO\] r1#o 3 0 3 0 2 0 0 0 0 0 0$/)]);
  rules.logLevels.set('flow-control.log', 'WARN');
  ask().end(2);
  figures.second(1000);
  rules.logLevels.set('flow-control.log', 'INFO');
  figures.second(2000);
  expect(lines).toHaveLength(1);
  const open = ask();
  figures.second(2000);
  figures.second(3000);
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/ r1#o 1 0 0 0 0 0 1 0 0 1 0$/),
    expect.stringMatching(/ r1#o 0 0 0 0 0 0 1 0 0 1 0$/),
  ]);
  open.end();
  figures.collect();
  const series = (name: string) =>
    [...stats.families()].find(({ definition }) => definition.name === name)?.series ?? new Map();
  const passes = [...series('weft_governance_total').values()].find(({ labels }) => labels['verdict'] === 'pass');
  expect(passes).toMatchObject({
    value: 5,
    labels: { type: 'limit', rule: '1', resource: 'r1', direction: 'SERVER', mode: 'CONTROL' },
  });
  expect([...series('weft_rule_version').values()].map(({ value }) => value)).toEqual([6]);
  await rules.remove(DATA_ID);
  figures.collect();
  expect([
    series('weft_governance_total').size,
    series('weft_rule_version').size,
    series('weft_limit_inflight').size,
  ]).toEqual([0, 0, 0]);
});

test('a thousand rules have series of their own, the others share some that add up', async () => {
  const { rules, ask } = engine();
  const stats = new StatsStore(2);
  const figures = new RuleFigures(rules, stats, () => {});
  await rules.apply(DATA_ID, textOf(...Array.from({ length: 1003 }, () => 9)), 1);
  ask().end();
  ask().end();
  figures.collect();
  const series = [...stats.families()].find(({ definition }) => definition.name === 'weft_governance_total')?.series;
  expect(series?.size).toBe(1001 * 4);
  const shared = [...(series?.values() ?? [])].filter(
    ({ labels }) => labels['rule'] === '__other__' && labels['verdict'] === 'pass',
  );
  expect(shared.map(({ value }) => value)).toEqual([6]);
});
