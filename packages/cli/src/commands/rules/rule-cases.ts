import { EXIT, formatProblem } from '@weft/kit';
import { CommandError, type Outcome } from '../../outcome.ts';
import type { JudgedRequest, RuleJudge, SimulatedQuestion } from '../../services.ts';
import { calledService, parseQuestion } from '../question.ts';
import { type Expected, type RuleCase, readCases } from './case-file.ts';
import { type FileRule, MAX_PROBLEMS, noRules, readRules } from './rule-file.ts';
import { simulationText } from './rule-text.ts';

export interface CaseOptions {
  readonly file?: string;
  readonly cases: string;
  readonly app?: string;
  readonly type?: string;
}

interface Difference {
  readonly field: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** `weft rule test -f FILE --cases FILE`: what the rules of a file do with the requests of another, without a control plane. */
export async function testCases(judge: RuleJudge, options: CaseOptions): Promise<Outcome> {
  const { file } = options;
  if (file === undefined) throw new CommandError(EXIT.USAGE, 'usage', '--cases: of which rules? -f names their file');
  const cases = await readCases(options.cases, options.app);
  const { ask } = giveRules(judge, await rulesOfFile(file), options.type ?? 'limit');
  const items = cases.map((item) => {
    const judged = ask(questionOf(item));
    return { name: item.name, differences: differencesOf(item.expect, judged), judged };
  });
  const failed = items.filter(({ differences }) => differences.length > 0).length;
  return {
    exitCode: failed === 0 ? EXIT.OK : EXIT.FAILED,
    text: [...items.flatMap(caseLines), `${items.length - failed} of ${items.length} cases hold`].join('\n'),
    json: {
      ok: failed === 0,
      cases: items.length,
      failed,
      items: items.map(({ name, differences, judged: { result, ...got } }) => ({
        name,
        ok: differences.length === 0,
        differences,
        got: { ...got, passed: result.passed },
      })),
    },
  };
}

async function rulesOfFile(file: string): Promise<FileRule[]> {
  try {
    const rules = await readRules(file);
    if (rules.length === 0) throw noRules(file);
    return rules;
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(EXIT.USAGE, error.code, error.message);
    throw error;
  }
}

/** @throws CommandError with everything that a control plane would refuse, at most 20 of it */
function giveRules(judge: RuleJudge, rules: readonly FileRule[], type: string): ReturnType<RuleJudge['give']> {
  const given = judge.give(rules.map((rule) => ({ type: rule.type ?? type, body: rule.body })));
  const problems = given.problems.flatMap((found, index) =>
    found.map((problem) => `${rules[index]?.place}: ${formatProblem(problem)}`),
  );
  if (problems.length > 0) throw new CommandError(EXIT.USAGE, 'rule_file', problems.slice(0, MAX_PROBLEMS).join('\n'));
  return given;
}

function questionOf({ expect: _, name: __, request, headers, ...asked }: RuleCase): SimulatedQuestion {
  const question = parseQuestion({ request, header: headers.map(([name, value]) => `${name}: ${value}`) });
  const { service, method } = calledService(question);
  return {
    ...asked,
    service,
    headers: Object.fromEntries(question.headers),
    ...(service.endsWith('@Http1') ? { httpMethod: question.method, httpPath: question.path } : { method }),
  };
}

function differencesOf(expect: Expected, { result, ...judged }: JudgedRequest): Difference[] {
  const got: Readonly<Record<string, unknown>> = { ...judged, passed: result.passed };
  return Object.entries(expect).flatMap(([field, expected]) =>
    got[field] === expected ? [] : [{ field, expected, got: got[field] }],
  );
}

function caseLines(item: {
  readonly name: string;
  readonly differences: readonly Difference[];
  readonly judged: JudgedRequest;
}): string[] {
  const { name, differences, judged } = item;
  if (differences.length === 0) return [`✓ ${name}`];
  return [
    `✗ ${name}`,
    ...differences.map(({ field, expected, got }) => `    ${field}: expected ${shown(expected)}, got ${shown(got)}`),
    ...simulationText(judged.result)
      .split('\n')
      .map((line) => `    ${line}`),
  ];
}

const shown = (value: unknown): string => (value === null ? 'none' : String(value));
