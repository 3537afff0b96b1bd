import { linearSource, MAX_PARTS } from '@weft/kit/regex';

export interface RegexProblem {
  readonly message: string;
  readonly expected: string;
}

/** Why an expression is refused, or null. */
export function regexProblem(source: string): RegexProblem | null {
  try {
    new RegExp(source);
  } catch (error) {
    return { message: (error as Error).message, expected: 'a regular expression' };
  }
  // They make matching take exponential time, which a caller could choose; the linear engine cannot do them.
  const construct = findConstruct(source);
  if (construct !== null)
    return {
      message: `${construct} is not possible here, because matching must take linear time`,
      expected: 'a regular expression without look-around, back-references and modifiers',
    };
  if (linearSource(source).kind !== 'too-large') return null;
  return {
    message:
      'with its repetitions written out the expression has too many parts, and every character would cost as many steps',
    expected: `at most ${MAX_PARTS} parts when \`x{3}\` counts as \`xxx\` and \`x+\` as \`xx*\``,
  };
}

/** The same for an expression whose groups are asked for. */
export function capturingRegexProblem(source: string): RegexProblem | null {
  const problem = regexProblem(source);
  if (problem !== null || linearSource(source).kind === 'simple') return problem;
  return {
    message: 'an expression whose groups are used must be a simple one, because matching must take linear time',
    expected: 'at most 10 quantifiers and alternatives, and no part that is repeated more than 16 times',
  };
}

function findConstruct(source: string): string | null {
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const rest = source.slice(i, i + 4);
    if (source[i] === '\\') {
      const next = source[i + 1] ?? '';
      if (!inClass && (/[1-9]/.test(next) || (next === 'k' && source[i + 2] === '<'))) return 'a back-reference';
      i++;
    } else if (inClass) {
      if (source[i] === ']') inClass = false;
    } else if (source[i] === '[') {
      inClass = true;
    } else if (rest.startsWith('(?=') || rest.startsWith('(?!')) {
      return 'look-ahead';
    } else if (rest === '(?<=' || rest === '(?<!') {
      return 'look-behind';
    } else if (/^\(\?[a-z-]/.test(rest)) {
      return 'a modifier';
    }
  }
  return null;
}
