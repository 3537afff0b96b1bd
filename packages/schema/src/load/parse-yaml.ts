import { checkYamlMaps, checkYamlText } from './check-yaml.ts';
import { SyntaxProblem } from './parse-json.ts';
import { tabHint } from './tab-hint.ts';

/** Values that aliases may add to a document; a file that needs more is an attack or a mistake. */
const MAX_ALIAS_COUNT = 1000;

/**
 * YAML 1.2 core schema, with merge keys. The library is loaded here and nowhere else: a JSON configuration does not pay for it.
 *
 * @throws SyntaxProblem with line and column.
 */
export async function parseYaml(text: string): Promise<unknown> {
  checkYamlText(text);
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    // `checkYamlMaps` does it in one pass.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const fail = (message: string, offset: number): never => {
    const { line, col } = lines.linePos(offset);
    const said = STACK_USED_UP.test(message) ? 'nested too deeply' : `${message}${tabHint(text, message, line)}`;
    throw new SyntaxProblem(said, line, col);
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) fail(problem.message, problem.pos[0]);
  checkYamlMaps(document, yaml, fail);
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    // The library throws for too many aliases, unknown anchors and a used-up stack, and tells no place for any of them.
    const { message } = error as Error;
    const anchor = UNKNOWN_ANCHOR.exec(message)?.[1];
    if (anchor === undefined) return fail(message, 0);
    let offset = 0;
    yaml.visit(document, {
      Alias(_key, node) {
        if (node.source !== anchor) return undefined;
        offset = node.range?.[0] ?? 0;
        return yaml.visit.BREAK;
      },
    });
    return fail(`there is no anchor &${anchor} before this alias`, offset);
  }
}

const STACK_USED_UP = /call stack/i;
const UNKNOWN_ANCHOR = /^Unresolved alias .*: (\S+)$/;
