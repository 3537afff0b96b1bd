import { formatLogTime, oneLine } from '@weft/telemetry/access-log';

/** A line of a log of rules. Whatever a caller or a document says stays on it. */
export function ruleLogLine(wallMs: number, level: string, text: string): string {
  return `${formatLogTime(wallMs)} [${level}] ${oneLine(text)}`;
}
