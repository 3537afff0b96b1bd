import { ConfigError, EXIT } from '@weft/kit';
import { nearestName } from '@weft/schema';
import { type Command, CommanderError } from 'commander';
import { NOT_YET } from './not-yet.ts';
import { CommandError, type Outcome } from './outcome.ts';
import { createProgram } from './program.ts';
import type { CliServices } from './services.ts';
import { describeFailure, withCode } from './start/index.ts';

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** Runs one command line, without `node` and the script, and gives its exit code. */
export async function runCli(args: readonly string[], services: CliServices, streams: Streams): Promise<number> {
  const json = args.includes('--json');
  let exitCode: number = EXIT.OK;
  let complaint = '';
  const show = (outcome: Outcome): void => {
    exitCode = outcome.exitCode;
    streams.out(`${json ? JSON.stringify(outcome.json) : outcome.text}\n`);
  };
  const program = createProgram(services, show, streams.out);
  forEachCommand(program, (command) => {
    command.exitOverride().showSuggestionAfterError(false).showHelpAfterError(false);
    command.configureOutput({
      writeOut: streams.out,
      writeErr: streams.err,
      outputError: (text) => {
        complaint = text;
      },
    });
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    const failure = judge(error, complaint, program, args);
    if (failure !== null) {
      if (json) streams.out(`${JSON.stringify({ ok: false, error: failure.json })}\n`);
      // The second line of a message and the stack of a defect stand below the first.
      else for (const line of failure.lines) streams.err(`${/^\s/.test(line) ? line : `weft: ${line}`}\n`);
    }
    return failure?.exitCode ?? EXIT.OK;
  }
}

interface Judged {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly json: object;
}

/** Null for what is no failure: help and version were asked for and printed. */
function judge(error: unknown, complaint: string, program: Command, args: readonly string[]): Judged | null {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    // Without a command the help was printed, on stderr; that is the message.
    if (error.code === 'commander.help')
      return { exitCode: EXIT.USAGE, lines: [], json: { code: 'usage', message: 'a command is missing' } };
    return usage(complaint === '' ? error.message : complaint.trim(), program, args, error.code);
  }
  if (error instanceof CommandError)
    return {
      exitCode: error.exitCode,
      lines: withCode(error.code, error.message).split('\n'),
      json: { code: error.code, message: error.message },
    };
  const file = args[args.findIndex((arg) => arg === '-c' || arg === '--config') + 1] ?? '';
  const failure = describeFailure(error, error instanceof ConfigError ? file : '');
  // 78 is for processes that a supervisor must not start again; a command has simply failed.
  return { ...failure, exitCode: failure.exitCode === EXIT.CONFIG ? EXIT.FAILED : failure.exitCode };
}

function usage(text: string, program: Command, args: readonly string[], code: string): Judged {
  const planned = code === 'commander.unknownCommand' ? notYet(program, args) : null;
  if (planned !== null)
    return {
      exitCode: EXIT.USAGE,
      lines: [planned, '`weft --help` lists the commands that there are'],
      json: { code: 'not_yet', message: planned },
    };
  const missing = code === 'commander.missingMandatoryOptionValue' ? missingOptions(commandOf(program, args)) : null;
  const message = missing ?? text.replace(/^error: /, '');
  const hint =
    code === 'commander.unknownCommand' || code === 'commander.excessArguments'
      ? nearestCommand(program, args)
      : code === 'commander.unknownOption'
        ? nearestOption(program, args)
        : null;
  const lines = [
    ...`${message}${hint === null ? '' : `; did you mean \`${hint}\`?`}`.split('\n'),
    helpHint(program, args, code),
  ];
  return { exitCode: EXIT.USAGE, lines, json: { code: 'usage', message, ...(hint === null ? {} : { nearest: hint }) } };
}

/** What is said of a command that is planned; null for a word that means nothing. */
function notYet(program: Command, args: readonly string[]): string | null {
  const [word = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (!Object.hasOwn(NOT_YET, word) || program.commands.some((sub) => sub.name() === word)) return null;
  return `weft ${word} is not part of this release yet: ${NOT_YET[word]}`;
}

/** Where to read what there is: of the command that was meant its options, of a group its commands. */
function helpHint(program: Command, args: readonly string[], code: string): string {
  const group = program.commands.find((sub) => sub.name() === args[0] && sub.commands.length > 0);
  if (code === 'commander.unknownCommand' && group !== undefined)
    return `\`weft ${group.name()} --help\` lists its commands: ${group.commands.map((sub) => sub.name()).join(', ')}`;
  const command = commandOf(program, args);
  return command === program
    ? '`weft --help` lists the commands, and `--help` behind a command its options'
    : `\`${pathOf(command)} --help\` says what it takes`;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/**
 * The command that a mistyped or misplaced word is nearest to: `weft rule lst` means `weft rule list`, and `weft statsu`
 * `weft proxy status`.
 */
function nearestCommand(program: Command, args: readonly string[]): string | null {
  let here = program;
  let path = program.name();
  let wrong = '';
  for (const word of args.filter((arg) => !arg.startsWith('-'))) {
    const next = here.commands.find((sub) => sub.name() === word);
    if (next === undefined) {
      wrong = word;
      break;
    }
    here = next;
    path = `${path} ${word}`;
  }
  const names = here.commands.map((sub) => sub.name());
  // Whoever stops typing means the word that goes on so: `rul` is `rule`, and not `run`.
  const begun = wrong.length > 1 ? names.filter((name) => name.startsWith(wrong)) : [];
  const below = begun.length === 1 ? begun[0] : nearestName(wrong, names);
  if (below !== undefined) return `${path} ${below}`;
  // Somewhere else the same word would do something else.
  if (here !== program) return null;
  const paths = new Map<string, string>();
  forEachCommand(program, (command, at) => {
    if (command !== program && !paths.has(command.name())) paths.set(command.name(), at);
  });
  const anywhere = nearestName(wrong, paths.keys());
  return anywhere === undefined ? null : (paths.get(anywhere) as string);
}

/** Every option that is missing, with what the help says of it: who is told of one at a time runs the command that often. */
function missingOptions(command: Command): string {
  const missing = command.options
    .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
    .map(({ flags, description, argChoices = [] }) => ({
      flags,
      what: `${description}${argChoices.length === 0 ? '' : `, one of ${argChoices.join(', ')}`}`,
    }));
  const [only] = missing;
  if (only !== undefined && missing.length === 1) return `required option '${only.flags}' not specified: ${only.what}`;
  const width = Math.max(...missing.map(({ flags }) => flags.length));
  return [
    'required options not specified:',
    ...missing.map((item) => `  ${item.flags.padEnd(width)}  ${item.what}`),
  ].join('\n');
}

function commandOf(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const arg of args) command = command.commands.find((sub) => sub.name() === arg) ?? command;
  return command;
}

/** What other programs call the address that they listen at; no letter of it is near. */
const PLACE_WORDS: readonly string[] = ['--port', '--host', '--bind', '--address', '--http'];

function nearestOption(program: Command, args: readonly string[]): string | null {
  const command = commandOf(program, args);
  const known = command.options.flatMap((option) =>
    option.long === undefined || option.long === null ? [] : [option.long],
  );
  const wrong = args.map((arg) => arg.replace(/=.*/, '')).find((arg) => arg.startsWith('--') && !known.includes(arg));
  if (wrong === undefined) return null;
  if (PLACE_WORDS.includes(wrong) && known.includes('--listen')) return '--listen';
  return nearestName(wrong, [...known, '--help']) ?? null;
}

function forEachCommand(
  command: Command,
  visit: (command: Command, path: string) => void,
  path = command.name(),
): void {
  visit(command, path);
  for (const sub of command.commands) forEachCommand(sub, visit, `${path} ${sub.name()}`);
}
