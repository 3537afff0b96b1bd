import { EXIT } from '@weft/kit';
import type { Outcome } from '../../outcome.ts';

/** One thing that was looked at. `fail` and `warn` say what to do. */
export interface Finding {
  readonly result: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly advice: string;
}

export const ok = (what: string): Finding => ({ result: 'ok', what, advice: '' });
export const warn = (what: string, advice: string): Finding => ({ result: 'warn', what, advice });
export const fail = (what: string, advice: string): Finding => ({ result: 'fail', what, advice });

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;

/** What was found of several things, with advice below what is not well. Exit code 1 when anything fails. */
export function outcomeOf(
  things: readonly { readonly name: string; readonly findings: readonly Finding[] }[],
): Outcome {
  const good = things.every(({ findings }) => findings.every((finding) => finding.result !== 'fail'));
  const text = things.map(({ name, findings }) => [name, ...findings.flatMap((one) => lines(one, '  '))].join('\n'));
  return { exitCode: good ? EXIT.OK : EXIT.FAILED, text: text.join('\n\n'), json: { ok: good, items: things } };
}

function lines({ result, what, advice }: Finding, indent: string): string[] {
  return [`${indent}${MARKS[result]} ${what}`, ...(advice === '' ? [] : [`${indent}    → ${advice}`])];
}

/** One link of a chain that is looked at from its begin. */
export interface Step {
  readonly name: string;
  /** What is there; the worst of it is the result of the step. */
  look(): Promise<readonly Finding[]> | readonly Finding[];
}

export interface SteppedThing {
  readonly name: string;
  readonly steps: readonly {
    readonly step: string;
    /** `skipped`: a step before it failed. */
    readonly result: 'ok' | 'failed' | 'skipped';
    readonly findings: readonly Finding[];
  }[];
  /** What switches on a thing that is off, and of which no step was looked at. */
  readonly off?: string;
}

/** A thing that is off: neither well nor wrong. */
export const offThing = (name: string, off: string): SteppedThing => ({ name, steps: [], off });

/** Looks at one step after the other, and at none behind the first that fails: that one is the cause. */
export async function walkSteps(name: string, steps: readonly Step[]): Promise<SteppedThing> {
  const walked: SteppedThing['steps'][number][] = [];
  let broken = false;
  for (const { name: step, look } of steps) {
    const findings: readonly Finding[] = broken ? [] : await look();
    const failed = findings.some(({ result }) => result === 'fail');
    walked.push({ step, result: broken ? 'skipped' : failed ? 'failed' : 'ok', findings });
    broken ||= failed;
  }
  return { name, steps: walked };
}

/** The steps with their result; advice stands below what is not well. What is off has one line, and fails nothing. */
export function stepsOutcome(things: readonly SteppedThing[]): Outcome {
  const good = things.every(({ steps }) => steps.every(({ result }) => result === 'ok'));
  const text = things.map(({ name, steps, off }) => {
    if (off !== undefined) return `${name}: off; ${off}`;
    const rows = steps.flatMap(({ step, result, findings }) => [
      `  ${result.padEnd('skipped'.length)}  ${step}`,
      ...findings.flatMap((finding) => lines(finding, '           ')),
    ]);
    return [name, ...rows].join('\n');
  });
  return { exitCode: good ? EXIT.OK : EXIT.FAILED, text: text.join('\n\n'), json: { ok: good, items: things } };
}
