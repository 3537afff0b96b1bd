import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { CommandError, type Outcome } from '../outcome.ts';
import { bashScript, type CommandWords, fishScript, type OptionValues } from './completion-scripts.ts';
import { NAME_KINDS, type NameKind } from './mesh/names.ts';

/** Arguments and options that name what the control plane has. */
const NAMES_BY_WORD: Readonly<Partial<Record<string, NameKind>>> = {
  rule: 'rules',
  rules: 'rules',
  service: 'services',
  '--service': 'services',
  proxy: 'proxies',
  '--proxy': 'proxies',
  '--app': 'apps',
  '--source-app': 'apps',
};

function wordsByCommand(command: Command, path: string): CommandWords[] {
  const words = [
    ...command.commands.map((sub) => sub.name()),
    ...command.options.map((option) => option.long ?? ''),
    '--help',
  ];
  const [argument] = command.registeredArguments;
  const own: CommandWords = {
    path,
    words: [...new Set(words)].filter((word) => word !== ''),
    names: NAMES_BY_WORD[argument?.name() ?? ''] ?? null,
  };
  return [own, ...command.commands.flatMap((sub) => wordsByCommand(sub, `${path} ${sub.name()}`))];
}

/** The options whose values are known, or names of something. */
function optionValues(command: Command): OptionValues[] {
  const byFlag = new Map<string, OptionValues>();
  const visit = (one: Command): void => {
    for (const { long, short, argChoices } of one.options) {
      if (long === undefined || long === null) continue;
      const names = NAMES_BY_WORD[long] ?? null;
      if (argChoices === undefined && names === null) continue;
      const before = byFlag.get(long)?.choices ?? [];
      const flags = short === undefined || short === null ? [long] : [long, short];
      byFlag.set(long, { flags, choices: [...new Set([...before, ...(argChoices ?? [])])], names });
    }
    for (const sub of one.commands) visit(sub);
  };
  visit(command);
  return [...byFlag.values()];
}

/** A completion script; zsh runs the one of bash. Names are asked for while somebody types. */
export async function runCompletion(program: Command, shell: string): Promise<Outcome> {
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish')
    throw new CommandError(EXIT.USAGE, 'usage', `no completion for "${shell}"; there is one for bash, zsh and fish`);
  const commands = wordsByCommand(program, 'weft');
  const options = optionValues(program);
  const script = shell === 'fish' ? fishScript(commands, options) : bashScript(commands, options);
  const text = shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
  return { exitCode: EXIT.OK, text, json: { ok: true, shell, script: text } };
}

/** The names of one kind, a line each. Whatever goes wrong there are none: nobody wants a message in the line they type. */
export async function runCompletionNames(kind: string): Promise<Outcome> {
  const known = NAME_KINDS.find((one) => one === kind);
  if (known === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `no names of "${kind}"; there are ${NAME_KINDS.join(', ')}`);
  const { namesOf } = await import('./mesh/names.ts');
  const names = await namesOf(known);
  return { exitCode: EXIT.OK, text: names.join('\n'), json: { ok: true, names } };
}
