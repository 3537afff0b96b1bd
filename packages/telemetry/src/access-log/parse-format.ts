import { ConfigError } from '@weft/kit';

/** A piece of a format: text as it is, or the value of a variable. */
export type LogSegment = { readonly text: string } | { readonly variable: string };

/** MOSN's own default, field by field. */
export const DEFAULT_ACCESS_LOG_FORMAT =
  '%start_time% %trace_id%  %connection_id% %upstream_connection_id% %request_received_duration% ' +
  '%response_received_duration% %bytes_sent% %bytes_received% %protocol% %response_code% %duration% %response_flag% ' +
  '%response_code% %upstream_local_address% %downstream_local_address% %downstream_remote_address% %upstream_host%';

/**
 * Reads a format: `%name%` is a variable, `\%` a percent sign.
 *
 * @param path where the format stands, for the message
 * @throws ConfigError for `%%`, a `%` without its partner, or a name with a space in it; it tells the position, from 1
 */
export function parseLogFormat(format: string, path = ''): readonly LogSegment[] {
  const segments: LogSegment[] = [];
  let text = '';
  let at = 0;
  while (at < format.length) {
    const character = format[at]!;
    if (character === '\\' && format[at + 1] === '%') {
      text += '%';
      at += 2;
    } else if (character !== '%') {
      text += character;
      at++;
    } else {
      const end = format.indexOf('%', at + 1);
      if (end < 0)
        throw formatError(
          path,
          format,
          at,
          'this % has no partner',
          'write %name% for a variable, \\% for a percent sign',
        );
      const variable = format.slice(at + 1, end);
      if (variable === '') throw formatError(path, format, at, '%% names no variable', 'write \\% for a percent sign');
      // Two stray percent signs would otherwise make a variable of the words between them.
      if (/[\s\\]/.test(variable)) {
        throw formatError(path, format, at, `"${variable}" is no name of a variable`, 'write \\% for a percent sign');
      }
      if (text !== '') segments.push({ text });
      text = '';
      segments.push({ variable });
      at = end + 1;
    }
  }
  if (text !== '') segments.push({ text });
  return segments;
}

function formatError(path: string, format: string, at: number, message: string, hint: string): ConfigError {
  const shown = format.length > 80 ? `${format.slice(Math.max(0, at - 20), at + 40)}…` : format;
  return new ConfigError([
    {
      file: '',
      path,
      value: JSON.stringify(shown),
      expected: '%name% and \\%',
      message: `access log format, position ${at + 1}: ${message}`,
      hint,
    },
  ]);
}
