export { formatLogTime, oneLine } from '../log/line.ts';
export {
  compileAccessLog,
  compileLogFormat,
  type LineFormatter,
  type VariableGetter,
  type VariableResolver,
} from './compile-format.ts';
export { escapeBare, escapeQuoted } from './escape.ts';
export { DEFAULT_ACCESS_LOG_FORMAT, type LogSegment, parseLogFormat } from './parse-format.ts';
export { formatGoDuration, formatGoDurationMs, formatStartTime } from './time-text.ts';
export {
  EMPTY_VARIABLES,
  LOG_VARIABLES,
  NUMERIC_VARIABLES,
  nearestName,
  PROXY_MADE_VARIABLES,
} from './variables.ts';
