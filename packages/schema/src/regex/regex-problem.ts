/** Why an expression is refused, or null. */
export function regexProblem(source: string): { readonly message: string; readonly expected: string } | null {
  try {
    new RegExp(source);
  } catch (error) {
    return { message: (error as Error).message, expected: 'a regular expression' };
  }
  // Both make matching take exponential time, which a caller could choose; the linear engine cannot do them.
  const construct = findConstruct(source);
  if (construct === null) return null;
  return {
    message: `${construct} is not possible here, because matching must take linear time`,
    expected: 'a regular expression without look-around and back-references',
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
    }
  }
  return null;
}
