import { ConfigError } from '@weft/kit';
import { compileRegex } from '@weft/kit/regex';
import { regexProblem } from '@weft/schema/regex';
import type { RequestHead } from '@weft/sdk';
import type { HeaderMatch } from './schema.ts';

/** One condition on a header, ready to be asked. */
export interface HeaderTest {
  matches(request: RequestHead): boolean;
}

/** @throws ConfigError for an expression that cannot be read, or that would not take linear time */
export function compileHeaderMatch(match: HeaderMatch, path: string): HeaderTest {
  const { name, value } = match;
  const lower = name.toLowerCase();
  const pattern = match.regex ? compilePattern(value, `${path}.value`) : null;
  return {
    matches(request) {
      const found = read(request, name, lower);
      if (found === undefined) return false;
      return pattern === null ? found === value : pattern.test(found);
    },
  };
}

/** RPC headers keep their case, and what the protocol holds outside its headers has the name it has in routes. */
function read(request: RequestHead, name: string, lower: string): string | undefined {
  if (request.family === 'http') return lower === 'method' ? request.method : request.get(lower);
  const found = request.get(name);
  if (found !== undefined) return found;
  if (name === 'service' && request.service !== '') return request.service;
  return name === 'method' && request.method !== '' ? request.method : undefined;
}

function compilePattern(source: string, path: string): RegExp {
  const problem = regexProblem(source);
  if (problem !== null) throw new ConfigError([{ file: '', path, value: JSON.stringify(source), ...problem }]);
  return compileRegex(source);
}
