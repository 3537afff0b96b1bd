const ESCAPED = /%([0-9A-Fa-f]{2})/g;
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * The path that most applications understand: characters that need no escape unescaped (RFC 3986 section 6.2.2.2), dot
 * segments followed (section 5.2.4), several slashes taken for one. Escapes of reserved characters stay. What decides by
 * path must use it, or `/%61dmin` goes where `/admin` must not.
 *
 * @param path without query
 */
export function normalPath(path: string): string {
  const text = path.includes('%') ? path.replace(ESCAPED, unescapeUnreserved) : path;
  if (!text.includes('//') && !text.includes('/.')) return text;
  const kept: string[] = [];
  const segments = text.split('/');
  const last = segments.pop() ?? '';
  for (const segment of segments) follow(segment, kept);
  // A dot at the end leads to a folder.
  const folder = last === '' || last === '.' || last === '..';
  follow(last, kept);
  const joined = kept.length === 0 ? '' : `/${kept.join('/')}`;
  return folder || joined === '' ? `${joined}/` : joined;
}

function follow(segment: string, kept: string[]): void {
  if (segment === '..') kept.pop();
  else if (segment !== '' && segment !== '.') kept.push(segment);
}

function unescapeUnreserved(written: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return UNRESERVED.test(character) ? character : written;
}
