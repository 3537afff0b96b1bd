/** What the tests of rule types share. Not shipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseConfig } from '@weft/schema';
import {
  type GovernanceRule,
  OutcomeKind,
  RuleDecision,
  RuleDirection,
  type RuleDocument,
  type RuleNode,
  type RuleRequest,
  type RuleSlot,
  RuleVerdict,
  runSteps,
  UNKNOWN_NODE,
} from '@weft/sdk';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { RequestDescription } from './described-request.ts';
import { localSlots } from './local-services.ts';
import { simulateRules } from './simulate.ts';
import type { CheckedBody } from './wire-convert.ts';

/** A request that rules let through, until the test ends it. */
export interface OpenRequest {
  readonly verdict: RuleVerdict;
  readonly decision: RuleDecision;
  /** Rule that refused it; 0 when none did. */
  readonly ruleDbId: number;
  end(nowMs: number, kind?: OutcomeKind, code?: number): void;
}

export interface StartedRules {
  readonly lines: string[];
  readonly slots: readonly RuleSlot[];
  readonly set: ReturnType<typeof build>['set'];
  ask(request: RuleRequest, direction?: RuleDirection): OpenRequest;
  /** Somebody reads the details from now on. */
  showDetail(): void;
}

interface StartOptions {
  readonly node?: RuleNode;
  readonly document?: object;
  readonly random?: () => number;
}

function build(
  rule: GovernanceRule,
  rules: readonly object[],
  { node = UNKNOWN_NODE, document = {}, random }: StartOptions,
) {
  const value = parseConfig({ [rule.list]: rules, ...document }, rule.schema).value;
  const compiled = rule.compile([{ dataId: 'd', version: 1, value }], node);
  expect(compiled.problems).toEqual([]);
  const lines: string[] = [];
  const state = { detail: false };
  const slots = localSlots(rule, compiled.slots, 0);
  const set = runSteps(
    rule.instantiate(structuredClone(compiled.program), {
      slots,
      node,
      detail: () => state.detail,
      writes: () => state.detail,
      random: random ?? (() => 0),
      log: (file, level, text) => void lines.push(`${file} [${level}] ${text}`),
    }),
  );
  return { set, lines, slots, state };
}

/** Rules of one document, on one thread. */
export function startRules(rule: GovernanceRule, rules: readonly object[], options: StartOptions = {}): StartedRules {
  const { set, lines, slots, state } = build(rule, rules, options);
  return {
    lines,
    slots,
    set,
    showDetail: () => {
      state.detail = true;
    },
    ask(request, direction = RuleDirection.SERVER) {
      const decision = new RuleDecision();
      const verdict = set.decide(direction, request, decision);
      const ruleDbId = decision.rejection?.ruleDbId ?? 0;
      const startMs = request.nowMs;
      return {
        verdict,
        decision,
        ruleDbId,
        end(nowMs, kind = OutcomeKind.SUCCESS, code = 0) {
          decision.outcome.code = code;
          decision.complete(nowMs - startMs, kind !== OutcomeKind.SUCCESS, kind, nowMs);
        },
      };
    },
  };
}

type Expected = RequestDescription & {
  readonly expect: string;
  readonly times?: number;
  readonly durationMs?: number;
  readonly failed?: boolean;
};

/** The example files of a folder. */
export function exampleFiles(folder: URL): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.yaml'));
}

/** Plays an example: a rule, requests, and what becomes of each. */
export function playExample<Body extends { readonly app: string; readonly direction: 'SERVER' | 'CLIENT' }>(
  file: URL,
  rule: GovernanceRule,
  check: (input: unknown) => CheckedBody<Body>,
  toDocument: (app: string, rules: readonly { readonly ruleDbId: number; readonly body: Body }[]) => unknown,
): void {
  const example = parse(readFileSync(file, 'utf8')) as { rule: object; node?: object; requests: Expected[] };
  const checked = check({ enabled: true, ...example.rule });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  const text = JSON.stringify(toDocument(checked.body.app, [{ ruleDbId: 1, body: checked.body }]));
  const value = parseConfig(JSON.parse(text), rule.schema).value;
  const all = example.requests.flatMap(({ times = 1, ...request }) => Array.from({ length: times }, () => request));
  const documents: RuleDocument<unknown>[] = [{ dataId: 'd', version: 1, value }];
  const node = { ...UNKNOWN_NODE, ...example.node };
  const results = simulateRules(rule, documents, node, checked.body.direction, all);
  expect(results.map(({ verdict }) => verdict)).toEqual(all.map((request) => request.expect));
}

export const REJECT: RuleVerdict = RuleVerdict.REJECT;
export const PASS: RuleVerdict = RuleVerdict.PASS;
