import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import { DEFAULT_ENDPOINT } from '../mesh-api/connection.ts';
import { CommandError } from '../outcome.ts';
import type { CliServices } from '../services.ts';
import { CheckFailure, type CheckRow, runCheck } from './check/index.ts';
import { requireJava } from './java/index.ts';
import { clearLeftovers, demoUsing, findLeftovers, makeTemporaryDirectory } from './leftovers.ts';
import { DemoMesh } from './mesh.ts';
import { type Part, PartFailure } from './part.ts';
import { Progress, STEP_WIDTH } from './progress.ts';
import { Interruption, watchSignals } from './signals.ts';

/** As of a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

export interface DemoOptions {
  /** Null for a folder that is removed at the end. */
  readonly data: string | null;
  readonly ratePerSecond: number;
  readonly consolePort: number;
  readonly pagePort: number;
  readonly check: boolean;
  /** Some of the applications run on the JVM. */
  readonly java: boolean;
  readonly print: (text: string) => void;
  readonly terminal: boolean;
}

export interface DemoResult {
  readonly exitCode: number;
  readonly text: string;
  readonly json: object;
}

/** Runs bookinfo in a mesh until a signal, or through the check. Whatever happens, nothing of it is left. */
export async function runDemo(services: CliServices, options: DemoOptions): Promise<DemoResult> {
  const progress = new Progress(options.print, options.terminal);
  const kept = options.data === null ? null : path.resolve(options.data);
  const interruption = new Interruption();
  let mesh: DemoMesh | null = null;
  const unwatch = watchSignals(
    () => {
      progress.interrupt();
      progress.line();
      progress.line('  stopping; Ctrl-C again ends everything at once');
      interruption.raise();
    },
    () => {
      mesh?.kill();
      process.exit(EXIT_INTERRUPTED);
    },
  );
  try {
    const demo = await services.demo();
    if (options.java) await requireJava();
    for (const line of clearLeftovers(kept)) progress.line(`  ${line}`);
    const directory = prepareDirectory(kept);
    let crash: (error: Error) => void = () => {};
    // While the mesh starts, and in a check, a part that ends is the end.
    const crashed = new Promise<never>((_, reject) => {
      crash = reject;
    });
    mesh = new DemoMesh({
      services: demo,
      directory,
      temporary: kept === null,
      progress,
      ...options,
      onFailure: (part, how) => {
        tell(progress, part, how);
        crash(new PartFailure(part, `ended with ${how}`));
      },
    });
    const rows: CheckRow[] = [];
    const failure = await runUntilEnd(mesh, { progress, rows, interruption, crashed, check: options.check });
    const killed = await mesh.stop();
    const left = await findLeftovers(mesh.pids, mesh.ports, kept === null ? directory : null);
    return conclude({ options, progress, rows, failure, interrupted: interruption.isRaised, killed, left });
  } finally {
    unwatch();
  }
}

interface Course {
  readonly progress: Progress;
  readonly rows: CheckRow[];
  readonly interruption: Interruption;
  readonly crashed: Promise<never>;
  readonly check: boolean;
}

/** Starts, and goes on until the check is through or somebody wants the end. Gives what went wrong, or null. */
async function runUntilEnd(mesh: DemoMesh, course: Course): Promise<unknown> {
  const { progress, rows, interruption, crashed, check } = course;
  try {
    await interruption.unless(Promise.race([mesh.start(), crashed]));
    if (check) {
      await interruption.unless(Promise.race([runCheck(mesh, progress, rows), crashed]));
      return null;
    }
    // From here on the mesh is expected to bear it.
    crashed.catch(() => {});
    announcePlaces(progress, mesh);
    await interruption.raised;
    return null;
  } catch (error) {
    return error;
  }
}

interface End {
  readonly options: DemoOptions;
  readonly progress: Progress;
  readonly rows: CheckRow[];
  readonly failure: unknown;
  readonly interrupted: boolean;
  readonly killed: readonly string[];
  readonly left: readonly string[];
}

function conclude({ options, progress, rows, failure, interrupted, killed, left }: End): DemoResult {
  const untidy = [...killed, ...left];
  if (options.check && failure === null)
    rows.push({
      name: 'nothing is left',
      ok: untidy.length === 0,
      detail: untidy.join('; ') || 'processes, ports, files',
    });
  if (failure instanceof PartFailure) for (const line of failure.tail) progress.line(`    ${line}`);
  const message = failure === null ? '' : failure instanceof Error ? failure.message : String(failure);
  const ok = (failure === null || (interrupted && !options.check)) && untidy.length === 0;
  const json = {
    ok,
    ...(options.check ? { steps: rows } : {}),
    ...(message === '' ? {} : { error: message }),
    left: untidy,
  };
  if (options.check) {
    if (failure !== null && !(failure instanceof CheckFailure))
      rows.push({ name: 'the check', ok: false, detail: message });
    const text = concludeCheck(rows, ok);
    return { exitCode: ok ? EXIT.OK : EXIT.FAILED, text, json };
  }
  if (failure !== null && !interrupted)
    return {
      exitCode: EXIT.FAILED,
      text: `\n  the demo did not start: ${message}\n  everything of it was stopped`,
      json,
    };
  const text =
    untidy.length === 0
      ? '  stopped; nothing is left'
      : `  stopped, but:\n${untidy.map((line) => `    ${line}`).join('\n')}`;
  return { exitCode: ok ? EXIT.OK : EXIT.FAILED, text, json };
}

function prepareDirectory(kept: string | null): string {
  if (kept === null) return makeTemporaryDirectory();
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const other = demoUsing(kept);
  if (other !== null)
    throw new CommandError(
      EXIT.FAILED,
      'in_use',
      `a demo runs in ${kept} (pid ${other}): stop it with Ctrl-C, or choose another --data`,
    );
  return kept;
}

function tell(progress: Progress, part: Part, how: string): void {
  progress.line();
  progress.line(`  ! ${part.name} ended by itself (${how}); what it said last:`);
  for (const line of part.tail()) progress.line(`      ${line}`);
  progress.line();
}

function announcePlaces(progress: Progress, mesh: DemoMesh): void {
  const { console: url, page, login } = mesh.places;
  const user = login?.user ?? 'admin';
  progress.line();
  progress.line(`  console   ${url}/`);
  progress.line(`  user      ${user}`);
  if (login === null) progress.line('  password  the one that you chose (this data directory was used before)');
  else progress.line(`  password  ${login.oneTimePassword}   (once; the first login asks for a new one)`);
  progress.line(`  the page  ${page}`);
  progress.line(`  logs      ${mesh.directory}/control/logs, ${mesh.directory}/*/logs of the proxies`);
  progress.line();
  const at = url === DEFAULT_ENDPOINT ? '' : ` --endpoint ${url}`;
  progress.line('  What to try');
  progress.line('    1. Log in and watch the topology: four applications, HTTP and Bolt between them.');
  progress.line('    2. Rate limiting, "Add rate-limit rule": app ratings, threshold 2,');
  progress.line('       service com.weft.bookinfo.RatingsService:1.0@DEFAULT. Submit it and switch it on:');
  progress.line('       most of the time the stars of the page are gone, and the topology says why.');
  progress.line(`    3. The same from a shell: npx weft login${at}, then npx weft rule --help`);
  progress.line();
  progress.line('  Ctrl-C ends everything');
}

/** What was not said while it was checked: the end, and what does not hold. Each step has its line above. */
function concludeCheck(rows: readonly CheckRow[], ok: boolean): string {
  const last = rows.at(-1);
  const held = rows.filter((row) => row.ok).length;
  const lines = rows.filter((row) => !row.ok || (ok && row === last)).map(formatRow);
  const count = `${held} of ${rows.length} steps`;
  return [
    '',
    ...lines,
    '',
    ok ? `all of it holds: ${count}` : `NOT all of it holds: ${count}, and none after that`,
  ].join('\n');
}

const formatRow = ({ name, ok, detail }: CheckRow): string =>
  `  ${ok ? '✓' : '✗'} ${name.padEnd(STEP_WIDTH)}          ${detail}`;
