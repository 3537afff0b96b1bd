import type { Logger } from '@weft/kit';
import type { FromThread } from './messages.ts';

/** A logger whose lines main writes. */
export function portLogger(send: (message: FromThread) => void, component: string): Logger {
  const at = (level: 'error' | 'warn' | 'info' | 'debug') => (fields: object, message: string) =>
    send({ type: 'log', level, component, fields: plain(fields), message });
  return {
    debugEnabled: false,
    fatal: at('error'),
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: (name) => portLogger(send, `${component}.${name}`),
  };
}

/** Errors do not survive the copy between threads with their stack: make text of them here. */
function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
}
