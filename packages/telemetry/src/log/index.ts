export { type LogDestination, parseLogDestination } from './destination.ts';
export { isSecretKey, MASK, plainFields } from './fields.ts';
export { LOG_LEVELS, type LogLevel, levelRank, parseLogLevel } from './levels.ts';
export { formatJsonLine, formatLogTime, formatTextLine, type LogFormat, type LogRecord } from './line.ts';
export { LogFile, type LogFileOptions } from './log-file.ts';
export { createLogger, type LeveledLogger, type LoggerOptions } from './logger.ts';
export { DEFAULT_ROLLER, parseRoller, type RollerConfig } from './roller.ts';
