/** Log levels, most severe first. A logger writes its own level and everything before it. */
export const LOG_LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The rank of a level: FATAL 0 … TRACE 5. */
export function levelRank(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}

/** Reads a level in any letter case; WARNING is WARN. Undefined when it is none. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const name = text.trim().toUpperCase();
  if (name === 'WARNING') return 'WARN';
  return LOG_LEVELS.find((level) => level === name);
}
