import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConfigProblem } from '@weft/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JudgedRequest, RuleJudge, SimulatedQuestion } from '../../services.ts';
import { testCases } from './rule-cases.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-cases-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PASSED: JudgedRequest = {
  result: { verdict: 'pass', passed: 1, rejected: 0, unknown: 0, wouldReject: 0, ruleDbId: null, steps: [] },
  verdict: 'pass',
  rule: null,
  status: null,
  delayMs: 0,
  group: null,
};

/** Rules that let everything pass, or are wrong; `asked` gets the questions. */
function run(requests: readonly string[], problems: readonly ConfigProblem[] = [], asked: SimulatedQuestion[] = []) {
  const file = path.join(folder, 'rules.yaml');
  const cases = path.join(folder, 'cases.json');
  writeFileSync(file, '{ name: qps, app: shop }');
  const expect = { verdict: 'pass' };
  writeFileSync(
    cases,
    JSON.stringify({ cases: requests.map((request) => ({ name: request, app: 'a', request, expect })) }),
  );
  const judge: RuleJudge = {
    give: () => ({
      problems: [problems],
      ask(question) {
        asked.push(question);
        return PASSED;
      },
    }),
  };
  return testCases(judge, { file, cases });
}

test('a request of HTTP is asked about by method and path, a call by its method', async () => {
  const asked: SimulatedQuestion[] = [];
  await run(['POST http://a:9080/x?y', 'bolt service=a:1.0 method=get'], [], asked);
  const [http, call] = asked;
  expect(http).toMatchObject({ service: 'a:9080@Http1', httpMethod: 'POST', httpPath: '/x?y' });
  expect(http).not.toHaveProperty('method');
  expect(call).toMatchObject({ service: 'a:1.0@DEFAULT', method: 'get' });
  expect(call).not.toHaveProperty('httpPath');
});

test('of rules that are wrong in many ways the first twenty are said', async () => {
  const problems = Array.from({ length: 25 }, (_, index) => ({
    file: '',
    path: `spec.f${index}`,
    message: 'wrong',
    expected: 'right',
  }));
  const said = await run(['GET http://a/'], problems).catch((error: Error) => error.message);
  const lines = String(said).split('\n');
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toMatch(/rules\.yaml: rule 1 \(qps\): spec\.f19: wrong/);
});
