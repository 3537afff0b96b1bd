import { ConfigError } from '@weft/kit';

export type LogDestination =
  | { readonly kind: 'stderr' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Reads a log path: '', `stderr`, `/dev/stderr`, `stdout`, `/dev/stdout`, or a file.
 *
 * @throws ConfigError for syslog and URLs, which are not supported
 */
export function parseLogDestination(text: string, path = 'log_path'): LogDestination {
  if (text === '' || text === 'stderr' || text === '/dev/stderr') return { kind: 'stderr' };
  if (text === 'stdout' || text === '/dev/stdout') return { kind: 'stdout' };
  if (text === 'syslog' || /^[a-z][a-z0-9+.-]*:/i.test(text)) {
    throw new ConfigError([
      {
        file: '',
        path,
        value: JSON.stringify(text),
        expected: 'a file, stdout or stderr',
        message: 'this log destination is not supported',
      },
    ]);
  }
  return { kind: 'file', path: text };
}
