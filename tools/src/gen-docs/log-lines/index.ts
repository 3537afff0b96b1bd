import { AUTH_LINES, MORE_AUTH_LINES } from './auth.ts';
import { DRM_LINES } from './drm.ts';
import { FLOW_LINES } from './flow.ts';
import { type LogLine, TIME } from './parts.ts';
import { ROUTE_LINES } from './route.ts';
import { RULE_LINES } from './rules.ts';

export type { LogLine } from './parts.ts';

/** Every line that the proxy writes about governance. */
export const GOVERNANCE_LOG_LINES: readonly LogLine[] = [
  ...DRM_LINES,
  ...FLOW_LINES,
  ...ROUTE_LINES,
  ...RULE_LINES,
  ...AUTH_LINES,
  ...MORE_AUTH_LINES,
];

/** What a whole line of the kind looks like. */
export const regexOf = ({ level, anyLevel, pattern }: LogLine): string =>
  String.raw`^${TIME} \[${anyLevel ? '(?:FATAL|ERROR|WARN|INFO|DEBUG|TRACE)' : level}\] ${pattern}$`;
