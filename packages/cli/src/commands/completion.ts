import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { CommandError, type Outcome } from '../outcome.ts';

/** Words after each command: its subcommands and long options. */
function wordsByCommand(command: Command, path: string): [path: string, words: string][] {
  const words = [
    ...command.commands.map((sub) => sub.name()),
    ...command.options.map((option) => option.long ?? ''),
    '--help',
  ];
  const own: [string, string] = [path, [...new Set(words)].filter((word) => word !== '').join(' ')];
  return [own, ...command.commands.flatMap((sub) => wordsByCommand(sub, `${path} ${sub.name()}`))];
}

/** The options whose values are known, with them, below a command. */
function choicesOf(command: Command): Map<string, readonly string[]> {
  const all = new Map(command.commands.flatMap((sub) => [...choicesOf(sub)]));
  for (const { long, argChoices } of command.options)
    if (long !== undefined && long !== null && argChoices !== undefined)
      all.set(long, [...new Set([...(all.get(long) ?? []), ...argChoices])]);
  return all;
}

/** Fish asks a condition for each word: the words typed so far that are no options. */
function fishScript(program: Command): string {
  const lines = wordsByCommand(program, 'weft').map(
    ([path, words]) => `complete -c weft -f -n 'test (__weft_path) = "${path}"' -a '${words}'`,
  );
  for (const [option, choices] of choicesOf(program))
    lines.push(`complete -c weft -x -l ${option.slice(2)} -a '${choices.join(' ')}'`);
  return `function __weft_path
  set -l path weft
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; or set path "$path $word"
  end
  echo $path
end
${lines.join('\n')}`;
}

/** A completion script; zsh runs the one of bash. */
export async function runCompletion(program: Command, shell: string): Promise<Outcome> {
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish')
    throw new CommandError(EXIT.USAGE, 'usage', `no completion for "${shell}"; there is one for bash, zsh and fish`);
  if (shell === 'fish') {
    const text = fishScript(program);
    return { exitCode: EXIT.OK, text, json: { ok: true, shell, script: text } };
  }
  const cases = wordsByCommand(program, 'weft').map(([path, words]) => `    "${path}") words="${words}" ;;`);
  const values = [...choicesOf(program)].map(([option, choices]) => `    ${option}) words="${choices.join(' ')}" ;;`);
  const script = `_weft() {
  local path="weft" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="$path $word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
    *) words="" ;;
  esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _weft weft`;
  const text = shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
  return { exitCode: EXIT.OK, text, json: { ok: true, shell, script: text } };
}
