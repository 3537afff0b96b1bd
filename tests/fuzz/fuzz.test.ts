import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { type Choices, describeResult, type FuzzTarget, fuzz } from './harness.ts';
import { TARGETS } from './targets.ts';

const EXECUTIONS = Number(process.env['WEFT_FUZZ_RUNS'] ?? 100_000);
const SEED = Number(process.env['WEFT_FUZZ_SEED'] ?? 20_260_101);

async function run(target: FuzzTarget, executions: number): Promise<string> {
  const running = fuzz(target, executions, SEED);
  for (;;) {
    const { done, value } = running.next();
    if (done) return describeResult(target.name, value);
    // The runner wants to hear from us in a long run.
    await setImmediate();
  }
}

const done: string[] = [];
afterAll(() => console.log(done.join('\n')));

it.each(TARGETS)(`survives ${EXECUTIONS} executions: $name`, async (target) => {
  done.push(await run(target, EXECUTIONS));
});

it('names the input and the plan of what fails, and can repeat it', async () => {
  const seen: string[] = [];
  const broken: FuzzTarget = {
    name: 'broken',
    corpus: [Buffer.from('a')],
    generate: (random) => Buffer.from([random.below(256)]),
    execute(input: Uint8Array, choices: Choices) {
      seen.push(`${input[0]} ${choices.next(256)} ${choices.next(256)}`);
      if (input[0] === 7) throw new Error('seven');
    },
  };
  const error = await run(broken, 10_000).catch((thrown: Error) => thrown as Error & { cause: Error });
  expect(error).toMatchObject({ cause: { message: 'seven' } });
  expect((error as Error).message).toMatch(/^broken: execution \d+, plan \d+, input 07$/);
  expect((error as { cause: Error }).cause.stack).toContain('fuzz.test.ts');
  expect(seen.at(-1)).toBe(seen.at(-2));
  expect(Error.stackTraceLimit).toBeGreaterThan(0);
});
