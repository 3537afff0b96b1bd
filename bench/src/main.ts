/** Entry of `npm run bench`: finds the subjects, runs the scenarios one after the other, prints and stores the results. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BenchArguments, parseArguments, USAGE } from './arguments.ts';
import { ensureBundle, reasonToBuild } from './bundle.ts';
import { machineFacts } from './machine.ts';
import { findBenchFiles, runBenchFile } from './micro.ts';
import { stopEverything } from './processes.ts';
import { renderResult } from './report.ts';
import { scenarios } from './scenarios/index.ts';
import type { ScenarioResult, Settings } from './scenarios/scenario.ts';
import type { Candidate } from './session.ts';
import { subjects } from './subjects/index.ts';
import { chooseSources, chosenForm } from './subjects/weft-form.ts';

const EXIT_USAGE = 2;
const BUSY_LOAD_AVERAGE = 0.5;
/** Never left out by `--peers`: the subject itself and its floor. */
const OWN = new Set(['weft', 'reference']);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function checkNames(kind: string, wanted: readonly string[], known: readonly string[]): void {
  for (const name of wanted)
    if (!known.includes(name)) throw new Error(`no ${kind} is called "${name}"; there are: ${known.join(', ')}`);
}

/** Looks for every subject and says what became of each. */
function findCandidates(options: BenchArguments): {
  candidates: Candidate[];
  absent: { subject: string; reason: string }[];
} {
  const names = subjects.map(({ name }) => name);
  checkNames('subject', [...(options.peers ?? []), ...options.without], names);
  const candidates: Candidate[] = [];
  const absent: { subject: string; reason: string }[] = [];
  for (const subject of subjects) {
    if (options.without.includes(subject.name)) absent.push({ subject: subject.name, reason: 'left out by --without' });
    else if (options.peers !== null && !OWN.has(subject.name) && !options.peers.includes(subject.name)) {
      absent.push({ subject: subject.name, reason: 'not named by --peers' });
    } else {
      const found = subject.find();
      if (found.kind === 'absent') absent.push({ subject: subject.name, reason: found.reason });
      else candidates.push({ subject, binary: found.binary, version: found.version });
    }
  }
  return { candidates, absent };
}

async function runMicro(filter: string, quick: boolean): Promise<void> {
  const files = findBenchFiles(filter);
  let failed = 0;
  for (const file of files) {
    say(file);
    if (await runBenchFile(file, quick ? 100 : 1000)) continue;
    failed++;
    say(`  failed: ${file}`);
  }
  say(`${files.length} files, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function runScenarios(options: BenchArguments): Promise<void> {
  checkNames(
    'scenario',
    options.scenarios,
    scenarios.map(({ name }) => name),
  );
  const chosen = scenarios.filter(
    ({ name, profile }) =>
      (options.scenarios.length === 0 || options.scenarios.includes(name)) &&
      (!options.profile || profile !== undefined),
  );
  const startsSubjects = chosen.some(({ startsNoSubject }) => startsNoSubject !== true);
  if (startsSubjects && chosenForm() === 'bundle' && !options.without.includes('weft')) await ensureBundle(say);
  const { candidates, absent } = findCandidates(options);
  const machine = machineFacts();
  say(
    `${machine.cpuModel}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.nodeVersion}, revision ${machine.revision}`,
  );
  if (machine.loadAverage > BUSY_LOAD_AVERAGE) {
    say(
      `warning: load average ${machine.loadAverage.toFixed(2)} before the start: other programs are running, so rates and latencies mean little`,
    );
  }
  for (const { subject, version } of candidates) say(`present: ${subject.name} ${version}`);
  for (const { subject, reason } of absent) say(`absent: ${subject} (${reason})`);
  const settings: Settings = {
    candidates,
    rounds: options.rounds > 0 ? options.rounds : options.quick ? 2 : 5,
    warmupMs: options.quick ? 1500 : 4000,
    windowMs: options.quick ? 1500 : 4000,
    quick: options.quick,
    say,
  };
  const results: ScenarioResult[] = [];
  const failures: string[] = [];
  for (const scenario of chosen) {
    say(`\n== ${scenario.name}: ${scenario.summary}`);
    try {
      const outcome = await (options.profile ? scenario.profile?.(settings) : scenario.run(settings));
      if (outcome === undefined) continue;
      for (const result of outcome) say(`\n${renderResult(result)}`);
      results.push(...outcome);
    } catch (error) {
      failures.push(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
      say(`failed: ${failures.at(-1)}`);
    }
  }
  if (options.json !== '') {
    mkdirSync(path.dirname(path.resolve(options.json)), { recursive: true });
    const document = {
      machine,
      quick: options.quick,
      rounds: settings.rounds,
      windowMs: settings.windowMs,
      absent,
      results,
      failures,
    };
    writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`);
    say(`\nresults are in ${options.json}`);
  }
  const verdicts = results.flatMap((result) => result.verdicts);
  const count = (outcome: string): number => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const errors = results.flatMap((result) => result.subjects).reduce((sum, subject) => sum + subject.errors, 0);
  say(
    `\n${results.length} results of ${chosen.length} scenarios; targets: ${count('met')} met, ${count('missed')} missed, ` +
      `${count('not measured')} not measured; ${errors} errors; ${failures.length} scenarios failed`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  let options: BenchArguments;
  try {
    options = parseArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (options.sources) chooseSources();
  if (options.help) say(USAGE);
  else if (options.list) {
    say('scenarios');
    for (const { name, summary } of scenarios) say(`  ${name.padEnd(20)} ${summary}`);
    const { candidates, absent } = findCandidates(options);
    say('subjects');
    for (const { subject, version, binary } of candidates) say(`  ${subject.name.padEnd(20)} ${version} (${binary})`);
    for (const { subject, reason } of absent) say(`  ${subject.padEnd(20)} absent: ${reason}`);
    const reason = chosenForm() === 'bundle' ? reasonToBuild() : '';
    if (reason !== '') say(`the bundle of the proxy ${reason}: it is built before a scenario runs`);
  } else if (options.micro !== null) await runMicro(options.micro, options.quick);
  else await runScenarios(options);
}

process.on('SIGINT', () => {
  stopEverything();
  process.exit(130);
});
process.on('SIGTERM', () => {
  stopEverything();
  process.exit(143);
});

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  stopEverything();
}
