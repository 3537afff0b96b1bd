import type { CheckProblems } from './check-problems.ts';
import { isFieldValue, isOwnHeader, isToken } from './check-syntax.ts';
import type { RouterConfig } from './route.ts';

export type HeaderLists = Pick<
  RouterConfig,
  'request_headers_to_add' | 'request_headers_to_remove' | 'response_headers_to_add' | 'response_headers_to_remove'
>;

const NAME_EXPECTED = 'a token of RFC 9110, such as "x-env"';
const HINTS: Readonly<Record<string, string>> = {
  host: 'use host_rewrite or auto_host_rewrite of the route',
  upgrade: 'an upgrade passes by itself',
};

/** Header changes that could never be sent: each request would fail, or the change would silently be left out. */
export function checkHeaders(lists: HeaderLists, path: string, problems: CheckProblems): void {
  for (const key of ['request_headers_to_add', 'response_headers_to_add'] as const) {
    for (const [index, { header }] of lists[key].entries()) {
      const place = `${path}.${key}[${index}].header`;
      checkName(header.key, `${place}.key`, problems);
      if (!isFieldValue(header.value))
        problems.add(
          `${place}.value`,
          header.value,
          'text without line ends, control characters and blanks around it',
          'not a header value',
        );
    }
  }
  for (const key of ['request_headers_to_remove', 'response_headers_to_remove'] as const) {
    for (const [index, name] of lists[key].entries()) checkName(name, `${path}.${key}[${index}]`, problems);
  }
}

function checkName(name: string, path: string, problems: CheckProblems): void {
  if (!isToken(name)) problems.add(path, name, NAME_EXPECTED, 'not the name of a header');
  else if (isOwnHeader(name))
    problems.add(
      path,
      name,
      'a header that is not part of the connection or the framing',
      'the proxy itself writes this header',
      HINTS[name.toLowerCase()],
    );
}
