/** The text of completion scripts. Both also complete behind `npx weft`. */
import type { NameKind } from './mesh/names.ts';

/** What can stand behind one command. */
export interface CommandWords {
  /** `weft rule show` */
  readonly path: string;
  /** Its subcommands and long options. */
  readonly words: readonly string[];
  /** What its arguments are names of; null: files, or nothing. */
  readonly names: NameKind | null;
}

/** What can stand behind an option, below whichever command. */
export interface OptionValues {
  /** Such as `--proxy` and `-p`. */
  readonly flags: readonly string[];
  readonly choices: readonly string[];
  readonly names: NameKind | null;
}

/** Shell variables hold the names for so long: each question starts a process. */
const KEPT_SECONDS = 10;

/**
 * Bash parts words at `:` and `@`, which services have: the line is read anew, and what stands before the last of them is
 * cut off the answers. Zsh takes a variable `path` for PATH.
 */
export function bashScript(commands: readonly CommandWords[], options: readonly OptionValues[]): string {
  const cases = commands.map(
    ({ path, words, names }) => `    "${path}") list="${words.join(' ')}"; names="${names ?? ''}" ;;`,
  );
  const values = options.map(
    ({ flags, choices, names }) => `    ${flags.join('|')}) list="${choices.join(' ')}"; names="${names ?? ''}" ;;`,
  );
  return `_weft_names() {
  local at
  eval 'at="$_weft_kept_at_'"$1"'"'
  if [ -z "$at" ] || [ $((SECONDS - at)) -gt ${KEPT_SECONDS} ]; then
    _weft_found="$("\${_weft_command[@]}" completion names "$1" 2>/dev/null)"
    eval "_weft_kept_$1"'="$_weft_found"' "_weft_kept_at_$1"'="$SECONDS"'
  fi
  eval '_weft_found="$_weft_kept_'"$1"'"'
}
_weft_behind() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_weft() {
  local list="" names="" here="weft" previous="" current="" word prefix _weft_found="" words=()
  if [ -n "$BASH_VERSION" ]; then
    local line="\${COMP_LINE:0:COMP_POINT}"
    read -ra words <<< "$line"
    case "$line" in *[[:space:]]) words+=("") ;; esac
  else
    words=("\${COMP_WORDS[@]:0:$((COMP_CWORD + 1))}")
  fi
  local _weft_command=("\${words[0]}")
  if [ "\${words[0]##*/}" = npx ]; then
    [ "\${words[1]}" = weft ] || return 0
    _weft_command=("\${words[0]}" --no-install weft)
    words=("\${words[@]:1}")
  fi
  local last=$((\${#words[@]} - 1)) index
  current="\${words[last]}"
  [ "$last" -gt 0 ] && previous="\${words[last - 1]}"
  _weft_behind "$here"
  for ((index = 1; index < last; index++)); do
    word="\${words[index]}"
    _weft_behind "$here $word" && here="$here $word"
  done
  _weft_behind "$here"
  case "$previous" in
${values.join('\n')}
  esac
  case "$current" in
    -*) ;;
    *)
      if [ -n "$names" ]; then
        _weft_names "$names"
        list="$list $_weft_found"
      fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$list" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ] && [ -z "$names" ]; then COMPREPLY=($(compgen -f -- "$current")); fi
  if [ -n "$BASH_VERSION" ]; then
    prefix="\${current%"\${current##*[:=@]}"}"
    COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
  fi
}
complete -F _weft weft
if [ -n "$BASH_VERSION" ]; then complete -p npx > /dev/null 2>&1; else [ -n "\${_comps[npx]}" ]; fi ||
  complete -o bashdefault -o default -F _weft npx`;
}

/** Fish asks a condition for each word: the command that the words typed so far are. */
export function fishScript(commands: readonly CommandWords[], options: readonly OptionValues[]): string {
  const known = commands.map(({ path }) => `'${path}'`).join(' ');
  const answers = ({ choices, names }: Pick<OptionValues, 'choices' | 'names'>): string =>
    [...choices, ...(names === null ? [] : [`(__weft_names ${names})`])].join(' ');
  const lines = commands.map(
    ({ path, words, names }) =>
      `complete -c $command -f -n 'test (__weft_path) = "${path}"' -a '${answers({ choices: words, names })}'`,
  );
  for (const option of options) {
    const [long = '', short] = option.flags;
    const flags = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`;
    lines.push(`complete -c $command -x -n 'test (__weft_path) != ""' ${flags} -a '${answers(option)}'`);
  }
  return `function __weft_words
  set -l words (commandline -opc)
  if test (string replace -r '.*/' '' -- $words[1]) = npx
    test "$words[2]" = weft; or return
    set -e words[1]
  end
  printf '%s\\n' $words
end
function __weft_path
  set -l words (__weft_words)
  test (count $words) -gt 0; or begin; echo ""; return; end
  set -l path weft
  for word in $words[2..]
    contains -- "$path $word" ${known}; and set path "$path $word"
  end
  echo $path
end
function __weft_names
  set -l words (commandline -opc)
  if test (string replace -r '.*/' '' -- $words[1]) = npx
    npx --no-install weft completion names $argv[1] 2>/dev/null
  else
    $words[1] completion names $argv[1] 2>/dev/null
  end
end
for command in weft npx
${lines.map((line) => `  ${line}`).join('\n')}
end`;
}
