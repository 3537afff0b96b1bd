import { BOUNDS } from '../parse/bounds.ts';
import { SyntaxProblem } from './parse-json.ts';

/** Values that aliases may add to a document; a file that needs more is an attack or a mistake. */
const MAX_ALIAS_COUNT = 1000;

/**
 * YAML 1.2 core schema, with merge keys. The library is loaded here and nowhere else: a JSON configuration does not pay for it.
 *
 * @throws SyntaxProblem with line and column.
 */
export async function parseYaml(text: string): Promise<unknown> {
  checkFlowDepth(text);
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: true,
    uniqueKeys: true,
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const fail = (message: string, offset: number): never => {
    const { line, col } = lines.linePos(offset);
    throw new SyntaxProblem(STACK_USED_UP.test(message) ? 'nested too deeply' : message, line, col);
  };
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) fail(problem.message, problem.pos[0]);
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

/** The library recurses into brackets: runs of them must not reach its stack. Brackets in texts are counted too, but close. */
function checkFlowDepth(text: string): void {
  const limit = BOUNDS.depth * 16;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    else if (code === 0x0a && depth > 0 && text.charCodeAt(index + 1) > 0x20) depth = Math.min(depth, BOUNDS.depth);
    if (depth > limit) {
      const before = text.slice(0, index);
      throw new SyntaxProblem('nested too deeply', before.split('\n').length, index - before.lastIndexOf('\n'));
    }
  }
}
